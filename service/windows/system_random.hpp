#pragma once

#include "core/ports.hpp"

namespace rmb::win {

/// The operating system's own generator.
class SystemRandom final : public core::Random {
public:
    core::result<void> fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace rmb::win
