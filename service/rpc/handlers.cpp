#include "rpc/handlers.hpp"

#include "proto/limits.hpp"
#include "proto/openrpc.hpp"
#include "proto/version.hpp"
#include "rpc/completions.hpp"
#include "rpc/progress_token.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace rmb::rpc {
namespace {

namespace method = proto::method;
using core::Code;
using core::Error;
using core::result;

std::string server_name() {
    return "rmbroker/" + std::string{proto::kVersion};
}

std::vector<proto::Limit> limits_of(const core::Accounts& accounts) {
    std::vector<proto::Limit> limits{
        {"frameBytes", proto::kMaxFrameBytes},
        {"headerBytes", proto::kMaxHeaderBytes},
        {"depth", proto::kMaxDepth},
        {"stringUnits", proto::kMaxStringUnits},
        {"idCharacters", proto::kMaxIdCharacters},
        {"batch", proto::kMaxBatch},
        {"valuesPerMessage", proto::kMaxValues},
        {"requestsInFlight", proto::kMaxInFlight},
        {"participantsPerSession", core::kMaxParticipants},
    };
    for (const auto& limit : accounts.limits()) {
        limits.push_back({std::string{limit.name}, limit.value, limit.refused});
    }
    return limits;
}

proto::ParticipantInfo to_wire(const core::Participant& participant) {
    return {participant.process.pid, participant.process.start_time, participant.program};
}

proto::SessionInfo to_wire(const core::SessionView& view) {
    proto::SessionInfo info{view.hash.text,
                            view.owner.user,
                            view.owner.windows_session,
                            view.started_ms,
                            to_wire(view.participants.front()),
                            {}};
    std::ranges::transform(view.participants.begin() + 1, view.participants.end(),
                           std::back_inserter(info.secondaries),
                           [](const core::Participant& p) { return to_wire(p); });
    return info;
}

void bind_session_methods(Dispatcher& dispatcher, core::Broker& broker) {
    dispatcher.bind<method::SessionStart>(
        [&broker](const proto::StartParams& params,
                  const core::Caller& caller) -> result<proto::StartResult> {
            const auto started = broker.start(caller, params.flags, params.token);
            if (!started) {
                return started.error();
            }
            return proto::StartResult{started->handle, proto::to_string(started->key)};
        });
    dispatcher.bind<method::SessionJoin>(
        [&broker](const proto::JoinParams& params, const Reply<proto::JoinResult>& reply) {
            broker.join(reply.call().caller(), params.key, params.token,
                        [reply](const result<std::uint32_t>& handle) {
                            reply(handle ? result<proto::JoinResult>{proto::JoinResult{*handle}}
                                         : result<proto::JoinResult>{handle.error()});
                        });
        });
    dispatcher.bind<method::SessionEnd>(
        [&broker](const proto::EndParams& params, const Reply<proto::Empty>& reply) {
            if (params.session.has_value() == params.start_token.has_value()) {
                reply(Error{Code::invalid_params, "params: expected either session or startToken",
                            "params"});
            } else if (params.session) {
                broker.end(reply.call().caller(), *params.session, empty_answer(reply));
            } else {
                broker.end_start(reply.call().caller(), *params.start_token, empty_answer(reply));
            }
        });
}

/// A subscription and the call that waits for its end. The subscription goes with the call.
void watch(core::Broker& broker, const proto::WatchParams& params,
           const Reply<proto::Empty>& reply) {
    const auto& token = params.progress_token;
    if (const auto wrong = wrong_progress_token(token)) {
        return reply(*wrong);
    }
    const auto subscription = std::make_shared<core::RegistrationPtr>();
    *subscription =
        broker.watch(reply.call().caller(), [reply, token](const core::SessionEvent& event) {
            const proto::WatchEvent value{std::string{to_string(event.change)}, event.hash.text,
                                          event.owner.user, event.process.pid};
            reply.call().progress(token, proto::write(value));
        });
    reply.call().on_stop([reply, subscription](StopReason /*reason*/) {
        subscription->reset();
        reply(Error{Code::cancelled, "the watch was ended"});
    });
}

void bind_broker_methods(Dispatcher& dispatcher, core::Broker& broker) {
    dispatcher.bind<method::Ping>(
        [](const proto::PingParams& params, const core::Caller&) -> result<proto::PingResult> {
            return proto::PingResult{params.payload};
        });
    dispatcher.bind<method::Sessions>(
        [&broker](const proto::Empty&,
                  const core::Caller& caller) -> result<proto::SessionsResult> {
            const auto visible = broker.sessions(caller);
            proto::SessionsResult result{{}, visible.hidden};
            for (const auto& view : visible.sessions) {
                result.sessions.push_back(to_wire(view));
            }
            return result;
        });
    dispatcher.bind<method::EndSession>(
        [&broker](const proto::EndSessionParams& params, const Reply<proto::Empty>& reply) {
            broker.end_by_hash(reply.call().caller(), params.hash, empty_answer(reply));
        });
    dispatcher.bind<method::Watch>(
        [&broker](const proto::WatchParams& params, const Reply<proto::Empty>& reply) {
            watch(broker, params, reply);
        });
    dispatcher.bind<method::Discover>(
        [document = proto::openrpc_document(proto::kVersion)](
            const proto::Empty&, const core::Caller&) -> result<nlohmann::json> {
            return document;
        });
}

}  // namespace

void bind_methods(Dispatcher& dispatcher, core::Broker& broker, const core::Accounts& accounts,
                  ServiceFacts facts) {
    bind_session_methods(dispatcher, broker);
    bind_broker_methods(dispatcher, broker);
    dispatcher.bind<method::Hello>([&accounts](const proto::HelloParams& params,
                                               const core::Caller&) -> result<proto::HelloResult> {
        const auto wanted = params.protocol.value_or(1);
        if (wanted == 0) {
            return Error{Code::invalid_params, "params.protocol: expected 1 or more",
                         "params.protocol"};
        }
        return proto::HelloResult{std::min(wanted, proto::kProtocolVersion), server_name(),
                                  limits_of(accounts)};
    });
    dispatcher.bind<method::Status>(
        [&broker, &accounts, facts = std::move(facts), begun = std::chrono::steady_clock::now()](
            const proto::Empty&, const core::Caller& caller) -> result<proto::StatusResult> {
            const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
                std::chrono::steady_clock::now() - begun);
            proto::StatusResult status;
            status.version = proto::kVersion;
            status.protocol = proto::kProtocolVersion;
            status.pid = facts.pid;
            status.uptime_seconds = static_cast<std::uint64_t>(uptime.count());
            status.sessions = static_cast<std::uint32_t>(broker.session_count());
            status.own_sessions = static_cast<std::uint32_t>(accounts.sessions_of(caller.owner));
            status.processes = static_cast<std::uint32_t>(broker.process_count());
            status.connections = static_cast<std::uint32_t>(accounts.connections());
            status.limits = limits_of(accounts);
            status.problems = facts.problems();
            return status;
        });
}

}  // namespace rmb::rpc
