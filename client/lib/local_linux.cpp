#include "client/lib/local.hpp"
#include "client/lib/unix_dialer.hpp"
#include "client/lib/uuid_bits.hpp"

#include <sys/random.h>

#include <utility>

namespace rmb::client {

Policy load_policy(std::vector<proto::Problem>* /*problems*/) {
    Policy policy;
    policy.pipe_name.clear();
    return policy;
}

std::unique_ptr<Dialer> make_local_dialer(const Policy& policy, Clock& clock) {
    return std::make_unique<UnixDialer>(policy.pipe_name, clock);
}

ServiceFacts query_service() {
    return {};
}

std::optional<proto::Token> new_token() {
    proto::Token token{};
    const auto got = getrandom(token.data, token.size(), 0);
    if (got != static_cast<ssize_t>(token.size())) {
        return std::nullopt;
    }
    mark_as_random(token);
    return token;
}

}  // namespace rmb::client
