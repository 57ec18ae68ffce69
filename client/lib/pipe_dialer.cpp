#include "client/lib/pipe_dialer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace rmb::client {
namespace {

using proto::Code;
using proto::Error;
using Pipe = ServerReport::Pipe;

/// What the dial comes to if nothing changes until the deadline.
Error failure_of(const ServerReport& report) {
    if (report.verdict) {
        return {Code::access_denied, "the server of " + report.name + " is not the broker",
                std::string{to_string(*report.verdict)}};
    }
    switch (report.pipe) {
        case Pipe::busy:
            return {Code::sem_timeout, report.name + " is busy"};
        case Pipe::denied:
            return {Code::access_denied, "no access to " + report.name, "pipe"};
        case Pipe::missing:
            return {Code::service_not_active, "the broker does not run: no pipe " + report.name};
        case Pipe::open:
        case Pipe::failed:
            break;
    }
    return {Code::service_not_active,
            "opening " + report.name + ": error " + std::to_string(report.pipe_error)};
}

/// While the service restarts, SCM and the pipe can speak of different processes, and there can be
/// no pipe; anything else stays as it is.
bool can_change(const ServerReport& report) {
    if (report.verdict) {
        return report.verdict == Verdict::wrong_process ||
               report.verdict == Verdict::process_unknown;
    }
    return report.pipe != Pipe::denied;
}

}  // namespace

struct PipeDialer::Look {
    ServerReport report;
    std::unique_ptr<PipeChannel> channel;
};

PipeDialer::PipeDialer(std::unique_ptr<PipeApi> api, std::string pipe_name, Trust trust,
                       Clock& clock)
    : api_(std::move(api)), pipe_name_(std::move(pipe_name)), trust_(trust), clock_(clock) {}

PipeDialer::Look PipeDialer::look() {
    Look seen;
    auto opened = api_->open(pipe_name_);
    seen.report.name = pipe_name_;
    seen.report.pipe = opened.state;
    seen.report.pipe_error = opened.error;
    seen.report.service = api_->query_service();
    if (opened.state == Pipe::open) {
        seen.report.facts = opened.channel->facts();
        seen.report.verdict =
            verify_server(pipe_name_, seen.report.facts, seen.report.service, trust_);
        seen.channel = std::move(opened.channel);
    }
    return seen;
}

proto::result<std::unique_ptr<Channel>> PipeDialer::dial(TimePoint deadline) {
    std::optional<ServerReport> refused;
    for (;;) {
        auto seen = look();
        const auto& report = seen.report;
        if (report.verdict) {
            refused = report;
        }
        if (report.verdict == Verdict::genuine) {
            return std::unique_ptr<Channel>{std::move(seen.channel)};
        }
        if (report.service.answer == ServiceFacts::Answer::not_installed &&
            trust_ == Trust::service_only) {
            return Error{Code::service_does_not_exist, "the broker is not installed"};
        }
        const auto now = clock_.now();
        if (now >= deadline || !can_change(report)) {
            // Whose pipe is busy at last was looked at before.
            return failure_of(report.pipe == Pipe::busy && refused ? *refused : report);
        }
        seen.channel.reset();
        if (report.pipe == Pipe::busy) {
            api_->wait_while_busy(pipe_name_, deadline);
        } else {
            clock_.sleep_until(std::min(deadline, now + kPollInterval));
        }
    }
}

ServerReport PipeDialer::inspect() {
    return look().report;
}

}  // namespace rmb::client
