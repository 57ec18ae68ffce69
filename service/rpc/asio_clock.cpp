#include "rpc/asio_clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <utility>

namespace rmb::rpc {
namespace {

class Timer final : public core::Registration {
public:
    Timer(boost::asio::io_context& loop, core::TimePoint when, std::function<void()> call)
        : timer_(loop, when), call_(std::make_shared<std::function<void()>>(std::move(call))) {
        // A cancelled wait can still be on its way with success: the weak pointer tells.
        timer_.async_wait([weak = std::weak_ptr{call_}](const boost::system::error_code& failed) {
            const auto alive = weak.lock();
            if (alive && !failed) {
                (*alive)();
            }
        });
    }

private:
    boost::asio::steady_timer timer_;
    std::shared_ptr<std::function<void()>> call_;
};

}  // namespace

core::TimePoint AsioClock::now() const {
    return std::chrono::steady_clock::now();
}

std::uint64_t AsioClock::wall_clock_ms() const {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count());
}

core::RegistrationPtr AsioClock::call_at(core::TimePoint when, std::function<void()> call) {
    return std::make_unique<Timer>(loop_, when, std::move(call));
}

}  // namespace rmb::rpc
