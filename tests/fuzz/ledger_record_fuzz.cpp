#include "core/ledger.hpp"

#include "fuzz/require.hpp"

#include <cstddef>
#include <cstdint>

// A record that is accepted is the only form of what it says, and says what may be.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rmb::core;
    const Bytes record(data, data + size);
    const auto ledger = decode_ledger(record);
    if (!ledger) {
        RMB_REQUIRE(ledger.error().code == Code::bad_arguments);
        return 0;
    }
    RMB_REQUIRE(is_valid(*ledger));
    RMB_REQUIRE(encode(*ledger) == record);
    for (const auto& entry : ledger->entries) {
        RMB_REQUIRE(to_string(entry.stage) != "unknown");
        RMB_REQUIRE(!is_owed(entry) || is_owed(*ledger));
    }
    return 0;
}
