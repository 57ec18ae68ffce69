#pragma once

#include "client/lib/windows_handle.hpp"

#include <windows.h>

#include <array>

namespace rmb::bench {

/// One REG_BINARY value of the size of a stored session, in a volatile key, as the broker keeps it.
class RegistryValue {
public:
    RegistryValue();
    RegistryValue(const RegistryValue&) = delete;
    RegistryValue& operator=(const RegistryValue&) = delete;
    ~RegistryValue();

    void set();
    void remove();

private:
    client::UniqueKey key_;
    std::array<BYTE, 256> record_{};
};

}  // namespace rmb::bench
