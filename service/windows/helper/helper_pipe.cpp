#include "windows/helper/helper_pipe.hpp"

#include "core/pipe_security.hpp"
#include "windows/security_descriptor.hpp"
#include "windows/system_random.hpp"

#include <array>
#include <cstdint>

namespace rmb::win {
namespace {

constexpr DWORD kBufferBytes = 64 * 1024;
// Not GENERIC_WRITE, in which is the right to create instances.
constexpr DWORD kHelperAccess = GENERIC_READ | FILE_WRITE_DATA;

result<std::wstring> random_name() {
    std::array<std::uint8_t, 16> bytes{};
    SystemRandom random;
    if (auto filled = random.fill(bytes); filled.has_error()) {
        return filled.error();
    }
    std::wstring name = wide(core::kHelperPipe);
    for (const auto byte : bytes) {
        constexpr std::wstring_view kDigits = L"0123456789abcdef";
        name += kDigits[byte >> 4U];
        name += kDigits[byte & 0xFU];
    }
    return name;
}

Error ended_before(HANDLE process) {
    DWORD code = 0;
    GetExitCodeProcess(process, &code);
    return {Code::not_ready,
            "it ended before it opened its pipe, with code " + std::to_string(code)};
}

/// Until somebody has opened the pipe.
result<void> wait_for_client(HANDLE pipe, HANDLE process, std::chrono::milliseconds limit) {
    const UniqueHandle connected{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
    OVERLAPPED operation{};
    operation.hEvent = connected.get();
    if (!connected) {
        return last_error("making an event to wait for its pipe with");
    }
    if (ConnectNamedPipe(pipe, &operation) != FALSE || GetLastError() == ERROR_PIPE_CONNECTED) {
        return {};
    }
    if (GetLastError() != ERROR_IO_PENDING) {
        return last_error("waiting for its pipe to be opened");
    }
    const std::array handles{connected.get(), process};
    const DWORD which = WaitForMultipleObjects(static_cast<DWORD>(handles.size()), handles.data(),
                                               FALSE, static_cast<DWORD>(limit.count()));
    if (which != WAIT_OBJECT_0) {
        CancelIoEx(pipe, &operation);
    }
    DWORD unused = 0;
    // It may have been opened all the same, in this moment.
    if (GetOverlappedResult(pipe, &operation, &unused, TRUE) != FALSE) {
        return {};
    }
    const DWORD code = GetLastError();
    if (which == WAIT_TIMEOUT) {
        return Error{Code::not_ready,
                     "it has not opened its pipe within " + std::to_string(limit.count()) + " ms"};
    }
    return which == WAIT_OBJECT_0 + 1 ? ended_before(process)
                                      : win32_error("waiting for its pipe to be opened", code);
}

result<void> check_client(HANDLE pipe, DWORD expected) {
    ULONG pid = 0;
    if (GetNamedPipeClientProcessId(pipe, &pid) == FALSE) {
        return last_error("asking who has opened its pipe");
    }
    if (pid != expected) {
        return Error{Code::not_ready,
                     "its pipe was opened by another process, " + std::to_string(pid)};
    }
    return {};
}

}  // namespace

result<HelperPipe> make_helper_pipe(const std::string& user) {
    auto name = random_name();
    if (name.has_error()) {
        return name.error();
    }
    const auto descriptor = SecurityDescriptor::from_sddl(core::helper_pipe_sddl(user));
    if (descriptor.has_error()) {
        return descriptor.error();
    }
    auto attributes = descriptor->attributes();
    UniqueFile end{CreateNamedPipeW(
        name->c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
        PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1,
        kBufferBytes, kBufferBytes, 0, &attributes)};
    if (!end) {
        return last_error("creating a pipe");
    }
    return HelperPipe{std::move(*name), std::move(end)};
}

result<UniqueFile> open_helper_pipe(const std::wstring& name) {
    UniqueFile end{CreateFileW(name.c_str(), kHelperAccess, 0, nullptr, OPEN_EXISTING,
                               FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS,
                               nullptr)};
    if (!end) {
        return last_error("opening the service's pipe");
    }
    return end;
}

result<void> await_child(HANDLE pipe, const Child& child, std::chrono::milliseconds limit) {
    auto outcome = wait_for_client(pipe, child.process.get(), limit);
    if (outcome.has_value()) {
        outcome = check_client(pipe, child.pid);
    }
    if (outcome.has_value()) {
        return {};
    }
    end_child(child);
    return Error{Code::not_ready, outcome.error().message};
}

}  // namespace rmb::win
