#include "proto/codec.hpp"
#include "proto/json_parse.hpp"
#include "proto/message.hpp"
#include "proto/methods.hpp"

#include "fuzz/require.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

// Reads JSON as the params and the result of every method; what is accepted must be written as
// something that is accepted and is written the same.
namespace {

using namespace rmb::proto;

template <class T>
void check(const nlohmann::json& from, std::string_view root) {
    const auto value = decode<T>(from, root);
    if (!value) {
        RMB_REQUIRE(value.error().code == Code::invalid_params);
        RMB_REQUIRE(value.error().subject.starts_with(root));
        return;
    }
    const auto written = write(*value);
    const auto again = decode<T>(written, root);
    RMB_REQUIRE(again.has_value());
    RMB_REQUIRE(dump(write(*again)) == dump(written));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto from = parse_json({reinterpret_cast<const char*>(data), size});
    if (!from) {
        return 0;
    }
    for_each_method([&]<class M>() {
        check<typename M::Params>(*from, "params");
        check<typename M::Result>(*from, "result");
    });
    check<CancelParams>(*from, "params");
    check<WatchEvent>(*from, "value");
    return 0;
}
