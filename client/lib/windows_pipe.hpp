#pragma once

#include "client/lib/clock.hpp"
#include "client/lib/pipe_dialer.hpp"

namespace rmb::client {

/// Named pipes with overlapped I/O, and SCM. Opens with the least that a client needs, and lets
/// the server only identify, not impersonate beyond that (DESIGN 6).
class WindowsPipeApi final : public PipeApi {
public:
    /// `clock` must outlive the API and its channels.
    explicit WindowsPipeApi(Clock& clock) : clock_(clock) {}

    [[nodiscard]] Opened open(const std::string& name) override;
    void wait_while_busy(const std::string& name, TimePoint deadline) override;
    [[nodiscard]] ServiceFacts query_service() override;

private:
    Clock& clock_;
};

}  // namespace rmb::client
