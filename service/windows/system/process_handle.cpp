#include "windows/system/process_handle.hpp"

namespace rmb::win {
namespace {

constexpr DWORD kLongestPath = 32'768;

std::string describe_key(const core::ProcessKey& process) {
    return "process " + std::to_string(process.pid);
}

Error no_such_process(const core::ProcessKey& process) {
    return {Code::file_not_found,
            describe_key(process) + " with the given start time does not run"};
}

}  // namespace

result<UniqueHandle> open_running(const core::ProcessKey& process, DWORD access) {
    UniqueHandle handle{
        OpenProcess(access | PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, process.pid)};
    if (!handle) {
        const DWORD code = GetLastError();
        if (code == ERROR_INVALID_PARAMETER) {
            return no_such_process(process);
        }
        return win32_error("opening " + describe_key(process), code);
    }
    const auto started = start_time(handle.get());
    if (!started) {
        return last_error("reading the start time of " + describe_key(process));
    }
    // A dead process whose handle somebody holds can still be opened.
    if (started != process.start_time || has_ended(handle.get())) {
        return no_such_process(process);
    }
    return handle;
}

bool has_ended(HANDLE process) {
    return WaitForSingleObject(process, 0) == WAIT_OBJECT_0;
}

std::optional<std::uint64_t> start_time(HANDLE process) {
    FILETIME created{};
    FILETIME exited{};
    FILETIME kernel{};
    FILETIME user{};
    if (GetProcessTimes(process, &created, &exited, &kernel, &user) == FALSE) {
        return std::nullopt;
    }
    return to_uint64(created);
}

std::string image_path(HANDLE process) {
    std::wstring path(kLongestPath, L'\0');
    auto units = kLongestPath;
    if (QueryFullProcessImageNameW(process, 0, path.data(), &units) == FALSE) {
        return {};
    }
    path.resize(units);
    return narrow(path);
}

}  // namespace rmb::win
