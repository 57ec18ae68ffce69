#pragma once

#include "client/dll/dll_state.hpp"

#include <windows.h>

#include <new>

namespace rmb::client {

/// Runs the call that belongs to this process's back end. Nothing is thrown across the ABI: no
/// memory is ERROR_OUTOFMEMORY; for anything else, which no code here throws knowingly, stands
/// ERROR_WRITE_FAULT, the documented "Restart Manager's state could not be used".
template <class ByBroker, class BySystem>
DWORD carry_out(ByBroker by_broker, BySystem by_system) noexcept {
    try {
        auto& state = dll_state();
        switch (state.back_end()) {
            case BackEnd::broker:
                return static_cast<DWORD>(by_broker(state.broker()));
            case BackEnd::system:
                return by_system(state.system());
            case BackEnd::none:
                break;
        }
        return ERROR_SERVICE_NOT_ACTIVE;
    } catch (const std::bad_alloc&) {
        return ERROR_OUTOFMEMORY;
    } catch (...) {
        return ERROR_WRITE_FAULT;
    }
}

}  // namespace rmb::client
