#include "windows/pipe_echo.hpp"

#include "windows/failure.hpp"
#include "windows/own_folder.hpp"

#include <chrono>

namespace rmb::bench {
namespace {

constexpr std::chrono::seconds kPatience{20};

/// Moves bytes in one direction; 0 when the other end is gone.
template <class Start>
DWORD move(PipeKind kind, HANDLE pipe, HANDLE event, Start start) {
    DWORD moved = 0;
    if (kind == PipeKind::synchronous) {
        return start(&moved, nullptr) != FALSE ? moved : 0;
    }
    OVERLAPPED overlapped{};
    overlapped.hEvent = event;
    if (start(nullptr, &overlapped) == FALSE && GetLastError() != ERROR_IO_PENDING) {
        return 0;
    }
    return GetOverlappedResult(pipe, &overlapped, &moved, TRUE) != FALSE ? moved : 0;
}

bool send(PipeKind kind, HANDLE pipe, HANDLE event, const std::vector<char>& bytes) {
    const auto size = static_cast<DWORD>(bytes.size());
    return move(kind, pipe, event, [&](DWORD* moved, OVERLAPPED* overlapped) {
               return WriteFile(pipe, bytes.data(), size, moved, overlapped);
           }) == size;
}

bool receive(PipeKind kind, HANDLE pipe, HANDLE event, std::vector<char>& bytes) {
    for (std::size_t got = 0; got < bytes.size();) {
        const auto moved = move(kind, pipe, event, [&](DWORD* count, OVERLAPPED* overlapped) {
            return ReadFile(pipe, bytes.data() + got, static_cast<DWORD>(bytes.size() - got), count,
                            overlapped);
        });
        if (moved == 0) {
            return false;
        }
        got += moved;
    }
    return true;
}

client::UniqueHandle make_event() {
    return client::UniqueHandle{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
}

DWORD pipe_flags(PipeKind kind) {
    return kind == PipeKind::overlapped ? FILE_FLAG_OVERLAPPED : 0;
}

HANDLE open_when_there(PipeKind kind, const std::wstring& name, HANDLE server) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
        const HANDLE pipe = CreateFileW(name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                        OPEN_EXISTING, pipe_flags(kind), nullptr);
        if (pipe != INVALID_HANDLE_VALUE) {
            return pipe;
        }
        const auto code = GetLastError();
        if (std::chrono::steady_clock::now() >= deadline ||
            WaitForSingleObject(server, 5) == WAIT_OBJECT_0) {
            fail("connecting to the echo process", code);
        }
    }
}

}  // namespace

void serve_echo(PipeKind kind, const std::wstring& pipe_name, EchoSizes sizes) {
    constexpr DWORD kBufferBytes = 16 * 1024;
    const client::UniqueHandle pipe{
        CreateNamedPipeW(pipe_name.c_str(), PIPE_ACCESS_DUPLEX | pipe_flags(kind),
                         PIPE_TYPE_BYTE | PIPE_WAIT, 1, kBufferBytes, kBufferBytes, 0, nullptr)};
    if (!pipe) {
        fail("CreateNamedPipe");
    }
    const auto event = make_event();
    OVERLAPPED overlapped{};
    overlapped.hEvent = event.get();
    auto* const waiting = kind == PipeKind::overlapped ? &overlapped : nullptr;
    if (ConnectNamedPipe(pipe.get(), waiting) == FALSE && GetLastError() == ERROR_IO_PENDING) {
        DWORD unused = 0;
        GetOverlappedResult(pipe.get(), waiting, &unused, TRUE);
    }
    std::vector<char> request(sizes.request);
    const std::vector<char> answer(sizes.answer, 'a');
    while (receive(kind, pipe.get(), event.get(), request) &&
           send(kind, pipe.get(), event.get(), answer)) {
    }
}

EchoClient::EchoClient(PipeKind kind, EchoSizes sizes)
    : kind_{kind}, event_{make_event()}, request_(sizes.request, 'r'), answer_(sizes.answer) {
    const std::wstring name = L"\\\\.\\pipe\\rmb-bench-" + std::to_wstring(GetCurrentProcessId()) +
                              (kind == PipeKind::overlapped ? L"-o" : L"-s");
    const auto program = own_folder() / L"rmb-bench-echo.exe";
    auto command_line = L"\"" + program.wstring() + L"\" " +
                        (kind == PipeKind::overlapped ? L"overlapped " : L"synchronous ") + name +
                        L" " + std::to_wstring(sizes.request) + L" " +
                        std::to_wstring(sizes.answer);
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION made{};
    if (CreateProcessW(nullptr, command_line.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr,
                       &startup, &made) == FALSE) {
        fail("starting the echo process");
    }
    CloseHandle(made.hThread);
    server_ = client::UniqueHandle{made.hProcess};
    server_pid_ = made.dwProcessId;
    pipe_ = client::UniqueHandle{open_when_there(kind, name, server_.get())};
}

EchoClient::~EchoClient() {
    // It would end by itself with the pipe; this also ends one that hangs.
    TerminateProcess(server_.get(), 0);
}

void EchoClient::round_trip() {
    if (!send(kind_, pipe_.get(), event_.get(), request_) ||
        !receive(kind_, pipe_.get(), event_.get(), answer_)) {
        fail("echo");
    }
}

}  // namespace rmb::bench
