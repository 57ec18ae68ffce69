#include "windows/pipe_listener.hpp"

#include "windows/caller_identity.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/windows/overlapped_ptr.hpp>
#include <spdlog/logger.h>

#include <chrono>
#include <functional>
#include <utility>

namespace rmb::win {
namespace {

namespace asio = boost::asio;

using Instance = std::shared_ptr<rpc::Stream>;

// Most messages fit; a longer one goes over in several pieces.
constexpr DWORD kBufferBytes = 16 * 1024;
// Connected clients that the host has not taken yet. Beyond it no instance waits: they are told
// "busy" and come again.
constexpr std::size_t kMaxConnected = 256;
constexpr std::chrono::milliseconds kRetryAfter{100};

/// Starts waiting for a client. `done` is called from the loop, never from here, with no error for
/// a client that is there.
template <class Done>
void async_connect(asio::io_context& loop, HANDLE pipe, Done done) {
    asio::windows::overlapped_ptr overlapped{loop, std::move(done)};
    if (ConnectNamedPipe(pipe, overlapped.get()) != FALSE) {
        overlapped.release();  // a completion is queued all the same
        return;
    }
    const DWORD code = GetLastError();
    if (code == ERROR_IO_PENDING) {  // 997
        overlapped.release();
    } else if (code == ERROR_PIPE_CONNECTED) {  // 535: came between creating and connecting
        overlapped.complete({}, 0);
    } else {  // 232 ERROR_NO_DATA: came and went in that time
        overlapped.complete({static_cast<int>(code), asio::error::get_system_category()}, 0);
    }
}

bool client_vanished(const boost::system::error_code& error) {
    return error.value() == ERROR_NO_DATA || error.value() == ERROR_BROKEN_PIPE;
}

}  // namespace

struct PipeListener::State : std::enable_shared_from_this<State> {
    State(asio::io_context& loop_in, const Options& options, SecurityDescriptor descriptor_in,
          spdlog::logger& log_in, TokenApi& api_in)
        : loop{loop_in},
          name{wide(options.name)},
          target{options.waiting},
          descriptor{std::move(descriptor_in)},
          log{log_in},
          api{api_in},
          wake{loop_in},
          retry{loop_in} {}

    result<UniqueFile> create(DWORD extra_flags);
    result<void> add_instance(DWORD extra_flags);
    void refill();
    void refill_later(const std::string& why);
    void connected(const Instance& instance, const boost::system::error_code& error);
    std::optional<rpc::Peer> take();
    void close();

    asio::io_context& loop;
    std::wstring name;
    std::size_t target;
    SecurityDescriptor descriptor;
    spdlog::logger& log;
    TokenApi& api;
    std::set<Instance> waiting;
    std::deque<Instance> ready;
    asio::steady_timer wake;  // cancelled when there is something for accept()
    asio::steady_timer retry;
    bool refill_failed = false;
    bool closed = false;
};

result<UniqueFile> PipeListener::State::create(DWORD extra_flags) {
    auto attributes = descriptor.attributes();
    UniqueFile pipe{CreateNamedPipeW(
        name.c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | extra_flags,
        PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
        PIPE_UNLIMITED_INSTANCES, kBufferBytes, kBufferBytes, 0, &attributes)};
    if (!pipe) {
        return last_error("creating an instance of the pipe " + narrow(name));
    }
    return pipe;
}

result<void> PipeListener::State::add_instance(DWORD extra_flags) {
    auto pipe = create(extra_flags);
    if (pipe.has_error()) {
        return pipe.error();
    }
    const auto instance = std::make_shared<rpc::Stream>(loop);
    boost::system::error_code failed;
    instance->assign(pipe->get(), failed);
    if (failed) {
        return win32_error("preparing an instance of the pipe", static_cast<DWORD>(failed.value()));
    }
    pipe->release();
    waiting.insert(instance);
    async_connect(
        loop, instance->native_handle(),
        [self = shared_from_this(), instance](const boost::system::error_code& error, std::size_t) {
            self->connected(instance, error);
        });
    return {};
}

/// Brings the number of waiting instances up again. A failure (no memory, no quota) is the system's
/// trouble of the moment: those that wait go on waiting, and it is tried again.
void PipeListener::State::refill() {
    while (!closed && waiting.size() < target && ready.size() < kMaxConnected) {
        const auto added = add_instance(0);
        if (added.has_value()) {
            refill_failed = false;
            continue;
        }
        refill_later(added.error().message);
        return;
    }
}

void PipeListener::State::refill_later(const std::string& why) {
    if (!std::exchange(refill_failed, true)) {
        log.warn("event=pipe.instance_failed waiting={} why=\"{}\"", waiting.size(), why);
    }
    retry.expires_after(kRetryAfter);
    retry.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled) {
            self->refill();
        }
    });
}

void PipeListener::State::connected(const Instance& instance,
                                    const boost::system::error_code& error) {
    waiting.erase(instance);
    if (closed) {
        return;
    }
    if (error) {
        // The instance goes with its last reference; another takes its place first. Not at once
        // where it was the system that failed, lest this loop does nothing else.
        if (client_vanished(error)) {
            log.debug("event=pipe.client_vanished code={}", error.value());
            refill();
        } else {
            refill_later("connecting failed: error " + std::to_string(error.value()));
        }
        return;
    }
    ready.push_back(instance);
    refill();
    wake.cancel();
}

std::optional<rpc::Peer> PipeListener::State::take() {
    while (!ready.empty()) {
        rpc::Stream stream = std::move(*ready.front());
        ready.pop_front();
        refill();
        ULONG pid = 0;
        if (GetNamedPipeClientProcessId(stream.native_handle(), &pid) == FALSE) {
            log.debug("event=pipe.client_vanished code={}", GetLastError());
            continue;
        }
        auto identity = std::make_unique<CallerIdentity>(api, stream.native_handle(),
                                                         static_cast<std::uint32_t>(pid));
        return rpc::Peer{std::move(stream), std::move(identity)};
    }
    return std::nullopt;
}

void PipeListener::State::close() {
    closed = true;
    boost::system::error_code ignored;
    for (const auto& instance : waiting) {
        instance->close(ignored);
    }
    ready.clear();
    retry.cancel();
    wake.cancel();
}

PipeListener::PipeListener(std::shared_ptr<State> state) : state_{std::move(state)} {}

PipeListener::~PipeListener() {
    state_->close();
}

result<std::unique_ptr<PipeListener>> PipeListener::open(asio::io_context& loop,
                                                         const Options& options,
                                                         spdlog::logger& log, TokenApi& api) {
    auto descriptor = SecurityDescriptor::from_sddl(options.sddl);
    if (descriptor.has_error()) {
        return descriptor.error();
    }
    auto state = std::make_shared<State>(loop, options, std::move(*descriptor), log, api);
    const auto first = state->add_instance(FILE_FLAG_FIRST_PIPE_INSTANCE);
    if (first.has_error()) {
        return first.error();
    }
    state->refill();
    return std::unique_ptr<PipeListener>{new PipeListener{std::move(state)}};
}

asio::awaitable<core::result<rpc::Peer>> PipeListener::accept() {
    // The coroutine may outlive the listener by one step.
    const auto state = state_;
    for (;;) {
        if (state->closed) {
            co_return Error{Code::cancelled, "the pipe was closed"};
        }
        if (auto peer = state->take()) {
            co_return std::move(*peer);
        }
        state->wake.expires_at(asio::steady_timer::time_point::max());
        co_await state->wake.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void PipeListener::close() {
    state_->close();
}

}  // namespace rmb::win
