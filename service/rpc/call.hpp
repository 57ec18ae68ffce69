#pragma once

#include "core/identity.hpp"
#include "core/ports.hpp"
#include "proto/codec.hpp"
#include "proto/message.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace rmb::rpc {

/// Why a call that still runs is told to stop.
enum class StopReason {
    cancelled,     // the client or the service wants its end: answer Code::cancelled soon
    disconnected,  // nobody is left to answer; work that others depend on goes on
};

/// One request on its way. Answered exactly once: the first reply counts, and one that is dropped
/// without a reply answers internal_error. Loop thread only.
class Call {
public:
    using Deliver = std::function<void(core::result<nlohmann::json>)>;
    using Notify = std::function<void(const proto::Notification&)>;

    Call(const core::Caller& caller, Deliver deliver, Notify notify)
        : caller_(caller), deliver_(std::move(deliver)), notify_(std::move(notify)) {}
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call();

    [[nodiscard]] const core::Caller& caller() const { return caller_; }

    void reply(core::result<nlohmann::json> outcome);

    /// `stop` may be called once, unless the call is answered before.
    void on_stop(std::function<void(StopReason)> stop) { stop_ = std::move(stop); }
    void stop(StopReason reason);

    /// Sends $/progress with the given token. Does nothing once the call is answered.
    void progress(const nlohmann::json& token, nlohmann::json value);

private:
    core::Caller caller_;
    Deliver deliver_;  // empty once answered
    Notify notify_;
    std::function<void(StopReason)> stop_;
};

/// The typed side of a call, for handlers that answer later. Copies answer the same call.
template <class Result>
class Reply {
public:
    explicit Reply(std::shared_ptr<Call> call) : call_(std::move(call)) {}

    void operator()(const core::result<Result>& outcome) const {
        if (outcome) {
            call_->reply(proto::write(*outcome));
        } else {
            call_->reply(outcome.error());
        }
    }

    [[nodiscard]] Call& call() const { return *call_; }

private:
    std::shared_ptr<Call> call_;
};

}  // namespace rmb::rpc
