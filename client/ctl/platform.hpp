#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// What rmbctl needs of the operating system beside the client library.
namespace rmb::ctl {

enum class Stream { out, error };

/// No translation of line ends; to be called before anything is read or written.
void use_binary_streams();

/// UTF-8, whatever the stream leads to; flushed. False when nobody reads it any more.
bool write_stream(Stream stream, std::string_view text);

/// What stdin has, at least one byte; 0 at its end.
[[nodiscard]] std::size_t read_stdin(std::span<char> into);

/// DOMAIN\name of a SID; nullopt where the system does not know one.
[[nodiscard]] std::optional<std::string> account_name(const std::string& sid);

enum class ProcessState { alive, gone, unknown };
/// Of the very process that was created at `start_time` (as proto::ParticipantInfo has it): a
/// later one with the same id does not count.
[[nodiscard]] ProcessState process_state(std::uint32_t pid, std::uint64_t start_time);

/// Made absolute against the current folder, as the operating system reads paths. nullopt where it
/// cannot be: an empty one, one that is too long, text that is not well-formed.
[[nodiscard]] std::optional<std::string> full_path(const std::string& path);

/// rmbroker.exe beside this program, with its folder; the bare name where it is not there.
[[nodiscard]] std::string broker_program();

/// "12:03:59", local time.
[[nodiscard]] std::string time_of_day();

}  // namespace rmb::ctl
