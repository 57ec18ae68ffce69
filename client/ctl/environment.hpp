#pragma once

#include "client/ctl/command_line.hpp"
#include "client/ctl/output.hpp"
#include "client/lib/caller.hpp"
#include "client/lib/channel.hpp"
#include "client/lib/clock.hpp"
#include "client/lib/policy.hpp"

#include <boost/system/result.hpp>

#include <memory>
#include <vector>

namespace rmb::ctl {

template <class T>
using call_result = boost::system::result<T, Failure>;

/// What every command works with. Nothing is connected before it is asked for.
class Environment {
public:
    explicit Environment(const Options& options);

    template <class Method>
    call_result<typename Method::Result> call(const typename Method::Params& params,
                                              client::CallOptions call_options = {}) {
        client::CallReport report;
        call_options.report = &report;
        auto answer = caller_->template call<Method>(params, call_options);
        if (!answer) {
            return Failure{answer.error(), report.answered};
        }
        return *std::move(answer);
    }

    /// A connection of one's own to the server that was verified.
    [[nodiscard]] call_result<std::unique_ptr<client::Channel>> dial();

    [[nodiscard]] const Options& options() const {
        return options_;
    }
    [[nodiscard]] const Output& output() const {
        return output_;
    }
    [[nodiscard]] const client::Policy& policy() const {
        return policy_;
    }
    [[nodiscard]] const std::vector<proto::Problem>& policy_problems() const {
        return policy_problems_;
    }
    [[nodiscard]] client::Dialer& dialer() {
        return *dialer_;
    }
    [[nodiscard]] client::Clock& clock() {
        return clock_;
    }

private:
    const Options options_;
    const Output output_;
    client::SystemClock clock_;
    std::vector<proto::Problem> policy_problems_;  // policy_ fills it
    client::Policy policy_;
    std::unique_ptr<client::Dialer> dialer_;
    std::unique_ptr<client::Caller> caller_;
};

}  // namespace rmb::ctl
