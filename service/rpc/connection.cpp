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

}  // namespace

Connection::Connection(const Services& services, Peer peer, std::function<void()> gone)
    : services_(services),
      stream_(std::move(peer.stream)),
      identity_(std::move(peer.identity)),
      gone_(std::move(gone)),
      deadline_(services.loop),
      alive_(services.loop),
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
        send_frame(proto::dump(proto::to_json(proto::Response{{}, usable.error()})));
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
        co_return result<void>{};  // it went without a word; the next read says so again
    }
    const std::string first_bytes{first};
    const Identified caller = co_await ask(&PeerIdentity::caller);
    if (!caller) {
        co_return caller.error();
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
    conversation_ = std::make_shared<Conversation>(services_.dispatcher, caller_,
                                                   [weak = weak_from_this()](const auto& body) {
                                                       if (const auto self = weak.lock()) {
                                                           self->send_frame(body);
                                                       }
                                                   });
    auto bytes = services_.accounts.charge_bytes(caller_.owner.user, 0);
    if (!bytes) {
        co_return bytes.error();
    }
    unsent_charge_ = std::move(*bytes);
    co_return take(first_bytes);
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
            auto charge = services_.accounts.charge_bytes(
                caller_.owner.user, announced->bytes * proto::kFrameChargeFactor);
            if (!charge) {
                return charge.error();
            }
            frame_charge_ = std::move(*charge);
        } else if (const auto* frame = std::get_if<proto::FrameParser::Frame>(&step)) {
            conversation_->receive(frame->body);
            frame_charge_ = core::Charge{};
        } else {
            break;
        }
    }
    after_input();
    return {};
}

void Connection::after_input() {
    if (parser_.in_frame()) {
        if (!deadline_armed_) {
            arm_deadline(proto::kFrameDeadline);
        }
        read_buffer_.resize(kFrameBuffer);
    } else {
        disarm_deadline();
        if (read_buffer_.size() != kIdleBuffer) {
            read_buffer_ = std::vector<char>(kIdleBuffer);
        }
    }
    if (conversation_->in_flight() > 0 && !alive_armed_) {
        keep_alive();
    }
}

void Connection::arm_deadline(std::chrono::milliseconds after) {
    deadline_armed_ = true;
    deadline_.expires_after(after);
    deadline_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled && self->deadline_armed_) {
            self->abort();
        }
    });
}

void Connection::disarm_deadline() {
    if (std::exchange(deadline_armed_, false)) {
        deadline_.cancel();
    }
}

void Connection::keep_alive() {
    alive_armed_ = true;
    alive_.expires_after(proto::kAliveInterval);
    alive_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (!self || cancelled) {
            return;
        }
        self->alive_armed_ = false;
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
    pending_ += proto::make_frame(body);
    const auto unsent = pending_.size() + writing_.size();
    // An error for somebody we do not know yet is small and not charged.
    const bool charged = !conversation_ || unsent_charge_.resize(unsent);
    if (!charged || unsent > proto::kMaxUnsentBytes) {
        services_.log.warn("event=connection.dropped pid={} user={} unsent={} why=\"does not read\"",
                           caller_.process.pid, caller_.owner.user, unsent);
        abort();
        return;
    }
    if (idle) {
        write_next();
    }
}

void Connection::write_next() {
    writing_.swap(pending_);
    asio::async_write(stream_, asio::buffer(writing_),
                      [self = shared_from_this()](const boost::system::error_code& failure,
                                                  std::size_t /*count*/) {
                          self->writing_.clear();
                          (void)self->unsent_charge_.resize(self->pending_.size());
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
    disarm_deadline();
    alive_.cancel();
}

}  // namespace rmb::rpc
