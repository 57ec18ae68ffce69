#include "rpc/connection.hpp"

#include "proto/limits.hpp"
#include "proto/methods.hpp"
#include "rpc/run_on_pool.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <spdlog/logger.h>

#include <exception>
#include <utility>
#include <variant>

namespace rmb::rpc {
namespace {

namespace asio = boost::asio;
using core::Code;
using core::Error;
using core::result;

// An idle connection holds the small buffer; the large one serves a frame that does not fit.
constexpr std::size_t kIdleBuffer = 4'096;
constexpr std::size_t kFrameBuffer = proto::kMaxBytesBeforeIdentity;
static_assert(kIdleBuffer <= proto::kMaxBytesBeforeIdentity);

/// What of so many bytes counts on the user's account. As much as every connection has anyway does
/// not, so that a user who has used up his bytes is still told so, and can end his sessions.
std::size_t chargeable(std::size_t bytes) {
    return bytes <= kIdleBuffer ? 0 : bytes;
}

}  // namespace

Connection::Connection(const Services& services, Peer peer, std::function<void()> gone)
    : services_(services),
      stream_(std::move(peer.stream)),
      identity_(std::move(peer.identity)),
      gone_(std::move(gone)),
      read_buffer_(kIdleBuffer) {}

Connection::~Connection() {
    gone_();
}

void Connection::start() {
    asio::co_spawn(
        services_.loop, [self = shared_from_this()] { return self->run(); },
        [](const std::exception_ptr& failure) {
            // Whatever run() lets through nobody can go on from: it ends the loop and the process.
            if (failure) {
                std::rethrow_exception(failure);
            }
        });
}

asio::awaitable<void> Connection::run() {
    auto usable = co_await identify();
    while (usable) {
        const auto input = co_await read_some();
        if (input.empty()) {
            break;
        }
        if (!draining_) {
            usable = take(input);
        }
    }
    if (!usable) {
        services_.log.info("event=connection.refused pid={} user={} code={} why=\"{}\"",
                           caller_.process.pid, caller_.owner.user,
                           static_cast<int>(usable.error().code), usable.error().message);
        send_frame(proto::dump(proto::Response{{}, usable.error()}));
    }
    if (conversation_) {
        conversation_->close();
    }
    close_when_written();
}

asio::awaitable<result<void>> Connection::identify() {
    auto any = services_.accounts.charge_any_connection();
    if (!any) {
        co_return any.error();
    }
    connection_charges_.push_back(std::move(*any));
    const Identified process = co_await ask(&PeerIdentity::process);
    if (!process) {
        co_return process.error();
    }
    caller_ = *process;
    auto own = services_.accounts.charge_connection(caller_.owner.user);
    if (!own) {
        co_return own.error();
    }
    connection_charges_.push_back(std::move(*own));

    arm_deadline(proto::kFirstBytesDeadline);
    const auto first = co_await read_some();
    if (first.empty()) {
        abort();  // it went without a word; a second read after the end may wait for ever
        co_return result<void>{};
    }
    const std::string first_bytes{first};
    const Identified caller = co_await ask(&PeerIdentity::caller);
    if (!caller) {
        co_return caller.error();
    }
    if (!stream_.is_open()) {
        co_return result<void>{};  // closed meanwhile: nobody waits for what it asked
    }
    if (caller->process != caller_.process || caller->owner != caller_.owner) {
        co_return Error{Code::access_denied, "the process behind the connection has changed"};
    }
    caller_ = *caller;
    auto attendance = services_.broker.attend(caller_.process);
    if (!attendance) {
        co_return attendance.error();
    }
    attendance_ = std::move(*attendance);
    for (auto* charge : {&frame_charge_, &unsent_charge_}) {
        auto nothing_yet = services_.accounts.charge_bytes(caller_.owner.user, 0);
        if (!nothing_yet) {
            co_return nothing_yet.error();
        }
        *charge = std::move(*nothing_yet);
    }
    conversation_ = std::make_shared<Conversation>(services_.dispatcher, caller_,
                                                   [weak = weak_from_this()](const auto& body) {
                                                       if (const auto self = weak.lock()) {
                                                           self->send_frame(body);
                                                       }
                                                   });
    deadline_.reset();  // the first frame has as long as any other
    co_return draining_ ? result<void>{} : take(first_bytes);
}

asio::awaitable<Connection::Identified> Connection::ask(Identified (PeerIdentity::*question)()) {
    auto work = [identity = identity_, question] { return (*identity.*question)(); };
    co_return co_await run_on_pool(services_.loop, services_.pool, std::move(work));
}

asio::awaitable<std::string_view> Connection::read_some() {
    const auto [failure, count] = co_await stream_.async_read_some(
        asio::buffer(read_buffer_), asio::as_tuple(asio::use_awaitable));
    // Whatever the failure is called, the peer is gone or we have closed.
    co_return failure ? std::string_view{} : std::string_view{read_buffer_.data(), count};
}

result<void> Connection::take(std::string_view input) {
    for (;;) {
        auto step = parser_.next(input);
        if (const auto* malformed = std::get_if<proto::FrameParser::Malformed>(&step)) {
            return malformed->error;
        }
        if (const auto* announced = std::get_if<proto::FrameParser::Announced>(&step)) {
            auto charged =
                frame_charge_.resize(chargeable(announced->bytes) * proto::kFrameChargeFactor);
            if (!charged) {
                return charged;
            }
        } else if (const auto* frame = std::get_if<proto::FrameParser::Frame>(&step)) {
            conversation_->receive(frame->body);
            if (!stream_.is_open()) {
                return {};  // dropped for not reading: what else it sent is not carried out
            }
            (void)frame_charge_.resize(0);
            deadline_.reset();  // what follows is another frame's beginning
        } else {
            break;
        }
    }
    after_input();
    return {};
}

void Connection::after_input() {
    if (parser_.in_frame()) {
        if (!deadline_) {
            arm_deadline(proto::kFrameDeadline);
        }
        read_buffer_.resize(kFrameBuffer);
    } else {
        deadline_.reset();
        if (read_buffer_.size() != kIdleBuffer) {
            read_buffer_ = std::vector<char>(kIdleBuffer);
        }
    }
    if (conversation_->in_flight() > 0 && !alive_) {
        keep_alive();
    }
}

void Connection::arm_deadline(std::chrono::milliseconds after) {
    auto& clock = services_.clock;
    deadline_ = clock.call_at(clock.now() + after, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->abort();
        }
    });
}

