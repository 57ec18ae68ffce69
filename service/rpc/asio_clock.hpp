#pragma once

#include "core/ports.hpp"

#include <boost/asio/io_context.hpp>

namespace rmb::rpc {

/// The loop's own timers.
class AsioClock final : public core::Clock {
public:
    explicit AsioClock(boost::asio::io_context& loop) : loop_(loop) {}

    [[nodiscard]] core::TimePoint now() const override;
    [[nodiscard]] std::uint64_t wall_clock_ms() const override;
    [[nodiscard]] core::RegistrationPtr call_at(core::TimePoint when,
                                                std::function<void()> call) override;

private:
    boost::asio::io_context& loop_;
};

}  // namespace rmb::rpc
