#pragma once

#include "windows/api.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rmb::win {

/// Where a process keeps in its own memory what it was started with. All of it is the process's
/// word: it may have written there what it likes.
class ProcessParameters {
public:
    /// Needs a handle with PROCESS_QUERY_INFORMATION and PROCESS_VM_READ, which must outlive the
    /// result. nullopt where they cannot be found.
    [[nodiscard]] static std::optional<ProcessParameters> find(HANDLE process);

    /// Whether it has a console; false too of one that has not begun to run.
    [[nodiscard]] bool has_console() const;
    /// The handle that holds its current folder; 0 where it cannot be read.
    [[nodiscard]] std::uintptr_t directory_handle() const;
    /// Its current folder. Empty where it cannot be read, as are all texts.
    [[nodiscard]] std::wstring directory() const;
    [[nodiscard]] std::wstring command_line() const;
    /// Where its environment begins; 0 where it cannot be read.
    [[nodiscard]] std::uintptr_t environment() const;

private:
    struct Layout;

    ProcessParameters(HANDLE process, const Layout& layout, std::uintptr_t at)
        : process_{process}, layout_{layout}, at_{at} {}
    [[nodiscard]] std::uintptr_t word(std::uintptr_t offset) const;
    [[nodiscard]] std::wstring text(std::uintptr_t offset) const;

    static const Layout kOf64Bits;
    static const Layout kOf32Bits;

    HANDLE process_;
    const Layout& layout_;
    std::uintptr_t at_;
};

}  // namespace rmb::win
