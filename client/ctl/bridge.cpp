#include "client/ctl/commands.hpp"
#include "client/ctl/platform.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <string_view>
#include <thread>

namespace rmb::ctl {
namespace {

using client::kNever;

/// When stdin has ended, answers on their way are still passed on until none came for so long.
constexpr client::Milliseconds kLinger{250};
constexpr std::size_t kPieceBytes = 65'536;

/// The other thread may be blocked in a read that nothing ends: so does the process, at once.
[[noreturn]] void leave(ExitCode code) {
    std::_Exit(static_cast<int>(code));
}

void pass_answers(Environment& environment, client::Channel& channel,
                  std::atomic<client::TimePoint>& last_heard) {
    std::array<char, kPieceBytes> piece{};
    for (;;) {
        const auto got = channel.receive(piece, kNever);
        if (!got) {
            environment.output().note("the service closed the connection");
            leave(ExitCode::failed);
        }
        if (!write_stream(Stream::out, std::string_view{piece.data(), *got})) {
            leave(ExitCode::ok);
        }
        last_heard = environment.clock().now();
    }
}

void pass_requests(client::Channel& channel) {
    std::array<char, kPieceBytes> piece{};
    while (const auto got = read_stdin(piece)) {
        if (!channel.send({piece.data(), got}, kNever)) {
            // The other direction sees it too, after the last answers.
            std::this_thread::sleep_for(kLinger);
            leave(ExitCode::failed);
        }
    }
}

}  // namespace

ExitCode run_bridge(Environment& environment) {
    const auto dialed = environment.dial();
    if (!dialed) {
        return environment.output().fail_on_stderr(dialed.error());
    }
    auto& channel = **dialed;
    auto& clock = environment.clock();
    std::atomic<client::TimePoint> last_heard{clock.now()};
    std::thread answers{[&] { pass_answers(environment, channel, last_heard); }};
    pass_requests(channel);
    auto quiet_since = clock.now();
    while (clock.now() < quiet_since + kLinger) {
        clock.sleep_until(quiet_since + kLinger);
        quiet_since = std::max(quiet_since, last_heard.load());
    }
    leave(ExitCode::ok);
}

}  // namespace rmb::ctl
