#include "windows/system_random.hpp"

#include "windows/api.hpp"

#include <bcrypt.h>

namespace rmb::win {

core::result<void> SystemRandom::fill(std::span<std::uint8_t> bytes) {
    const NTSTATUS status = BCryptGenRandom(nullptr, bytes.data(), static_cast<ULONG>(bytes.size()),
                                            BCRYPT_USE_SYSTEM_PREFERRED_RNG);
    if (status < 0) {
        return Error{Code::internal_error, "no random numbers: status " + std::to_string(status)};
    }
    return {};
}

}  // namespace rmb::win
