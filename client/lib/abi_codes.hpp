#pragma once

#include "proto/error.hpp"

namespace rmb::client {

enum class Function {
    start_session,
    join_session,
    end_session,
    register_resources,
    get_list,
    shutdown,
    restart,
    cancel_current_task,
    add_filter,
    remove_filter,
    get_filter_list
};

/// The code that comes out of the DLL: `code` where Restart Manager documents it for `function`
/// (reference page or SDK header) or DESIGN 7 adds it, else the nearest that is documented.
/// ERROR_WRITE_FAULT stands for what has none: nearly every function documents it as "could not use
/// the stored state", and installers take it for a failure of Restart Manager and not of their own.
[[nodiscard]] proto::Code abi_code(Function function, proto::Code code);

}  // namespace rmb::client
