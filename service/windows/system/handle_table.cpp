#include "windows/system/handle_table.hpp"

#include "windows/system/file_identity.hpp"
#include "windows/system/nt_api.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

namespace rmb::win {
namespace {

constexpr std::size_t kFirstBytes = std::size_t{1} * 1024 * 1024;
// Ten million handles: no machine has them.
constexpr std::size_t kMostBytes = std::size_t{512} * 1024 * 1024;

/// The table as the system gave it.
class Table {
public:
    static result<Table> read() {
        Table table;
        for (std::size_t size = kFirstBytes; size <= kMostBytes;) {
            table.words_.resize(size / sizeof table.words_[0]);
            std::size_t needed = 0;
            const auto status =
                nt::query_system(nt::kExtendedHandles, table.words_.data(), size, needed);
            if (status >= 0) {
                return table;
            }
            if (status != nt::kLengthMismatch) {
                return nt::status_error("reading the handles of the system", status);
            }
            // More are opened all the time.
            size = std::max(size * 2, needed + needed / 8) / sizeof table.words_[0] *
                   sizeof table.words_[0];
        }
        return Error{Code::out_of_memory, "the system has too many handles"};
    }

    [[nodiscard]] std::span<const nt::HandleEntry> entries() const {
        const auto& head =
            *static_cast<const nt::HandleTable*>(static_cast<const void*>(words_.data()));
        return {&head.entries[0], head.count};
    }

private:
    std::vector<std::uintptr_t> words_;
};

/// Any file will do: what it is in the table tells which entries are files.
UniqueFile open_known_file() {
    std::wstring folder(MAX_PATH, L'\0');
    folder.resize(GetSystemDirectoryW(folder.data(), MAX_PATH));
    return UniqueFile{CreateFileW(folder.c_str(), FILE_READ_ATTRIBUTES,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                  OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr)};
}

/// Opened to the device itself, not to a file on it.
bool is_no_file(Code code) {
    return code == static_cast<Code>(ERROR_INVALID_FUNCTION) ||
           code == static_cast<Code>(ERROR_INVALID_PARAMETER) ||
           code == static_cast<Code>(ERROR_NOT_SUPPORTED);
}

}  // namespace

result<std::vector<FileHandle>> file_handles() {
    const auto known = open_known_file();
    if (!known) {
        return last_error("opening the system's folder");
    }
    const auto table = Table::read();
    if (table.has_error()) {
        return table.error();
    }
    const std::uintptr_t own = GetCurrentProcessId();
    const auto entries = table->entries();
    const auto found = std::ranges::find_if(entries, [&](const nt::HandleEntry& entry) {
        return entry.pid == own && entry.handle == std::bit_cast<std::uintptr_t>(known.get());
    });
    if (found == entries.end()) {
        return Error{Code::internal_error, "the table of handles lacks a handle of ours"};
    }
    std::vector<FileHandle> files;
    for (const auto& entry : entries) {
        if (entry.type == found->type && entry.pid != own) {
            files.push_back({static_cast<std::uint32_t>(entry.pid), entry.handle,
                             static_cast<std::uint32_t>(entry.access)});
        }
    }
    return files;
}

HandleAnswer look_at_handle(HANDLE process, std::uintptr_t handle) {
    HANDLE copied = nullptr;
    if (DuplicateHandle(process, std::bit_cast<HANDLE>(handle), GetCurrentProcess(), &copied, 0,
                        FALSE, DUPLICATE_SAME_ACCESS) == FALSE) {
        const DWORD code = GetLastError();
        return code == ERROR_INVALID_HANDLE
                   ? HandleAnswer{}
                   : HandleAnswer{std::nullopt, win32_error("duplicating it", code).message};
    }
    const UniqueHandle file{copied};
    if (!is_local_disk_file(file.get())) {
        return {};
    }
    auto id = identity_of(file.get());
    if (id.has_value()) {
        return {*id, {}};
    }
    return is_no_file(id.error().code) ? HandleAnswer{}
                                       : HandleAnswer{std::nullopt, id.error().message};
}

}  // namespace rmb::win
