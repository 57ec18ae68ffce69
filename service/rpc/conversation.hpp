#pragma once

#include "core/identity.hpp"
#include "proto/message.hpp"
#include "rpc/call.hpp"
#include "rpc/dispatcher.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace rmb::rpc {

/// One connection's JSON-RPC state, without its bytes: message bodies in, message bodies out.
/// Knows which requests are in flight, puts batches together, cancels. Loop thread only.
class Conversation final : public CallOwner, public std::enable_shared_from_this<Conversation> {
public:
    using Send = std::function<void(const std::string& body)>;

    /// `send` is not called after close().
    Conversation(const Dispatcher& dispatcher, core::Caller caller, Send send);

    /// Takes one frame's body; answers go to `send`, now or later.
    void receive(std::string_view body);

    /// Requests not yet answered.
    [[nodiscard]] std::size_t in_flight() const {
        return calls_.size();
    }

    /// Asks every running call to stop and answer.
    void cancel_all();

    /// The connection is gone: running work goes on, its answers are dropped.
    void close();

private:
    struct Batch;
    struct Running {
        proto::Id id;  // null of a notification
        std::shared_ptr<Batch> batch;
        bool wants_answer;
        std::weak_ptr<Call> call;
    };

    void handle(const proto::Message& message, const std::shared_ptr<Batch>& batch);
    void run(const proto::Request& request, const std::shared_ptr<Batch>& batch);
    void run(const proto::Notification& notification);
    /// Begins a call that is in flight until it is answered.
    void begin(Running running, const std::string& method, const nlohmann::json& params);
    void answered(std::uint64_t number, core::result<nlohmann::json> outcome) override;
    void notified(const proto::Notification& notification) override;
    void cancel(const nlohmann::json& params);
    void stop_all(StopReason reason);
    void answer(const proto::Response& response, const std::shared_ptr<Batch>& batch);
    void send(const std::string& body);

    const Dispatcher& dispatcher_;
    std::shared_ptr<const core::Caller> caller_;
    Send send_;
    std::map<std::uint64_t, Running> calls_;
    std::uint64_t last_number_ = 0;
};

}  // namespace rmb::rpc
