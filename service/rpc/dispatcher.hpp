#pragma once

#include "proto/codec.hpp"
#include "proto/methods.hpp"
#include "rpc/call.hpp"

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rmb::rpc {

/// A handler that answers at once.
template <class F, class M>
concept DirectHandler =
    requires(F handler, const typename M::Params& params, const core::Caller& caller) {
        { handler(params, caller) } -> std::convertible_to<core::result<typename M::Result>>;
    };

/// A handler that answers when it can.
template <class F, class M>
concept DeferredHandler =
    requires(F handler, const typename M::Params& params, Reply<typename M::Result> reply) {
        handler(params, std::move(reply));
    };

/// Method names to handlers. Parameters are checked here, so that a handler only sees what the
/// method table allows.
class Dispatcher {
public:
    template <class M, class F>
        requires DirectHandler<F, M> || DeferredHandler<F, M>
    void bind(F handler) {
        handlers_[std::string{M::kName}] = [handler = std::move(handler)](
                                               const nlohmann::json& json,
                                               const std::shared_ptr<Call>& call) {
            const auto params = proto::decode<typename M::Params>(json, "params");
            const Reply<typename M::Result> reply{call};
            if (!params) {
                reply(params.error());
            } else if constexpr (DirectHandler<F, M>) {
                reply(handler(*params, call->caller()));
            } else {
                handler(*params, reply);
            }
        };
    }

    [[nodiscard]] bool has(std::string_view method) const {
        return handlers_.find(method) != handlers_.end();
    }

    void dispatch(const std::string& method, const nlohmann::json& params,
                  const std::shared_ptr<Call>& call) const;

private:
    using Handler = std::function<void(const nlohmann::json&, const std::shared_ptr<Call>&)>;
    std::map<std::string, Handler, std::less<>> handlers_;
};

}  // namespace rmb::rpc
