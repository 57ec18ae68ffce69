#pragma once

#include "client/lib/channel.hpp"
#include "client/lib/clock.hpp"
#include "client/lib/policy.hpp"
#include "client/lib/server_facts.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rmb::client {

/// An open pipe before and after it is trusted.
class PipeChannel : public Channel {
public:
    [[nodiscard]] virtual PipeFacts facts() = 0;
};

/// What PipeDialer needs of Windows; client/lib/windows_pipe.hpp has the real one.
class PipeApi {
public:
    virtual ~PipeApi() = default;
    PipeApi(const PipeApi&) = delete;
    PipeApi& operator=(const PipeApi&) = delete;

    struct Opened {
        ServerReport::Pipe state = ServerReport::Pipe::missing;
        std::uint32_t error = 0;               // Win32, unless open
        std::unique_ptr<PipeChannel> channel;  // where open
    };
    [[nodiscard]] virtual Opened open(const std::string& name) = 0;
    /// Waits for an instance of a busy pipe to become free, or for `deadline`.
    virtual void wait_while_busy(const std::string& name, TimePoint deadline) = 0;
    [[nodiscard]] virtual ServiceFacts query_service() = 0;

protected:
    PipeApi() = default;
};

/// Opens the broker's pipe and says nothing to it before verify_server() finds it genuine.
class PipeDialer final : public Dialer {
public:
    /// `clock` must outlive the dialer.
    PipeDialer(std::unique_ptr<PipeApi> api, std::string pipe_name, Trust trust, Clock& clock);

    [[nodiscard]] proto::result<std::unique_ptr<Channel>> dial(TimePoint deadline) override;
    [[nodiscard]] ServerReport inspect() override;

    /// No event tells that a pipe of a name appears.
    static constexpr Milliseconds kPollInterval{50};

private:
    struct Look;
    [[nodiscard]] Look look();

    const std::unique_ptr<PipeApi> api_;
    const std::string pipe_name_;
    const Trust trust_;
    Clock& clock_;
};

}  // namespace rmb::client
