#pragma once

#include "windows/system/handle_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rmb::win {

/// How likely it is that a handle is one end of a pipe on which somebody waits, so that each query
/// of it hangs: as far as the rights tell with which it was opened.
enum class HandleRisk {
    low,
    some,  // pipes and files are both opened like that
    high   // hardly anything but pipes and sockets is
};
inline constexpr std::size_t kHandleRisks = 3;

[[nodiscard]] HandleRisk risk_of(std::uint32_t access);

/// Sorted out by risk, in their order: the most likely ones are to be queried last.
[[nodiscard]] std::array<std::vector<FileHandle>, kHandleRisks> by_risk(
    const std::vector<FileHandle>& handles);

}  // namespace rmb::win
