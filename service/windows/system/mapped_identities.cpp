#include "windows/system/mapped_identities.hpp"

#include "windows/system/file_naming.hpp"
#include "windows/system/path_parts.hpp"

namespace rmb::win {
namespace {

// System32 holds thousands of files, of which dozens are mapped: to list them costs less than to
// open those.
constexpr std::size_t kListFrom = 8;

}  // namespace

std::optional<engine::FileId> MappedIdentities::of_kernel(const std::wstring& path) {
    const auto win32 = volumes_.to_win32(path);
    return win32.empty() ? std::nullopt : of_win32(narrow(win32));
}

std::optional<engine::FileId> MappedIdentities::of_win32(const std::string& path) {
    const auto [place, is_new] = known_.try_emplace(path);
    if (is_new) {
        place->second = identify(path);
    }
    return place->second;
}

std::optional<engine::FileId> MappedIdentities::identify(const std::string& path) {
    const auto parts = take_path_apart(path);
    if (!parts || parts->name_key.empty()) {
        return open(path);
    }
    auto& folder = folders_[parts->folder];
    if (++folder.opened == kListFrom) {
        const auto entries = list_folder(watchdog_, parts->folder, entries_left_);
        if (entries.has_value()) {
            entries_left_ -= entries->size();
            folder.index.emplace(*entries, name_key_of);
        } else {
            entries_left_ /= 2;  // so much may have been read in vain
        }
    }
    const auto match = folder.index ? folder.index->find(parts->name_key) : std::nullopt;
    // A name that is not in the list may have come since.
    return match && match->is_certain ? std::optional{match->facts.file} : open(path);
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
