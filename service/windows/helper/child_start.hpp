#pragma once

#include "windows/api.hpp"
#include "windows/own_helpers.hpp"

#include <optional>
#include <string>

/// Starting this program again, as a child that ends with whoever started it.
namespace rmb::win {

struct ChildStart {
    std::wstring program;
    std::wstring arguments;
    HANDLE token = nullptr;       // null: as this process
    void* environment = nullptr;  // null: as this process
    HANDLE inherited = nullptr;   // the one handle that it inherits, in one Windows session only
    HANDLE output = nullptr;      // its standard output: null or `inherited`
    std::optional<std::wstring> desktop = {};  // none: this process's
    DWORD job_limits = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    OwnHelpers* known_to = nullptr;  // before it is there; null: nobody
};

struct Child {
    OwnHelpers::Job job;
    UniqueHandle process;
    DWORD pid = 0;
};

/// Without a console.
[[nodiscard]] result<Child> start_child(const ChildStart& start);
/// With all that is in its job. Waits a moment for its end, so that nothing of it acts afterwards.
void end_child(const Child& child);

/// A job with those limits (JOB_OBJECT_LIMIT_...).
[[nodiscard]] result<UniqueHandle> make_job(DWORD limits);
[[nodiscard]] DWORD set_job_limits(HANDLE job, DWORD limits);

/// The full path of this program.
[[nodiscard]] std::wstring own_program();

}  // namespace rmb::win
