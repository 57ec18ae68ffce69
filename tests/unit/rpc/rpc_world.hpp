#pragma once

#include "proto/message.hpp"
#include "rpc/conversation.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/handlers.hpp"
#include "support/core_world.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::test {

inline constexpr std::uint32_t kServicePid = 4'711;

/// The broker on fakes, with every method of the table bound.
class RpcWorld : public CoreWorld {
public:
    explicit RpcWorld(const core::Config& config_in = {}) : CoreWorld(config_in) {
        rpc::bind_methods(dispatcher, *broker, *accounts,
                          {kServicePid, [this] { return problems; }});
    }

    rpc::Dispatcher dispatcher;
    std::vector<proto::Problem> problems;
};

/// One peer's conversation, without a connection around it.
class Talk {
public:
    Talk(const rpc::Dispatcher& dispatcher, core::Caller caller)
        : conversation(std::make_shared<rpc::Conversation>(
              dispatcher, std::move(caller),
              [this](const std::string& body) { sent.push_back(nlohmann::json::parse(body)); })) {}
    Talk(const Talk&) = delete;
    Talk& operator=(const Talk&) = delete;
    ~Talk() {
        conversation->close();
    }

    void say(const nlohmann::json& message) {
        conversation->receive(message.dump());
    }
    void call(const nlohmann::json& id, std::string_view method,
              const nlohmann::json& params = nlohmann::json::object()) {
        say({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}});
    }
    void notify(std::string_view method, const nlohmann::json& params = nlohmann::json::object()) {
        say({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
    }
    void cancel(const nlohmann::json& id) {
        notify(proto::kCancelNotification, {{"id", id}});
    }

    /// What was sent since the last look.
    std::vector<nlohmann::json> heard() {
        return std::exchange(sent, {});
    }
    /// The one message sent since the last look; null where it was not one.
    nlohmann::json answer() {
        auto messages = heard();
        return messages.size() == 1 ? messages.front() : nlohmann::json{};
    }

    std::vector<nlohmann::json> sent;
    std::shared_ptr<rpc::Conversation> conversation;
};

/// The error code of a response, 0 for a result; INT_MIN-like nonsense for what is neither.
[[nodiscard]] inline int code_in(const nlohmann::json& response) {
    if (response.contains("result")) {
        return 0;
    }
    const nlohmann::json::json_pointer code{"/error/code"};
    return response.contains(code) ? response.at(code).get<int>() : 999'999;
}

}  // namespace rmb::test
