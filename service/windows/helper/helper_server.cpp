#include "windows/helper/helper_server.hpp"

#include "proto/codec.hpp"
#include "proto/helper_wire.hpp"
#include "proto/message.hpp"
#include "windows/helper/wire_form.hpp"

#include <tuple>
#include <utility>
#include <variant>

namespace rmb::win {
namespace {

namespace helper = proto::helper;
namespace method = proto::helper::method;

// The service reads an answer at once; one that does not has given this process up.
constexpr std::chrono::milliseconds kSendLimit{10'000};

result<proto::Empty> done(const result<void>& outcome) {
    if (outcome.has_error()) {
        return outcome.error();
    }
    return proto::Empty{};
}

result<helper::LookResult> carry_out(method::Look /*method*/, engine::SessionAgent& agent,
                                     const helper::ProcessesParams& params) {
    const auto presences = agent.look(from_wire(params.processes), {});
    if (presences.has_error()) {
        return presences.error();
    }
    helper::LookResult written;
    for (const auto& presence : *presences) {
        written.presences.push_back(to_wire(presence));
    }
    return written;
}

result<helper::AskResult> carry_out(method::AskToEnd /*method*/, engine::SessionAgent& agent,
                                    const helper::AskParams& params) {
    const auto votes = agent.ask_to_end(from_wire(params.processes), params.until_refusal,
                                        engine::Milliseconds{params.limit}, {});
    if (votes.has_error()) {
        return votes.error();
    }
    helper::AskResult written;
    for (const auto vote : *votes) {
        written.votes.push_back(to_wire(vote));
    }
    return written;
}

result<proto::Empty> carry_out(method::TellEnd /*method*/, engine::SessionAgent& agent,
                               const helper::TellParams& params) {
    return done(agent.tell_end(from_wire(params.processes), params.ending,
                               engine::Milliseconds{params.limit}, {}));
}

result<proto::Empty> carry_out(method::Close /*method*/, engine::SessionAgent& agent,
                               const helper::ProcessesParams& params) {
    return done(agent.close(from_wire(params.processes), {}));
}

result<proto::Empty> carry_out(method::Interrupt /*method*/, engine::SessionAgent& agent,
                               const helper::InterruptParams& params) {
    return done(agent.interrupt(from_wire(params.process), params.attached, {}));
}

result<proto::ProcessId> carry_out(method::Create /*method*/, engine::SessionAgent& agent,
                                   const helper::CreateParams& params) {
    const auto created = agent.create(from_wire(params));
    if (created.has_error()) {
        return created.error();
    }
    return to_wire(*created);
}

result<proto::Empty> carry_out(method::Release /*method*/, engine::SessionAgent& agent,
                               const helper::ReleaseParams& params) {
    return done(agent.release(from_wire(params.process)));
}

template <class Method>
result<nlohmann::json> call(engine::SessionAgent& agent, const proto::Request& request) {
    const auto params = proto::decode<typename Method::Params>(request.params, "params");
    if (params.has_error()) {
        return params.error();
    }
    const auto outcome = carry_out(Method{}, agent, *params);
    if (outcome.has_error()) {
        return outcome.error();
    }
    return proto::write(*outcome);
}

result<nlohmann::json> dispatch(engine::SessionAgent& agent, const proto::Request& request) {
    result<nlohmann::json> outcome{
        Error{Code::method_not_found, "no such method: " + request.method}};
    const auto try_one = [&]<class Method>(Method /*method*/) {
        if (request.method == Method::kName) {
            outcome = call<Method>(agent, request);
            return true;
        }
        return false;
    };
    std::apply([&](auto... methods) { (void)(try_one(methods) || ...); }, helper::MethodTable{});
    return outcome;
}

}  // namespace

std::string answer_request(engine::SessionAgent& agent, std::string_view body) {
    const auto incoming = proto::parse_message(body);
    const auto& message = incoming.messages.front();
    if (const auto* request = std::get_if<proto::Request>(&message);
        request != nullptr && !incoming.is_batch) {
        return proto::dump(proto::Response{request->id, dispatch(agent, *request)});
    }
    const auto* invalid = std::get_if<proto::Invalid>(&message);
    return proto::dump(proto::Response{
        {}, invalid != nullptr ? invalid->error : Error{Code::invalid_request, "not one request"}});
}

ServeEnd serve(FramePipe& pipe, engine::SessionAgent& agent, std::chrono::milliseconds idle,
               const std::function<bool()>& may_idle) {
    for (;;) {
        const auto body = pipe.receive(wait_at_most(idle));
        if (body.has_value()) {
            const auto sent = pipe.send(answer_request(agent, *body), wait_at_most(kSendLimit));
            if (sent.has_error()) {
                return ServeEnd::gone;
            }
        } else if (body.error().code != Code::sem_timeout) {
            return ServeEnd::gone;
        } else if (may_idle()) {
            return ServeEnd::idle;
        }
    }
}

}  // namespace rmb::win
