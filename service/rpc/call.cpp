#include "rpc/call.hpp"

#include "proto/methods.hpp"

namespace rmb::rpc {

Call::~Call() {
    reply(core::Error{core::Code::internal_error, "the service dropped the call"});
}

void Call::reply(core::result<nlohmann::json> outcome) {
    if (std::exchange(answered_, true)) {
        return;
    }
    stop_ = nullptr;
    if (const auto owner = owner_.lock()) {
        owner->answered(number_, std::move(outcome));
    }
}

void Call::stop(StopReason reason) {
    if (const auto stop = std::exchange(stop_, nullptr)) {
        stop(reason);
    }
}

void Call::progress(const nlohmann::json& token, nlohmann::json value) {
    const auto owner = owner_.lock();
    if (owner && !answered_) {
        owner->notified({std::string{proto::kProgressNotification},
                         {{"token", token}, {"value", std::move(value)}}});
    }
}

}  // namespace rmb::rpc
