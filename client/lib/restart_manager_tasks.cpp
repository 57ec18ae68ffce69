// RestartManager: the calls that look at the system and act on it.
#include "client/lib/ask.hpp"
#include "client/lib/restart_manager.hpp"
#include "proto/codec.hpp"
#include "proto/limits.hpp"
#include "proto/methods.hpp"

#include <boost/uuid/uuid_io.hpp>

#include <optional>
#include <utility>

namespace rmb::client {
namespace {

using proto::Code;

// RM_SHUTDOWN_TYPE: RmForceShutdown, RmShutdownOnlyRegistered.
constexpr std::uint32_t kShutdownFlags = 0x1 | 0x10;

/// The params of $/progress, of a task.
struct ProgressParams {
    nlohmann::json token;
    proto::TaskProgress value;

    template <class Self, class Visit>
    static void fields(Self& self, Visit&& visit) {
        visit("token", self.token, "the call's progressToken");
        visit("value", self.value, "how far it is");
    }
};

/// Hands on the percentages of one call. A repeat on another connection may begin again below.
class RisingPercent {
public:
    RisingPercent(nlohmann::json token, const OnPercent& hand_on)
        : token_(std::move(token)), hand_on_(hand_on) {}

    void take(const nlohmann::json& params) {
        constexpr std::uint32_t kWhole = 100;
        const auto told = proto::decode<ProgressParams>(params, "params");
        if (!told || told->token != token_) {
            return;
        }
        const auto percent = told->value.percent;
        if (percent <= kWhole && (!last_ || percent > *last_)) {
            last_ = percent;
            hand_on_(percent);
        }
    }

private:
    const nlohmann::json token_;
    const OnPercent& hand_on_;
    std::optional<std::uint32_t> last_;
};

}  // namespace

proto::result<proto::ListResult> RestartManager::list(std::uint32_t handle) {
    CallOptions options;
    options.total = proto::kListDeadline;
    return ask<proto::method::SessionList>(caller_, Function::get_list, {handle, std::nullopt},
                                           std::move(options));
}

Code RestartManager::shutdown(std::uint32_t handle, std::uint32_t flags,
                              const OnPercent& on_percent) {
    if ((flags & ~kShutdownFlags) != 0) {
        return Code::bad_arguments;
    }
    return run_task<proto::method::SessionShutdown>(Function::shutdown, handle, flags, on_percent);
}

Code RestartManager::restart(std::uint32_t handle, std::uint32_t flags,
                             const OnPercent& on_percent) {
    if (flags != 0) {
        return Code::bad_arguments;
    }
    return run_task<proto::method::SessionRestart>(Function::restart, handle, flags, on_percent);
}

template <class Method>
Code RestartManager::run_task(Function function, std::uint32_t handle, std::uint32_t flags,
                              const OnPercent& on_percent) {
    const auto token = make_token_();
    if (!token) {
        return Code::write_fault;
    }
    CallOptions options;
    options.total = CallOptions::kEndless;
    proto::TaskParams params{handle, flags, *token, std::nullopt};
    RisingPercent percent{to_string(*token), on_percent};
    if (on_percent) {
        params.progress_token = to_string(*token);
        options.on_progress = [&percent](const nlohmann::json& told) { percent.take(told); };
    }
    const auto done = ask<Method>(caller_, function, params, std::move(options));
    return done ? Code::ok : done.error().code;
}

Code RestartManager::cancel(std::uint32_t handle) {
    const auto asked =
        ask<proto::method::SessionCancel>(caller_, Function::cancel_current_task, {handle});
    return asked ? Code::ok : asked.error().code;
}

}  // namespace rmb::client
