#pragma once

#include "proto/session_wire.hpp"
#include "proto/unicode.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// RM_UNIQUE_PROCESS and RM_PROCESS_INFO (reference, section 13), whichever header declares them.
namespace rmb::client {

/// As much of the text as leaves room for a NUL, without splitting a character; zeros after it.
template <class Unit, std::size_t kSize>
void copy_text(std::string_view utf8, std::span<Unit, kSize> to) {
    auto units = proto::utf16_from_utf8(utf8).value_or(std::u16string{});
    if (units.size() >= to.size()) {
        units.resize(to.size() - 1);
        const bool ends_split = !units.empty() && (units.back() & 0xFC00U) == 0xD800U;
        units.resize(units.size() - (ends_split ? 1 : 0));
    }
    const auto rest = std::ranges::transform(units, to.begin(), [](char16_t unit) {
                          return static_cast<Unit>(unit);
                      }).out;
    std::fill(rest, to.end(), Unit{});
}

template <class UniqueProcess>
[[nodiscard]] proto::ProcessId to_wire(const UniqueProcess& process) {
    const auto& time = process.ProcessStartTime;
    return {process.dwProcessId,
            (std::uint64_t{time.dwHighDateTime} << 32U) | std::uint64_t{time.dwLowDateTime}};
}

template <class ProcessInfo>
[[nodiscard]] ProcessInfo process_info(const proto::ApplicationInfo& from) {
    ProcessInfo info{};
    info.Process.dwProcessId = from.pid;
    info.Process.ProcessStartTime.dwLowDateTime = static_cast<std::uint32_t>(from.start_time);
    info.Process.ProcessStartTime.dwHighDateTime =
        static_cast<std::uint32_t>(from.start_time >> 32U);
    copy_text(from.name, std::span{info.strAppName});
    copy_text(from.service, std::span{info.strServiceShortName});
    info.ApplicationType = static_cast<decltype(info.ApplicationType)>(from.type);
    info.AppStatus = from.status;
    info.TSSessionId = from.windows_session;
    info.bRestartable = from.restartable ? 1 : 0;
    return info;
}

}  // namespace rmb::client
