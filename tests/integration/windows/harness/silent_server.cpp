#include "harness/silent_server.hpp"

#include "harness/win32_error.hpp"

#include <sddl.h>

#include <array>
#include <utility>

namespace rmb::e2e {
namespace {

/// The broker's owner, and everybody may come.
constexpr const wchar_t* kSddl = L"O:SYG:SYD:P(A;;FA;;;WD)";

}  // namespace

SilentServer::SilentServer(const std::wstring& pipe_name, bool limit_instances)
    : name_{pipe_name},
      limit_instances_{limit_instances},
      stop_{CreateEventW(nullptr, TRUE, FALSE, nullptr)},
      first_{make_instance()},
      thread_{[this] { serve(); }} {}

SilentServer::~SilentServer() {
    SetEvent(stop_.get());
    thread_.join();
}

HANDLE SilentServer::make_instance() const {
    PSECURITY_DESCRIPTOR raw = nullptr;
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(kSddl, SDDL_REVISION_1, &raw,
                                                             nullptr) == FALSE) {
        fail_with_last_error("security descriptor");
    }
    const client::UniqueLocal descriptor{raw};
    SECURITY_ATTRIBUTES attributes{sizeof attributes, raw, FALSE};
    const HANDLE pipe = CreateNamedPipeW(
        name_.c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE | PIPE_WAIT,
        limit_instances_ ? 1 : PIPE_UNLIMITED_INSTANCES, 4096, 4096, 0, &attributes);
    if (pipe == INVALID_HANDLE_VALUE) {
        fail_with_last_error("CreateNamedPipe");
    }
    return pipe;
}

bool SilentServer::wait(HANDLE event) const {
    const std::array<HANDLE, 2> events{stop_.get(), event};
    return WaitForMultipleObjects(static_cast<DWORD>(events.size()), events.data(), FALSE,
                                  INFINITE) == WAIT_OBJECT_0 + 1;
}

void SilentServer::serve() {
    const client::UniqueHandle event{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
    auto instance = std::move(first_);
    for (;;) {
        OVERLAPPED overlapped{};
        overlapped.hEvent = event.get();
        ResetEvent(event.get());
        const auto connected = ConnectNamedPipe(instance.get(), &overlapped);
        if (connected == FALSE && GetLastError() == ERROR_IO_PENDING && !wait(event.get())) {
            CancelIoEx(instance.get(), &overlapped);
            DWORD unused = 0;
            GetOverlappedResult(instance.get(), &overlapped, &unused, TRUE);
            return;
        }
        {
            const std::lock_guard lock{mutex_};
            ++clients_;
            changed_.notify_all();
        }
        listen_to(instance.get());
        if (WaitForSingleObject(stop_.get(), 0) == WAIT_OBJECT_0) {
            return;
        }
        DisconnectNamedPipe(instance.get());
    }
}

void SilentServer::listen_to(HANDLE pipe) {
    const client::UniqueHandle event{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
    std::array<char, 4096> buffer{};
    for (;;) {
        OVERLAPPED overlapped{};
        overlapped.hEvent = event.get();
        const auto started =
            ReadFile(pipe, buffer.data(), static_cast<DWORD>(buffer.size()), nullptr, &overlapped);
        const bool pending = started == FALSE && GetLastError() == ERROR_IO_PENDING;
        if (started == FALSE && !pending) {
            return;
        }
        if (pending && !wait(event.get())) {
            CancelIoEx(pipe, &overlapped);
        }
        DWORD got = 0;
        if (GetOverlappedResult(pipe, &overlapped, &got, TRUE) == FALSE) {
            return;
        }
        const std::lock_guard lock{mutex_};
        heard_.append(buffer.data(), got);
        changed_.notify_all();
    }
}

std::string SilentServer::heard() {
    const std::lock_guard lock{mutex_};
    return heard_;
}

int SilentServer::clients() {
    const std::lock_guard lock{mutex_};
    return clients_;
}

bool SilentServer::wait_to_hear(std::string_view text, Milliseconds patience) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, patience,
                             [&] { return heard_.find(text) != std::string::npos; });
}

}  // namespace rmb::e2e
