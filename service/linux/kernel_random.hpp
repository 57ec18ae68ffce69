#pragma once

#include "core/ports.hpp"

namespace rmb::os_linux {

/// getrandom(2).
class KernelRandom final : public core::Random {
public:
    core::result<void> fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace rmb::os_linux
