#pragma once

#include "core/identity.hpp"
#include "core/ports.hpp"
#include "proto/codec.hpp"
#include "proto/message.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace rmb::rpc {

/// Why a call that still runs is told to stop.
enum class StopReason {
    cancelled,     // the client or the service wants its end: answer Code::cancelled soon
    disconnected,  // nobody is left to answer; work that others depend on goes on
};

/// Who began a call and gets what comes of it.
class CallOwner {
public:
    CallOwner() = default;
    CallOwner(const CallOwner&) = delete;
    CallOwner& operator=(const CallOwner&) = delete;
    virtual ~CallOwner() = default;

    virtual void answered(std::uint64_t number, core::result<nlohmann::json> outcome) = 0;
    virtual void notified(const proto::Notification& notification) = 0;
};

/// One request on its way. Answered exactly once: the first reply counts, and one that is dropped
/// without a reply answers internal_error. Loop thread only.
class Call {
public:
    /// `number` is the owner's name for it. Nothing happens any more once the owner is gone.
    Call(std::shared_ptr<const core::Caller> caller, std::weak_ptr<CallOwner> owner,
         std::uint64_t number)
        : caller_(std::move(caller)), owner_(std::move(owner)), number_(number) {}
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call();

    [[nodiscard]] const core::Caller& caller() const {
        return *caller_;
    }

    void reply(core::result<nlohmann::json> outcome);

    /// `stop` may be called once, unless the call is answered before.
    void on_stop(std::function<void(StopReason)> stop) {
        stop_ = std::move(stop);
    }
    void stop(StopReason reason);

    /// Sends $/progress with the given token. Does nothing once the call is answered.
    void progress(const nlohmann::json& token, nlohmann::json value);

private:
    std::shared_ptr<const core::Caller> caller_;
    std::weak_ptr<CallOwner> owner_;
    std::uint64_t number_;
    bool answered_ = false;
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

    [[nodiscard]] Call& call() const {
        return *call_;
    }

private:
    std::shared_ptr<Call> call_;
};

}  // namespace rmb::rpc
