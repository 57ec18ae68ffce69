#pragma once

#include "client/lib/windows_handle.hpp"

#include <windows.h>

#include <cstddef>
#include <filesystem>
#include <vector>

namespace rmb::e2e {

/// What befalls the helpers of the service, which are its children. Each call returns how many
/// there were; steps that fail throw.
class HelperProcesses {
public:
    explicit HelperProcesses(DWORD service) : service_{service} {}

    [[nodiscard]] std::size_t count() const;
    /// Returns when they have ended.
    std::size_t kill() const;
    /// Open for waiting.
    [[nodiscard]] std::vector<client::UniqueHandle> open() const;
    /// They load the library, as programs are made to that have a window.
    std::size_t load(const std::filesystem::path& library) const;
    /// They run no more, and do not end by themselves.
    std::size_t hang() const;

private:
    DWORD service_;
};

}  // namespace rmb::e2e
