#include "windows/registry_settings.hpp"

#include "windows/api.hpp"

#include <cstring>
#include <utility>
#include <vector>

namespace rmb::win {

std::string parameters_key(std::string_view service) {
    return R"(SYSTEM\CurrentControlSet\Services\)" + std::string{service} + R"(\Parameters)";
}

RegistrySettings::RegistrySettings(std::string_view key, std::string title)
    : key_{wide(key)}, title_{std::move(title)} {}

std::optional<core::SettingValue> RegistrySettings::read(std::string_view name) const {
    UniqueKey key;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, key_.c_str(), 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY,
                      key.out()) != ERROR_SUCCESS) {
        return std::nullopt;
    }
    DWORD type = REG_NONE;
    // Longer than any good value; what does not fit is of no use.
    std::vector<BYTE> data(1'024);
    auto size = static_cast<DWORD>(data.size());
    const LSTATUS status =
        RegQueryValueExW(key.get(), wide(name).c_str(), nullptr, &type, data.data(), &size);
    if (status == ERROR_FILE_NOT_FOUND) {
        return std::nullopt;
    }
    if (status != ERROR_SUCCESS) {
        return core::SettingValue{};
    }
    if (type == REG_DWORD && size == sizeof(DWORD)) {
        std::uint32_t number = 0;
        std::memcpy(&number, data.data(), sizeof number);
        return core::SettingValue{number};
    }
    if (type == REG_SZ && size % sizeof(wchar_t) == 0) {
        std::wstring text(size / sizeof(wchar_t), L'\0');
        std::memcpy(text.data(), data.data(), size);
        // The terminating zero need not be there, and there may be several.
        while (!text.empty() && text.back() == L'\0') {
            text.pop_back();
        }
        return core::SettingValue{narrow(text)};
    }
    return core::SettingValue{};
}

}  // namespace rmb::win
