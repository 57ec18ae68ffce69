#include "client/ctl/environment.hpp"

#include "client/lib/local.hpp"

namespace rmb::ctl {

Environment::Environment(const Options& options)
    : options_(options), output_(options.json), policy_(client::load_policy(&policy_problems_)) {
#ifndef _WIN32
    policy_.pipe_name = options_.socket;
#endif
    policy_.timeouts.connect = options_.connect_timeout;
    dialer_ = client::make_local_dialer(policy_, clock_);
    caller_ = std::make_unique<client::Caller>(*dialer_, clock_, policy_.timeouts);
}

call_result<std::unique_ptr<client::Channel>> Environment::dial() {
    auto channel = dialer_->dial(client::deadline_after(clock_.now(), policy_.timeouts.connect));
    if (!channel) {
        return Failure{channel.error(), false};
    }
    return *std::move(channel);
}

}  // namespace rmb::ctl
