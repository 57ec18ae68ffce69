# The presets that this machine builds and tests. To be sourced by bash.

# shellcheck disable=SC2034  # used by those who source this
# linux-tsan and linux-fuzz are built and tested when named: scripts/test linux-tsan linux-fuzz.
RMB_PRESETS=(linux-asan linux-release mingw-x64 mingw-x86)
RMB_JOBS=${RMB_JOBS:-$(nproc)}
