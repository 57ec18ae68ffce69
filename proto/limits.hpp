#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every number that both ends of the pipe must agree on, or that bounds what a peer can make the
/// other end do. Limits that an administrator can set (sessions, connections, bytes) are in
/// core/config.hpp; broker.hello reports both.
namespace rmb::proto {

/// The protocol this build speaks. Methods and members are only ever added under one number.
inline constexpr std::uint32_t kProtocolVersion = 1;

// One frame.
inline constexpr std::size_t kMaxFrameBytes = std::size_t{16} * 1024 * 1024;
inline constexpr std::size_t kMaxHeaderBytes = 256;
/// What is read from a peer before it is known who it is.
inline constexpr std::size_t kMaxBytesBeforeIdentity = std::size_t{64} * 1024;
/// A frame is charged this many times its length: text, parsed form, parameters.
inline constexpr std::size_t kFrameChargeFactor = 4;

// One message.
inline constexpr std::size_t kMaxDepth = 16;
inline constexpr std::size_t kMaxStringUnits = 32'767;  // UTF-16 code units, as UNICODE_STRING
inline constexpr std::size_t kMaxIdCharacters = 64;
inline constexpr std::size_t kMaxBatch = 32;
/// Paths in one locks.query.
inline constexpr std::size_t kMaxLocksPaths = 1'000;
/// JSON values in one message; bounds the parsed form of a frame of many tiny values.
inline constexpr std::size_t kMaxValues = 131'072;

// One connection.
inline constexpr std::size_t kMaxInFlight = 32;
/// Answers queued for a peer that does not read; beyond it the connection is closed.
inline constexpr std::size_t kMaxUnsentBytes = std::size_t{4} * 1024 * 1024;
/// A peer that has sent nothing for this long after connecting is closed.
inline constexpr std::chrono::milliseconds kFirstBytesDeadline{5'000};
/// A frame that was begun must be whole within this time.
inline constexpr std::chrono::milliseconds kFrameDeadline{30'000};

// Clocks of a call (DESIGN 7).
inline constexpr std::chrono::milliseconds kAliveInterval{5'000};
inline constexpr std::chrono::milliseconds kSilenceDeadline{15'000};
inline constexpr std::chrono::milliseconds kConnectDeadline{5'000};
inline constexpr std::chrono::milliseconds kShortCallDeadline{30'000};
/// Of calls that look at the whole system.
inline constexpr std::chrono::milliseconds kListDeadline{120'000};
/// How long a call waits in the service for a session that is busy: less than the client waits, so
/// that the client gets the service's answer.
inline constexpr std::chrono::milliseconds kTurnDeadline{28'000};

}  // namespace rmb::proto
