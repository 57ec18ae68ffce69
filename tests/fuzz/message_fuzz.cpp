#include "proto/message.hpp"

#include "fuzz/require.hpp"
#include "proto/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

// What was read is written, and read again the same.
namespace {

using namespace rmb::proto;

template <class M>
void check_round_trip(const M& message) {
    const auto text = dump(to_json(message));
    const auto again = parse_message(text);
    RMB_REQUIRE(!again.is_batch && again.messages.size() == 1);
    const auto* same = std::get_if<M>(&again.messages.front());
    RMB_REQUIRE(same != nullptr);
    RMB_REQUIRE(dump(to_json(*same)) == text);
}

void check(const Request& request) {
    RMB_REQUIRE(request.params.is_object());
    RMB_REQUIRE(!std::holds_alternative<std::monostate>(request.id));
    check_round_trip(request);
}
void check(const Notification& notification) {
    check_round_trip(notification);
}
void check(const Response& response) {
    RMB_REQUIRE(response.outcome || response.outcome.error().code != Code::ok);
    check_round_trip(response);
}
void check(const Invalid& invalid) {
    RMB_REQUIRE(static_cast<int>(invalid.error.code) < 0);
    check_round_trip(Response{invalid.id, invalid.error});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto incoming = parse_message({reinterpret_cast<const char*>(data), size});
    RMB_REQUIRE(!incoming.messages.empty() && incoming.messages.size() <= kMaxBatch);
    RMB_REQUIRE(incoming.is_batch || incoming.messages.size() == 1);
    for (const auto& message : incoming.messages) {
        std::visit([](const auto& one) { check(one); }, message);
    }
    return 0;
}
