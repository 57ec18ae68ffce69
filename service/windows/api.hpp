#pragma once

#include "proto/error.hpp"

#include <windows.h>

#include <string>
#include <string_view>
#include <utility>

/// What every adapter needs of Win32: owners of handles, errors, text.
namespace rmb::win {

using proto::Code;
using proto::Error;
using proto::result;

/// Owns what `Traits::close` closes. `Traits::kNone` is the value of "none".
template <class Traits>
class Unique {
public:
    using Value = typename Traits::Value;

    Unique() = default;
    explicit Unique(Value value) : value_{value} {}
    Unique(Unique&& other) noexcept : value_{other.release()} {}
    Unique& operator=(Unique&& other) noexcept {
        reset(other.release());
        return *this;
    }
    Unique(const Unique&) = delete;
    Unique& operator=(const Unique&) = delete;
    ~Unique() {
        reset();
    }

    [[nodiscard]] Value get() const {
        return value_;
    }
    [[nodiscard]] explicit operator bool() const {
        return value_ != Traits::none();
    }
    Value release() {
        return std::exchange(value_, Traits::none());
    }
    void reset(Value value = Traits::none()) {
        if (value_ != Traits::none()) {
            Traits::close(value_);
        }
        value_ = value;
    }
    /// For calls that hand a new value out.
    Value* out() {
        reset();
        return &value_;
    }

private:
    Value value_ = Traits::none();
};

struct HandleTraits {
    using Value = HANDLE;
    static Value none() {
        return nullptr;
    }
    static void close(Value value) {
        CloseHandle(value);
    }
};
/// For functions that say INVALID_HANDLE_VALUE where they mean none.
struct FileHandleTraits {
    using Value = HANDLE;
    static Value none() {
        return INVALID_HANDLE_VALUE;
    }
    static void close(Value value) {
        CloseHandle(value);
    }
};
struct RegistryKeyTraits {
    using Value = HKEY;
    static Value none() {
        return nullptr;
    }
    static void close(Value value) {
        RegCloseKey(value);
    }
};
struct ScHandleTraits {
    using Value = SC_HANDLE;
    static Value none() {
        return nullptr;
    }
    static void close(Value value) {
        CloseServiceHandle(value);
    }
};
/// Of LocalAlloc: security descriptors, SIDs as text.
struct LocalTraits {
    using Value = void*;
    static Value none() {
        return nullptr;
    }
    static void close(Value value) {
        LocalFree(value);
    }
};

using UniqueHandle = Unique<HandleTraits>;
using UniqueFile = Unique<FileHandleTraits>;
using UniqueKey = Unique<RegistryKeyTraits>;
using UniqueScHandle = Unique<ScHandleTraits>;
using UniqueLocal = Unique<LocalTraits>;

/// An error with the system's own code, and a sentence of the form "<what> failed: error <code>".
[[nodiscard]] Error win32_error(std::string_view what, DWORD code);
/// The same with GetLastError().
[[nodiscard]] Error last_error(std::string_view what);
/// Another code than the system's, which the message still tells.
[[nodiscard]] Error error_as(Code as, std::string_view what, DWORD code);

/// Unpaired surrogates become U+FFFD: for messages and for text that is compared with nothing.
[[nodiscard]] std::string narrow(std::wstring_view text);
/// Malformed bytes become U+FFFD.
[[nodiscard]] std::wstring wide(std::string_view text);

/// A FILETIME as one number.
[[nodiscard]] constexpr std::uint64_t to_uint64(const FILETIME& time) {
    return (std::uint64_t{time.dwHighDateTime} << 32) | time.dwLowDateTime;
}

}  // namespace rmb::win
