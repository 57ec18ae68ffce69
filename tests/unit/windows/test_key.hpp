#pragma once

#include "windows/api.hpp"

#include <string>

namespace rmb::win {

/// A key of this test's own below HKEY_LOCAL_MACHINE, gone afterwards.
class TestKey {
public:
    TestKey() : path_{"SOFTWARE\\rmbroker-test-" + std::to_string(GetCurrentProcessId())} {}
    TestKey(const TestKey&) = delete;
    TestKey& operator=(const TestKey&) = delete;
    ~TestKey() {
        remove();
    }

    [[nodiscard]] const std::string& path() const {
        return path_;
    }
    void remove() const {
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, wide(path_).c_str());
    }

    template <class T>
    void set(std::string_view name, DWORD type, const T& data) const {
        UniqueKey key;
        RegCreateKeyExW(HKEY_LOCAL_MACHINE, wide(path_).c_str(), 0, nullptr, REG_OPTION_VOLATILE,
                        KEY_ALL_ACCESS | KEY_WOW64_64KEY, nullptr, key.out(), nullptr);
        RegSetValueExW(key.get(), wide(name).c_str(), 0, type,
                       static_cast<const BYTE*>(static_cast<const void*>(data.data())),
                       static_cast<DWORD>(data.size() * sizeof data[0]));
    }

private:
    std::string path_;
};

}  // namespace rmb::win
