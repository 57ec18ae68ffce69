#include "linux/kernel_random.hpp"

#include <sys/random.h>

namespace rmb::os_linux {

core::result<void> KernelRandom::fill(std::span<std::uint8_t> bytes) {
    // Requests of up to 256 bytes are never cut short once the pool is initialised.
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        return core::Error{core::Code::internal_error, "getrandom failed"};
    }
    return {};
}

}  // namespace rmb::os_linux
