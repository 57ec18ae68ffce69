#pragma once

#include "proto/identifiers.hpp"

namespace rmb::client {

/// Sets the version and variant that RFC 4122 gives to 122 random bits.
inline void mark_as_random(proto::Token& token) {
    token.data[6] = static_cast<std::uint8_t>((token.data[6] & 0x0FU) | 0x40U);
    token.data[8] = static_cast<std::uint8_t>((token.data[8] & 0x3FU) | 0x80U);
}

}  // namespace rmb::client
