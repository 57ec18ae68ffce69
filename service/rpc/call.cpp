#include "rpc/call.hpp"

#include "proto/methods.hpp"

namespace rmb::rpc {

Call::~Call() {
    reply(core::Error{core::Code::internal_error, "the service dropped the call"});
}

void Call::reply(core::result<nlohmann::json> outcome) {
    const auto deliver = std::exchange(deliver_, nullptr);
    stop_ = nullptr;
    if (deliver) {
        deliver(std::move(outcome));
    }
}

void Call::stop(StopReason reason) {
    if (const auto stop = std::exchange(stop_, nullptr)) {
        stop(reason);
    }
}

void Call::progress(const nlohmann::json& token, nlohmann::json value) {
    if (deliver_) {
        notify_({std::string{proto::kProgressNotification},
                 {{"token", token}, {"value", std::move(value)}}});
    }
}

}  // namespace rmb::rpc
