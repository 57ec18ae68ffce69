#include "rpc/dispatcher.hpp"

#include "proto/limits.hpp"

namespace rmb::rpc {

void Dispatcher::dispatch(const std::string& method, const nlohmann::json& params,
                          const std::shared_ptr<Call>& call) const {
    const auto found = handlers_.find(method);
    if (found == handlers_.end()) {
        call->reply(core::Error{core::Code::method_not_found,
                                "no method \"" + method.substr(0, proto::kMaxIdCharacters) +
                                    "\"; rpc.discover lists them"});
        return;
    }
    found->second(params, call);
}

}  // namespace rmb::rpc
