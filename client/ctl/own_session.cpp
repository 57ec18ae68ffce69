#include "client/ctl/own_session.hpp"

#include "client/lib/local.hpp"
#include "proto/identifiers.hpp"
#include "proto/limits.hpp"

#include <cstdint>

namespace rmb::ctl {
namespace {

namespace method = proto::method;

constexpr std::uint32_t kForce = 0x1;

/// Made for each call; that of a generator that fails is refused by the service.
proto::Token token() {
    return client::new_token().value_or(proto::Token{});
}

}  // namespace

call_result<void> OwnSession::begin(proto::RegisterParams resources) {
    const auto started = environment_.call<method::SessionStart>({0, token()});
    if (!started) {
        return started.error();
    }
    session_ = *started;
    resources.session = session_.session;
    resources.token = token();
    const auto registered = environment_.call<method::SessionRegister>(resources);
    return registered ? call_result<void>{} : call_result<void>{registered.error()};
}

call_result<proto::ListResult> OwnSession::list() {
    client::CallOptions options;
    options.total = proto::kListDeadline;
    return environment_.call<method::SessionList>({session_.session, true}, options);
}

call_result<proto::Empty> OwnSession::shut_down(bool force) {
    client::CallOptions options;
    options.total = client::CallOptions::kEndless;
    return environment_.call<method::SessionShutdown>(
        {session_.session, force ? kForce : 0, token(), std::nullopt}, options);
}

std::string OwnSession::hash() const {
    const auto key = proto::parse_key(session_.key);
    return key ? proto::hash_of(*key).text : std::string{};
}

}  // namespace rmb::ctl