void Connection::keep_alive() {
    auto& clock = services_.clock;
    alive_ = clock.call_at(clock.now() + proto::kAliveInterval, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) {
            return;
        }
        self->alive_.reset();
        if (self->conversation_->in_flight() > 0) {
            self->send_frame(proto::dump(
                proto::to_json(proto::Notification{std::string{proto::kAliveNotification}})));
            self->keep_alive();
        }
    });
}

void Connection::send_frame(const std::string& body) {
    if (!stream_.is_open()) {
        return;
    }
    const bool idle = pending_.empty() && writing_.empty();
    proto::append_frame(pending_, body);
    const auto unsent = pending_.size() + writing_.size();
    if (!charge_unsent(unsent) || unsent > proto::kMaxUnsentBytes) {
        services_.log.warn(
            "event=connection.dropped pid={} user={} unsent={} why=\"does not read\"",
            caller_.process.pid, caller_.owner.user, unsent);
        abort();
        return;
    }
    if (idle) {
        write_next();
    }
}

bool Connection::charge_unsent(std::size_t bytes) {
    // An error for somebody we do not know yet is small, and there is nobody to charge.
    return !conversation_ || unsent_charge_.resize(chargeable(bytes));
}

void Connection::write_next() {
    writing_.swap(pending_);
    asio::async_write(stream_, asio::buffer(writing_),
                      [self = shared_from_this()](const boost::system::error_code& failure,
                                                  std::size_t /*count*/) {
                          self->writing_.clear();
                          (void)self->charge_unsent(self->pending_.size());
                          if (failure) {
                              self->abort();
                          } else if (!self->pending_.empty()) {
                              self->write_next();
                          } else if (self->closing_) {
                              self->abort();
                          } else {
                              self->close_if_drained();
                          }
                      });
}

void Connection::close_when_written() {
    closing_ = true;
    if (pending_.empty() && writing_.empty()) {
        abort();
    } else {
        arm_deadline(proto::kFrameDeadline);
    }
}

void Connection::drain() {
    draining_ = true;
    close_if_drained();
}

void Connection::close_if_drained() {
    if (draining_ && pending_.empty() && writing_.empty() &&
        (!conversation_ || conversation_->in_flight() == 0)) {
        abort();
    }
}

void Connection::cancel_calls() {
    if (conversation_) {
        conversation_->cancel_all();
    }
}

void Connection::abort() {
    boost::system::error_code ignored;
    stream_.close(ignored);
    deadline_.reset();
    alive_.reset();
}

}  // namespace rmb::rpc
