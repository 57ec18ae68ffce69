#pragma once

#include <windows.h>

#include <memory>
#include <type_traits>

namespace rmb::client {

struct CloseHandleOf {
    using pointer = HANDLE;
    void operator()(HANDLE handle) const {
        CloseHandle(handle);
    }
};

/// A kernel handle; both of the values that mean "none" count as none.
class UniqueHandle {
public:
    explicit UniqueHandle(HANDLE handle)
        : handle_(handle == INVALID_HANDLE_VALUE ? nullptr : handle) {}
    [[nodiscard]] HANDLE get() const {
        return handle_.get();
    }
    explicit operator bool() const {
        return static_cast<bool>(handle_);
    }

private:
    std::unique_ptr<void, CloseHandleOf> handle_;
};

struct CloseServiceOf {
    using pointer = SC_HANDLE;
    void operator()(SC_HANDLE handle) const {
        CloseServiceHandle(handle);
    }
};
using UniqueService = std::unique_ptr<std::remove_pointer_t<SC_HANDLE>, CloseServiceOf>;

struct CloseKeyOf {
    using pointer = HKEY;
    void operator()(HKEY key) const {
        RegCloseKey(key);
    }
};
using UniqueKey = std::unique_ptr<std::remove_pointer_t<HKEY>, CloseKeyOf>;

struct FreeLocal {
    void operator()(void* memory) const {
        LocalFree(memory);
    }
};
using UniqueLocal = std::unique_ptr<void, FreeLocal>;

}  // namespace rmb::client
