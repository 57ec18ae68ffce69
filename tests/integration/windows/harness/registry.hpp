#pragma once

#include <windows.h>

#include <optional>
#include <string>

namespace rmb::e2e {

/// What an administrator sets, in the 64-bit view of HKEY_LOCAL_MACHINE.
inline constexpr const wchar_t* kPolicyKey = L"SOFTWARE\\Policies\\rmbroker";
inline constexpr const wchar_t* kParametersKey =
    L"SYSTEM\\CurrentControlSet\\Services\\RmBroker\\Parameters";
inline constexpr const wchar_t* kStateKey = L"SYSTEM\\CurrentControlSet\\Services\\RmBroker\\State";

void set_value(const wchar_t* key, const std::wstring& name, DWORD value);
void set_value(const wchar_t* key, const std::wstring& name, const std::wstring& value);
/// nullopt: there is none.
[[nodiscard]] std::optional<std::wstring> text_value(const wchar_t* key, const std::wstring& name);
void delete_value(const wchar_t* key, const std::wstring& name);
/// With all that is in it; it need not exist.
void delete_key(const wchar_t* key);
[[nodiscard]] bool key_exists(const wchar_t* key);

}  // namespace rmb::e2e
