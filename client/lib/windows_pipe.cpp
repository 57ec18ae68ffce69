#include "client/lib/windows_pipe.hpp"

#include "client/lib/local.hpp"
#include "client/lib/windows_handle.hpp"
#include "client/lib/windows_text.hpp"
#include "proto/service_setup.hpp"

#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace rmb::client {
namespace {

DWORD wait_time(TimePoint now, TimePoint deadline) {
    const int left = milliseconds_left(now, deadline);
    return left < 0 ? INFINITE : static_cast<DWORD>(left);
}

/// One direction of the pipe: at most one transfer at a time.
class Transfer {
public:
    Transfer() : event_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}

    [[nodiscard]] bool is_valid() const {
        return static_cast<bool>(event_);
    }

    /// Where to hand to ReadFile or WriteFile.
    OVERLAPPED* begin() {
        overlapped_ = {};
        overlapped_.hEvent = event_.get();
        return &overlapped_;
    }

    /// `started` is what ReadFile or WriteFile returned. When this returns, the system is done
    /// with the buffer.
    io_result<std::size_t> finish(HANDLE pipe, BOOL started, Clock& clock, TimePoint deadline) {
        if (started == FALSE && GetLastError() != ERROR_IO_PENDING) {
            return IoFailure::lost;
        }
        const bool in_time =
            WaitForSingleObject(event_.get(), wait_time(clock.now(), deadline)) == WAIT_OBJECT_0;
        if (!in_time) {
            CancelIoEx(pipe, &overlapped_);
        }
        DWORD moved = 0;
        if (GetOverlappedResult(pipe, &overlapped_, &moved, TRUE) != FALSE) {
            return std::size_t{moved};  // it may have come just before it was cancelled
        }
        return !in_time && GetLastError() == ERROR_OPERATION_ABORTED ? IoFailure::timed_out
                                                                     : IoFailure::lost;
    }

private:
    UniqueHandle event_;
    OVERLAPPED overlapped_{};
};

DWORD at_most_dword(std::size_t size) {
    constexpr std::size_t kMost = std::numeric_limits<DWORD>::max();
    return static_cast<DWORD>(std::min(size, kMost));
}

class OverlappedPipe final : public PipeChannel {
public:
    OverlappedPipe(UniqueHandle pipe, Clock& clock) : pipe_(std::move(pipe)), clock_(clock) {}

    [[nodiscard]] bool is_valid() const {
        return sending_.is_valid() && receiving_.is_valid();
    }

    io_result<void> send(std::string_view bytes, TimePoint deadline) override {
        while (!bytes.empty()) {
            const auto started = WriteFile(pipe_.get(), bytes.data(), at_most_dword(bytes.size()),
                                           nullptr, sending_.begin());
            const auto sent = sending_.finish(pipe_.get(), started, clock_, deadline);
            if (!sent) {
                return sent.error();
            }
            bytes.remove_prefix(*sent);
        }
        return {};
    }

    io_result<std::size_t> receive(std::span<char> into, TimePoint deadline) override {
        const auto started = ReadFile(pipe_.get(), into.data(), at_most_dword(into.size()), nullptr,
                                      receiving_.begin());
        const auto received = receiving_.finish(pipe_.get(), started, clock_, deadline);
        // A byte-mode pipe delivers an empty write as nothing; no server of ours writes one.
        return received && *received == 0 ? IoFailure::lost : received;
    }

    PipeFacts facts() override {
        return {owner(), server_process()};
    }

private:
    [[nodiscard]] std::optional<std::string> owner() const {
        PSID owner = nullptr;
        PSECURITY_DESCRIPTOR raw = nullptr;
        if (GetSecurityInfo(pipe_.get(), SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                            nullptr, nullptr, nullptr, &raw) != ERROR_SUCCESS) {
            return std::nullopt;
        }
        const UniqueLocal descriptor{raw};
        LPWSTR text = nullptr;
        if (owner == nullptr || ConvertSidToStringSidW(owner, &text) == FALSE) {
            return std::nullopt;
        }
        const UniqueLocal text_owner{text};
        return to_utf8(text);
    }

    [[nodiscard]] std::optional<std::uint32_t> server_process() const {
        ULONG pid = 0;
        if (GetNamedPipeServerProcessId(pipe_.get(), &pid) == FALSE) {
            return std::nullopt;
        }
        return pid;
    }

    UniqueHandle pipe_;
    Clock& clock_;
    Transfer sending_;
    Transfer receiving_;
};

ServerReport::Pipe state_of(DWORD error) {
    switch (error) {
        case ERROR_PIPE_BUSY:
            return ServerReport::Pipe::busy;
        case ERROR_FILE_NOT_FOUND:
            return ServerReport::Pipe::missing;
        case ERROR_ACCESS_DENIED:
            return ServerReport::Pipe::denied;
        default:
            return ServerReport::Pipe::failed;
    }
}

ServiceFacts no_facts(DWORD error) {
    ServiceFacts facts;
    facts.error = error;
    switch (error) {
        case ERROR_SERVICE_DOES_NOT_EXIST:
            facts.answer = ServiceFacts::Answer::not_installed;
            break;
        case ERROR_ACCESS_DENIED:
            facts.answer = ServiceFacts::Answer::denied;
            break;
        default:
            facts.answer = ServiceFacts::Answer::failed;
            break;
    }
    return facts;
}

}  // namespace

PipeApi::Opened WindowsPipeApi::open(const std::string& name) {
    // FILE_WRITE_DATA: GENERIC_WRITE would ask for the right to create instances too.
    UniqueHandle pipe{CreateFileW(
        to_wide(name).c_str(), GENERIC_READ | FILE_WRITE_DATA, 0, nullptr, OPEN_EXISTING,
        FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, nullptr)};
    if (!pipe) {
        const auto error = GetLastError();
        return {state_of(error), error, nullptr};
    }
    auto channel = std::make_unique<OverlappedPipe>(std::move(pipe), clock_);
    if (!channel->is_valid()) {
        return {ServerReport::Pipe::failed, ERROR_OUTOFMEMORY, nullptr};
    }
    return {ServerReport::Pipe::open, ERROR_SUCCESS, std::move(channel)};
}

void WindowsPipeApi::wait_while_busy(const std::string& name, TimePoint deadline) {
    // 0 would mean the server's default, 0xFFFFFFFF for ever.
    const auto time = std::max<DWORD>(wait_time(clock_.now(), deadline), 1);
    if (WaitNamedPipeW(to_wide(name).c_str(), time) == FALSE &&
        GetLastError() != ERROR_SEM_TIMEOUT) {
        Sleep(static_cast<DWORD>(PipeDialer::kPollInterval.count()));
    }
}

ServiceFacts WindowsPipeApi::query_service() {
    return client::query_service();
}

// Asked anew each time: a handle kept open would keep a deleted service in existence.
ServiceFacts query_service() {
    const UniqueService manager{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT)};
    if (!manager) {
        return no_facts(GetLastError());
    }
    const UniqueService service{
        OpenServiceW(manager.get(), to_wide(proto::kServiceName).c_str(), SERVICE_QUERY_STATUS)};
    if (!service) {
        return no_facts(GetLastError());
    }
    SERVICE_STATUS_PROCESS status{};
    DWORD needed = 0;
    if (QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO,
                             reinterpret_cast<BYTE*>(&status), sizeof status, &needed) == FALSE) {
        return no_facts(GetLastError());
    }
    ServiceFacts facts;
    facts.answer = ServiceFacts::Answer::known;
    facts.state = status.dwCurrentState;
    facts.pid = status.dwProcessId;
    return facts;
}

}  // namespace rmb::client
