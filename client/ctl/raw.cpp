#include "client/ctl/commands.hpp"
#include "client/ctl/platform.hpp"
#include "client/lib/connection.hpp"
#include "proto/message.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rmb::ctl {
namespace {

using client::IoFailure;
using proto::Message;

/// How long an answer is waited for where none is due.
constexpr client::Milliseconds kNothingDue{250};

std::string read_all_of_stdin() {
    std::string all;
    std::array<char, 65'536> piece{};
    while (const auto got = read_stdin(piece)) {
        all.append(piece.data(), got);
    }
    return all;
}

/// A guess that decides nothing but the time to wait: what was sent may be no message at all, and
/// that is answered.
bool is_answer_due(const std::string& sent) {
    const auto messages = proto::parse_message(sent).messages;
    return messages.empty() || !std::ranges::all_of(messages, [](const Message& message) {
               return std::holds_alternative<proto::Notification>(message);
           });
}

struct Seen {
    bool answer = false;
    bool error = false;
};

Seen look_at(const std::string& frame) {
    Seen seen;
    for (const auto& message : proto::parse_message(frame).messages) {
        if (const auto* response = std::get_if<proto::Response>(&message)) {
            seen.answer = true;
            seen.error = seen.error || !response->outcome;
        }
    }
    return seen;
}

Failure lost_or_late(IoFailure why) {
    return why == IoFailure::timed_out
               ? Failure{{proto::Code::sem_timeout, "no answer in time"}, false}
               : Failure{{proto::Code::internal_error, "the service closed the connection"}, true};
}

/// Prints frames up to the answer.
ExitCode print_answers(Environment& environment, client::Connection& connection, bool is_due) {
    const auto& output = environment.output();
    const auto& timeouts = environment.policy().timeouts;
    const auto now = environment.clock().now();
    const client::Connection::Limits limits{
        client::deadline_after(now, is_due ? timeouts.call : kNothingDue),
        is_due ? timeouts.silence : timeouts.call};
    for (;;) {
        const auto frame = connection.receive_frame(limits);
        if (!frame && frame.error() == IoFailure::timed_out && !is_due) {
            output.note("no answer; none is due to a notification");
            return ExitCode::ok;
        }
        if (!frame) {
            return output.fail_on_stderr(lost_or_late(frame.error()));
        }
        output.print(*frame + "\n");
        const auto seen = look_at(*frame);
        if (seen.answer) {
            return seen.error ? ExitCode::failed : ExitCode::ok;
        }
    }
}

}  // namespace

ExitCode run_raw(Environment& environment) {
    const auto& given = environment.options().message;
    const auto message = given ? *given : read_all_of_stdin();
    auto channel = environment.dial();
    if (!channel) {
        return environment.output().fail_on_stderr(channel.error());
    }
    client::Connection connection{*std::move(channel), environment.clock()};
    const auto deadline =
        client::deadline_after(environment.clock().now(), environment.policy().timeouts.call);
    // One that breaks off may have been answered: too long a frame is refused by its header.
    const bool whole = connection.send_frame(message, deadline).has_value();
    return print_answers(environment, connection, !whole || is_answer_due(message));
}

}  // namespace rmb::ctl
