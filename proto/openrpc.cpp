#include "proto/openrpc.hpp"

#include "proto/codec.hpp"
#include "proto/methods.hpp"

#include <string>
#include <utility>

namespace rmb::proto {
namespace {

using nlohmann::json;

template <class M>
json describe() {
    auto params = json::array();
    for_each_member_schema<typename M::Params>(
        [&](std::string_view name, json schema, bool required, std::string_view text) {
            params.push_back({{"name", name},
                              {"description", text},
                              {"required", required},
                              {"schema", std::move(schema)}});
        });
    auto errors = json::array();
    for (const Code code : M::kErrors) {
        errors.push_back({{"code", static_cast<int>(code)}, {"message", code_name(code)}});
    }
    return {{"name", M::kName},
            {"summary", M::kSummary},
            {"paramStructure", "by-name"},
            {"params", std::move(params)},
            {"result",
             {{"name", "result"},
              {"schema", schema_of(static_cast<const typename M::Result*>(nullptr))}}},
            {"errors", std::move(errors)},
            {"x-access", to_string(M::kAccess)}};
}

}  // namespace

json openrpc_document(std::string_view version) {
    auto methods = json::array();
    for_each_method([&]<class M>() { methods.push_back(describe<M>()); });
    return {{"openrpc", "1.2.6"},
            {"info", {{"title", "rmbroker"}, {"version", version}}},
            {"methods", std::move(methods)}};
}

}  // namespace rmb::proto
