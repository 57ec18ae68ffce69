#include "windows/registry_value.hpp"

#include "windows/failure.hpp"

namespace rmb::bench {
namespace {

constexpr const wchar_t* kKey = L"SOFTWARE\\rmbroker-bench";
constexpr const wchar_t* kName = L"session-0123456789abcdef";

void check(LSTATUS status, const char* what) {
    if (status != ERROR_SUCCESS) {
        fail(what, static_cast<DWORD>(status));
    }
}

}  // namespace

RegistryValue::RegistryValue() {
    HKEY key = nullptr;
    check(RegCreateKeyExW(HKEY_LOCAL_MACHINE, kKey, 0, nullptr, REG_OPTION_VOLATILE, KEY_ALL_ACCESS,
                          nullptr, &key, nullptr),
          "RegCreateKeyEx");
    key_.reset(key);
}

RegistryValue::~RegistryValue() {
    key_.reset();
    RegDeleteKeyW(HKEY_LOCAL_MACHINE, kKey);
}

void RegistryValue::set() {
    check(RegSetValueExW(key_.get(), kName, 0, REG_BINARY, record_.data(),
                         static_cast<DWORD>(record_.size())),
          "RegSetValueEx");
}

void RegistryValue::remove() {
    check(RegDeleteValueW(key_.get(), kName), "RegDeleteValue");
}

}  // namespace rmb::bench
