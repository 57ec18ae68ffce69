#pragma once

#include "windows/api.hpp"

#include <cstddef>
#include <vector>

namespace rmb::win {

/// What CreateProcess takes beside its parameters. A process is born in its job: there is no moment
/// in which it would outlive its maker, or not be known by the job.
class StartAttributes {
public:
    StartAttributes() = default;
    StartAttributes(const StartAttributes&) = delete;
    StartAttributes& operator=(const StartAttributes&) = delete;
    ~StartAttributes();

    /// Once. `inherited` is the one handle that is inherited; null: none.
    [[nodiscard]] DWORD set(HANDLE job, HANDLE inherited = nullptr);

    /// With EXTENDED_STARTUPINFO_PRESENT.
    [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST get() const {
        return list_;
    }

private:
    DWORD update(DWORD_PTR attribute, HANDLE& handle);

    std::vector<std::byte> memory_;
    LPPROC_THREAD_ATTRIBUTE_LIST list_ = nullptr;
    // The list points here.
    HANDLE job_ = nullptr;
    HANDLE inherited_ = nullptr;
};

}  // namespace rmb::win
