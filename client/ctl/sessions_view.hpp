#pragma once

#include "proto/methods.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <map>
#include <string>
#include <string_view>

/// How `sessions` and `watch` show what they got.
namespace rmb::ctl {

/// SID to account, for those that the system knows.
using AccountNames = std::map<std::string, std::string>;

/// `now` is since 1970, UTC, by this machine's clock.
[[nodiscard]] std::string sessions_text(const proto::SessionsResult& result,
                                        const AccountNames& names, std::chrono::milliseconds now);
/// The result of broker.sessions, each session with `account` beside `user` where it is known.
[[nodiscard]] nlohmann::json sessions_json(const proto::SessionsResult& result,
                                           const AccountNames& names);

/// A line, without its end.
[[nodiscard]] std::string event_text(const proto::WatchEvent& event, const AccountNames& names,
                                     std::string_view time_of_day);

}  // namespace rmb::ctl
