#include "windows/system/folder_entries.hpp"

#include "engine/locks.hpp"
#include "windows/system/file_identity.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace rmb::win {
namespace {

using Entries = std::vector<engine::FolderEntry>;

/// 64-bit ids.
struct ShortIds {
    using Record = FILE_ID_BOTH_DIR_INFO;
    static constexpr auto kFirst = FileIdBothDirectoryRestartInfo;
    static constexpr auto kNext = FileIdBothDirectoryInfo;

    // Of a reparse point this is its tag (MS-FSCC 2.4.17).
    static ULONG reparse_tag(const Record& record) {
        return record.EaSize;
    }
    static std::wstring_view short_name(const Record& record) {
        return {record.ShortName,
                static_cast<std::size_t>(record.ShortNameLength) / sizeof record.ShortName[0]};
    }
    static engine::FileId file(const Record& record, std::uint64_t volume) {
        return short_identity(volume, static_cast<std::uint64_t>(record.FileId.QuadPart));
    }
};

/// 128-bit ids.
struct LongIds {
    using Record = FILE_ID_EXTD_DIR_INFO;
    static constexpr auto kFirst = FileIdExtdDirectoryRestartInfo;
    static constexpr auto kNext = FileIdExtdDirectoryInfo;

    static ULONG reparse_tag(const Record& record) {
        return record.ReparsePointTag;
    }
    static std::wstring_view short_name(const Record& /*record*/) {
        return {};
    }
    static engine::FileId file(const Record& record, std::uint64_t volume) {
        engine::FileId id{volume, {}};
        static_assert(sizeof record.FileId == sizeof id.id);
        std::memcpy(id.id.data(), &record.FileId, sizeof record.FileId);
        return id;
    }
};

/// A reparse point that stands for another file or folder. Others (cloud files, deduplicated ones)
/// are the file itself. Where the tag is not told it is taken for a link.
bool is_link(DWORD attributes, ULONG tag) {
    return (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 &&
           (tag == 0 || IsReparseTagNameSurrogate(tag) != 0);
}

template <class Ids>
void add(const typename Ids::Record& record, std::uint64_t volume, Entries& entries) {
    const std::wstring_view name{record.FileName, record.FileNameLength / sizeof(wchar_t)};
    if (name == L"." || name == L"..") {
        return;
    }
    engine::FolderEntry entry;
    entry.name = narrow(name);
    entry.short_name = narrow(Ids::short_name(record));
    entry.file = Ids::file(record, volume);
    entry.is_folder = (record.FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    entry.is_link = is_link(record.FileAttributes, Ids::reparse_tag(record));
    entries.push_back(std::move(entry));
}

template <class Ids>
result<Entries> read(HANDLE folder, std::uint64_t volume, std::size_t most) {
    Entries entries;
    std::vector<std::uint64_t> buffer(std::size_t{64} * 1024 / sizeof(std::uint64_t));
    const auto size = static_cast<DWORD>(buffer.size() * sizeof buffer[0]);
    const auto* const bytes =
        static_cast<const std::byte*>(static_cast<const void*>(buffer.data()));
    for (auto what = Ids::kFirst;; what = Ids::kNext) {
        if (GetFileInformationByHandleEx(folder, what, buffer.data(), size) == FALSE) {
            const DWORD code = GetLastError();
            // Of a root folder with nothing in it: not even "." was found.
            if (code == ERROR_NO_MORE_FILES || code == ERROR_FILE_NOT_FOUND) {
                return entries;
            }
            return win32_error("listing a folder", code);
        }
        for (const auto* at = bytes;;) {
            const auto& record =
                *static_cast<const typename Ids::Record*>(static_cast<const void*>(at));
            add<Ids>(record, volume, entries);
            if (entries.size() > most) {
                return Error{Code::not_enough_quota, "the folder holds too many files"};
            }
            if (record.NextEntryOffset == 0) {
                break;
            }
            at += record.NextEntryOffset;
        }
    }
}

}  // namespace

result<Entries> read_entries(HANDLE folder, std::size_t most) {
    const auto own = identity_of(folder);
    if (own.has_error()) {
        return own.error();
    }
    const auto& id = own->id;
    const bool is_short =
        std::all_of(id.begin() + id.size() / 2, id.end(), [](auto byte) { return byte == 0; });
    return is_short ? read<ShortIds>(folder, own->volume, most)
                    : read<LongIds>(folder, own->volume, most);
}

}  // namespace rmb::win
