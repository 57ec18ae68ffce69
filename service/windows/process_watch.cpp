#include "windows/process_watch.hpp"

#include "windows/system/process_handle.hpp"

#include <boost/asio/windows/object_handle.hpp>
#include <boost/system/system_error.hpp>

#include <memory>
#include <utility>

namespace rmb::win {
namespace {

namespace asio = boost::asio;

/// Kept alive by the pending wait as well, so that its callback may drop the registration.
struct Wait {
    Wait(asio::io_context& loop, std::function<void()> ended_in)
        : handle{loop}, ended{std::move(ended_in)} {}

    asio::windows::object_handle handle;
    std::function<void()> ended;  // empty once called or dropped
};

class WatchRegistration final : public core::Registration {
public:
    explicit WatchRegistration(std::shared_ptr<Wait> wait) : wait_{std::move(wait)} {}
    ~WatchRegistration() override {
        wait_->ended = nullptr;
        boost::system::error_code ignored;
        wait_->handle.close(ignored);
    }

private:
    std::shared_ptr<Wait> wait_;
};

}  // namespace

core::result<core::RegistrationPtr> ProcessWatch::watch(const core::ProcessKey& process,
                                                        std::function<void()> ended) {
    auto opened = open_running(process, 0);
    if (opened.has_error()) {
        return opened.error();
    }
    auto wait = std::make_shared<Wait>(loop_, std::move(ended));
    boost::system::error_code failed;
    wait->handle.assign(opened->get(), failed);
    if (failed) {
        return win32_error("watching a process", static_cast<DWORD>(failed.value()));
    }
    opened->release();
    wait->handle.async_wait([wait](const boost::system::error_code& error) {
        if (!wait->ended) {
            return;
        }
        if (error) {
            // The system could not register the wait. Its end would go unnoticed: not to be
            // lived with, and the stored sessions survive a restart of the service.
            throw boost::system::system_error{error, "watching a process"};
        }
        // Moved out first: the call may drop the registration, and with it what it captured.
        const auto call = std::exchange(wait->ended, nullptr);
        call();
    });
    return core::RegistrationPtr{std::make_unique<WatchRegistration>(std::move(wait))};
}

}  // namespace rmb::win
