#pragma once

#include "client/lib/channel.hpp"
#include "client/lib/clock.hpp"

#include <string>

namespace rmb::client {

/// Connects to the test host's unix socket. Nothing is verified there: who names the socket trusts
/// whoever made it.
class UnixDialer final : public Dialer {
public:
    /// `clock` must outlive the dialer.
    UnixDialer(std::string path, Clock& clock);

    [[nodiscard]] proto::result<std::unique_ptr<Channel>> dial(TimePoint deadline) override;
    [[nodiscard]] ServerReport inspect() override;

    static constexpr Milliseconds kPollInterval{50};

private:
    const std::string path_;
    Clock& clock_;
};

}  // namespace rmb::client
