#include "harness/other_path.hpp"

#include "harness/broker_test.hpp"
#include "harness/wait.hpp"
#include "harness/win32_error.hpp"

#include <windows.h>
#include <winioctl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rmb::e2e {
namespace {

/// REPARSE_DATA_BUFFER of a mount point, which the SDK leaves to drivers.
struct MountPoint {
    DWORD tag = IO_REPARSE_TAG_MOUNT_POINT;
    WORD data_bytes = 0;
    WORD reserved = 0;
    WORD target_offset = 0;
    WORD target_bytes = 0;
    WORD shown_offset = 0;
    WORD shown_bytes = 0;
    std::array<wchar_t, 2 * MAX_PATH> names{};
};
constexpr WORD kHeaderBytes = 8;        // what data_bytes does not count
constexpr std::size_t kFieldBytes = 8;  // offsets and sizes

std::size_t bytes_of(const std::wstring& text) {
    return text.size() * sizeof(wchar_t);
}

MountPoint mount_point(const std::wstring& folder) {
    const auto target = L"\\??\\" + folder;
    MountPoint point;
    if (target.size() + folder.size() + 2 > point.names.size()) {
        throw std::runtime_error{"too long for a junction"};
    }
    point.target_bytes = static_cast<WORD>(bytes_of(target));
    point.shown_offset = static_cast<WORD>(bytes_of(target) + sizeof(wchar_t));
    point.shown_bytes = static_cast<WORD>(bytes_of(folder));
    std::memcpy(point.names.data(), target.data(), point.target_bytes);
    std::memcpy(point.names.data() + target.size() + 1, folder.data(), point.shown_bytes);
    point.data_bytes =
        static_cast<WORD>(kFieldBytes + bytes_of(target) + bytes_of(folder) + 2 * sizeof(wchar_t));
    return point;
}

void make_junction(const std::filesystem::path& path, const std::filesystem::path& folder) {
    if (CreateDirectoryW(path.c_str(), nullptr) == FALSE) {
        fail_with_last_error("making the folder of a junction");
    }
    const client::UniqueHandle made{
        CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                    FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, nullptr)};
    auto point = mount_point(folder.wstring());
    DWORD got = 0;
    if (!made ||
        DeviceIoControl(made.get(), FSCTL_SET_REPARSE_POINT, &point,
                        kHeaderBytes + point.data_bytes, nullptr, 0, &got, nullptr) == FALSE) {
        fail_with_last_error("making a junction");
    }
}

/// What Wine calls the file outside.
std::wstring unix_name(const std::wstring& path) {
    using Function = char*(CDECL*)(const wchar_t*);
    const auto ask = reinterpret_cast<Function>(reinterpret_cast<void*>(
        GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "wine_get_unix_file_name")));
    char* const name = ask == nullptr ? nullptr : ask(path.c_str());
    if (name == nullptr) {
        throw std::runtime_error{"no Unix name"};
    }
    const std::string text{name};
    HeapFree(GetProcessHeap(), 0, name);
    return {text.begin(), text.end()};
}

/// Wine gives no handle of a program of the system around it: its deeds tell that it is done.
void run_unix(const std::wstring& program, const std::wstring& arguments) {
    auto command_line = program + L" " + arguments;
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION made{};
    if (CreateProcessW((L"Z:\\bin\\" + program).c_str(), command_line.data(), nullptr, nullptr,
                       FALSE, 0, nullptr, nullptr, &startup, &made) == FALSE) {
        fail_with_last_error("starting a Unix program");
    }
    const client::UniqueHandle process{made.hProcess};
    const client::UniqueHandle thread{made.hThread};
}

bool is_there(const std::filesystem::path& path) {
    return GetFileAttributesW(path.c_str()) != INVALID_FILE_ATTRIBUTES;
}

void make_unix_link(const std::wstring& link, const std::filesystem::path& folder,
                    const std::filesystem::path& seen_as) {
    run_unix(L"ln", L"-s \"" + unix_name(folder.wstring()) + L"\" \"" + link + L"\"");
    if (!eventually([&] { return is_there(seen_as); })) {
        throw std::runtime_error{"no link " + seen_as.string()};
    }
}

void remove_unix_link(const std::wstring& link, const std::filesystem::path& seen_as) {
    run_unix(L"rm", L"\"" + link + L"\"");
    EXPECT_TRUE(eventually([&] { return !is_there(seen_as); })) << seen_as;
}

/// A folder of drive C: as Wine's drive Z: has it, on which the whole system around it is.
std::wstring on_drive_z(const std::filesystem::path& folder) {
    auto path = L"Z:" + unix_name(folder.wstring());
    // A colon in the name of a folder is nothing for Windows: what that link leads to.
    constexpr std::wstring_view kLink = L"dosdevices/c:";
    if (const auto at = path.find(kLink); at != std::wstring::npos) {
        path.replace(at, kLink.size(), L"drive_c");
    }
    std::ranges::replace(path, L'/', L'\\');
    return path;
}

}  // namespace

Junction::Junction(const std::filesystem::path& path, const std::filesystem::path& folder)
    : OtherPath{path} {
    if (is_wine()) {
        make_unix_link(unix_name(path.wstring()), folder, path);
    } else {
        make_junction(path, folder);
    }
}

Junction::~Junction() {
    if (is_wine()) {
        remove_unix_link(
            unix_name(path().parent_path().wstring()) + L"/" + path().filename().wstring(), path());
    } else {
        EXPECT_NE(RemoveDirectoryW(path().c_str()), FALSE) << GetLastError();
    }
}

SubstitutedDrive::SubstitutedDrive(wchar_t letter, const std::filesystem::path& folder)
    : OtherPath{is_wine() ? on_drive_z(folder) : std::wstring{letter} + L":\\"},
      name_{std::wstring{letter} + L":"},
      folder_{folder.wstring()} {
    if (!is_wine() && DefineDosDeviceW(0, name_.c_str(), folder_.c_str()) == FALSE) {
        fail_with_last_error("DefineDosDevice");
    }
}

SubstitutedDrive::~SubstitutedDrive() {
    if (!is_wine()) {
        DefineDosDeviceW(DDD_REMOVE_DEFINITION | DDD_EXACT_MATCH_ON_REMOVE, name_.c_str(),
                         folder_.c_str());
    }
}

}  // namespace rmb::e2e
