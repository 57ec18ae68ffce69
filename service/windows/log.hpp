#pragma once

#include "core/config.hpp"
#include "windows/api.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace rmb::win {

/// SYSTEM and Administrators only, nothing inherited from ProgramData, where every user may create.
inline constexpr std::string_view kFolderSddl = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";

/// Makes `path` (its parent must exist) or takes over a folder that is there, and protects it.
/// Refuses a link, and a folder whose owner is neither SYSTEM, nor Administrators, nor ourselves:
/// somebody put it there before us and could take it back.
[[nodiscard]] result<void> make_protected_folder(const std::wstring& path);

/// `<ProgramData>\rmbroker\log`, made and protected.
[[nodiscard]] result<std::wstring> make_log_folder();

/// Lines of the form `<time> <level> event=... key=value ...` in `<folder>\rmbroker.log`, rotated
/// by size; flushed at warnings. Control characters in a message are shown as '?', so that what a
/// caller chose (a program's name) cannot begin a line of its own.
[[nodiscard]] result<std::shared_ptr<spdlog::logger>> make_file_log(const std::wstring& folder,
                                                                    const core::Config& config);
/// The same lines on stderr.
[[nodiscard]] std::shared_ptr<spdlog::logger> make_console_log(const core::Config& config);

/// The file's log; where there can be none, one that writes to the debugger only and has been told
/// why: a full disk must not stop installers from working.
[[nodiscard]] std::shared_ptr<spdlog::logger> make_service_log(const core::Config& config);

}  // namespace rmb::win
