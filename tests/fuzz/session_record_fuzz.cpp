#include "core/session.hpp"

#include "fuzz/require.hpp"

#include <cstddef>
#include <cstdint>

// A record that is accepted is the only form of what it says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const rmb::core::Bytes record(data, data + size);
    const auto state = rmb::core::decode(record);
    if (!state) {
        RMB_REQUIRE(state.error().code == rmb::core::Code::bad_arguments);
        return 0;
    }
    RMB_REQUIRE(!state->participants.empty());
    const auto encoded = rmb::core::encode(*state);
    RMB_REQUIRE(encoded == record);
    RMB_REQUIRE(*rmb::core::decode(encoded) == *state);
    return 0;
}
