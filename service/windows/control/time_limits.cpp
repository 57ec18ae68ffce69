#include "windows/control/time_limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace rmb::win {

engine::Milliseconds read_time_limit(HKEY root, const std::string& key, const std::string& name,
                                     engine::Milliseconds otherwise) {
    constexpr engine::Milliseconds kLeast{1'000};
    constexpr engine::Milliseconds kMost{300'000};
    std::array<wchar_t, 32> text{};
    DWORD size = sizeof text;
    if (RegGetValueW(root, wide(key).c_str(), wide(name).c_str(), RRF_RT_REG_SZ, nullptr,
                     text.data(), &size) != ERROR_SUCCESS) {
        return otherwise;
    }
    const auto digits = narrow(text.data());
    std::uint32_t number = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, number);
    if (failure != std::errc{} || stop != end) {
        return otherwise;
    }
    return std::clamp(engine::Milliseconds{number}, kLeast, kMost);
}

}  // namespace rmb::win
