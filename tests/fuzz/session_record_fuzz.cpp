#include "core/registered.hpp"
#include "core/session.hpp"

#include "fuzz/require.hpp"

#include <cstddef>
#include <cstdint>

namespace {

using namespace rmb::core;

/// Of version 1 it is the record that encode() does not make any more.
bool is_version_1(const Bytes& record) {
    return record[4] == 1;
}

void session(const Bytes& record) {
    const auto state = decode(record);
    if (!state) {
        RMB_REQUIRE(state.error().code == Code::bad_arguments);
        return;
    }
    RMB_REQUIRE(!state->participants.empty());
    for (const auto& filter : state->filters) {
        RMB_REQUIRE(is_valid(filter));
    }
    const auto encoded = encode(*state);
    RMB_REQUIRE(is_version_1(record) || encoded == record);
    RMB_REQUIRE(*decode(encoded) == *state);
}

void registered(const Bytes& record) {
    const auto read = decode_registered(record);
    if (!read) {
        RMB_REQUIRE(read.error().code == Code::bad_arguments);
        return;
    }
    RMB_REQUIRE(is_valid_handle(read->handle));
    RMB_REQUIRE(encode(*read) == record);
}

}  // namespace

// A record of either kind that is accepted is the only form of what it says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes record(data, data + size);
    session(record);
    registered(record);
    return 0;
}
