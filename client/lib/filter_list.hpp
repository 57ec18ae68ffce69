#pragma once

#include "proto/session_wire.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rmb::client {

/// Bytes of RM_FILTER_INFO (reference, section 13).
struct FilterLayout {
    std::size_t pointer;
    std::size_t target;  // where the union stands
    std::size_t record;
};
inline constexpr FilterLayout kFilterLayout32{4, 12, 24};
inline constexpr FilterLayout kFilterLayout64{8, 16, 32};

/// What RmGetFilterList gives, for a buffer at `address`: each record is followed by the text that
/// it points to, and the next begins at a multiple of the pointer's size from the first.
[[nodiscard]] std::vector<std::byte> filter_list(std::span<const proto::FilterInfo> filters,
                                                 const FilterLayout& layout, std::uint64_t address);

}  // namespace rmb::client
