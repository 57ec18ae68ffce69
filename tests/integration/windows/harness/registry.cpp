#include "harness/registry.hpp"

#include "client/lib/windows_handle.hpp"
#include "harness/win32_error.hpp"

namespace rmb::e2e {
namespace {

void set(const wchar_t* key_name, const std::wstring& name, DWORD type, const void* data,
         std::size_t size) {
    HKEY raw = nullptr;
    auto status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, key_name, 0, nullptr, REG_OPTION_NON_VOLATILE,
                                  KEY_SET_VALUE | KEY_WOW64_64KEY, nullptr, &raw, nullptr);
    if (status == ERROR_SUCCESS) {
        const client::UniqueKey key{raw};
        status = RegSetValueExW(raw, name.c_str(), 0, type, static_cast<const BYTE*>(data),
                                static_cast<DWORD>(size));
    }
    if (status != ERROR_SUCCESS) {
        fail_with("setting a registry value", static_cast<DWORD>(status));
    }
}

}  // namespace

void set_value(const wchar_t* key, const std::wstring& name, DWORD value) {
    set(key, name, REG_DWORD, &value, sizeof value);
}

void set_value(const wchar_t* key, const std::wstring& name, const std::wstring& value) {
    set(key, name, REG_SZ, value.c_str(), (value.size() + 1) * sizeof(wchar_t));
}

std::optional<std::wstring> text_value(const wchar_t* key, const std::wstring& name) {
    std::wstring text(MAX_PATH, L'\0');
    auto bytes = static_cast<DWORD>(text.size() * sizeof(wchar_t));
    const auto status = RegGetValueW(HKEY_LOCAL_MACHINE, key, name.c_str(), RRF_RT_REG_SZ, nullptr,
                                     text.data(), &bytes);
    if (status == ERROR_FILE_NOT_FOUND) {
        return std::nullopt;
    }
    if (status != ERROR_SUCCESS) {
        fail_with("reading a registry value", static_cast<DWORD>(status));
    }
    text.resize(bytes / sizeof(wchar_t) - 1);
    return text;
}

void delete_value(const wchar_t* key, const std::wstring& name) {
    const auto status = RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, key, name.c_str());
    if (status != ERROR_SUCCESS) {
        fail_with("deleting a registry value", static_cast<DWORD>(status));
    }
}

void delete_key(const wchar_t* key) {
    const auto status = RegDeleteTreeW(HKEY_LOCAL_MACHINE, key);
    if (status != ERROR_SUCCESS && status != ERROR_FILE_NOT_FOUND) {
        fail_with("deleting a registry key", static_cast<DWORD>(status));
    }
}

bool key_exists(const wchar_t* key) {
    HKEY raw = nullptr;
    const auto status =
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &raw);
    const client::UniqueKey opened{raw};
    return status == ERROR_SUCCESS;
}

}  // namespace rmb::e2e
