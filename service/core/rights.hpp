#pragma once

#include "core/ports.hpp"

namespace rmb::core {

/// What a caller may do, as the operating system knows it: its token, shown to agree with the
/// pipe's (DESIGN 6). Made once a connection; shared by the work that outlives the call.
/// Any thread.
class Rights {
public:
    Rights() = default;
    Rights(const Rights&) = delete;
    Rights& operator=(const Rights&) = delete;
    virtual ~Rights() = default;

    /// The calling thread acts as the caller until the result is dropped, on the same thread.
    /// Not to be nested, and nothing but the one act in between. access_denied where the system
    /// refuses; a failure to go back ends the process.
    [[nodiscard]] virtual result<RegistrationPtr> assume() const = 0;
};

}  // namespace rmb::core
