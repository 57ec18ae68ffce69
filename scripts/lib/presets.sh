# The presets that this machine builds and tests. To be sourced by bash.

# shellcheck disable=SC2034  # used by those who source this
# linux-fuzz is built when named and by scripts/fuzz; the others replay its seeds.
RMB_PRESETS=(linux-asan linux-tsan linux-release mingw-x64 mingw-x86)
RMB_JOBS=${RMB_JOBS:-$(nproc)}
