#pragma once

#include "windows/helper/child_start.hpp"

#include <chrono>
#include <string>

/// The pipe between the service and a helper (decision 11): the service makes it, the helper opens
/// it by its name, and the service looks who did.
namespace rmb::win {

struct HelperPipe {
    std::wstring name;
    UniqueFile end;  // the service's
};

/// The only instance of a random name that nobody but an administrator could make, for a helper
/// that runs as `user` (SID). Both ends are for overlapped use.
[[nodiscard]] result<HelperPipe> make_helper_pipe(const std::string& user);

/// The helper's end. Whoever has the other can learn nothing of this process by it.
[[nodiscard]] result<UniqueFile> open_helper_pipe(const std::wstring& name);

/// Waits until `child` has opened the pipe. not_ready when it ends before, does not within `limit`,
/// or another process was first: then the child is ended before this returns.
[[nodiscard]] result<void> await_child(HANDLE pipe, const Child& child,
                                       std::chrono::milliseconds limit);

}  // namespace rmb::win
