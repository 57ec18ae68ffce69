#include "windows/system/mapped_identities.hpp"

#include "windows/system/file_naming.hpp"

namespace rmb::win {

std::optional<engine::FileId> MappedIdentities::of_kernel(const std::wstring& path) {
    const auto win32 = volumes_.to_win32(path);
    return win32.empty() ? std::nullopt : of_win32(narrow(win32));
}

std::optional<engine::FileId> MappedIdentities::of_win32(const std::string& path) {
    const auto [place, is_new] = known_.try_emplace(path);
    if (is_new) {
        place->second = open(path);
    }
    return place->second;
}

std::optional<engine::FileId> MappedIdentities::open(const std::string& path) {
    // The kernel's name ends in the file itself. A link there was put in its place since, by
    // somebody who would like the service to open what the link leads to.
    const auto facts = identify_path(watchdog_, path, Links::stay);
    if (facts.has_value()) {
        return facts->file;
    }
    // Gone, or nothing that a query could name.
    const auto code = facts.error().code;
    if (code != Code::file_not_found && code != Code::bad_arguments) {
        unseen_.push_back({"mapped file " + path, facts.error().message});
    }
    return std::nullopt;
}

}  // namespace rmb::win
