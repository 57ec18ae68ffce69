# The presets that this machine builds and tests. To be sourced by bash.

# shellcheck disable=SC2034  # used by those who source this
RMB_PRESETS=(linux-asan linux-tsan linux-release linux-fuzz mingw-x64 mingw-x86)
RMB_JOBS=${RMB_JOBS:-$(nproc)}
