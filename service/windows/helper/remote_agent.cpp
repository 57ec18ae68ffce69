#include "windows/helper/remote_agent.hpp"

#include "proto/message.hpp"
#include "windows/helper/wire_form.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>

namespace rmb::win {
namespace {

namespace method = proto::helper::method;
using engine::Milliseconds;

// Looking waits for consoles, some of which may hang, and creating for the disk.
constexpr int kLongAct = 2;

// Of an error's text, in bytes. A helper runs with its user's rights and may say anything, and the
// ledger, which keeps it, has its bounds.
constexpr std::size_t kMaxMessage = 1'024;

/// As much of it as may be kept, without splitting a character.
std::string bounded(std::string message) {
    auto size = std::min(message.size(), kMaxMessage);
    while (size != 0 && size < message.size() &&
           (static_cast<unsigned char>(message[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    message.resize(size);
    return message;
}

/// What the wire carries of a limit.
std::uint32_t wire_limit(Milliseconds limit) {
    constexpr Milliseconds::rep kLongest = std::numeric_limits<std::uint32_t>::max() / 2;
    return static_cast<std::uint32_t>(std::clamp<Milliseconds::rep>(limit.count(), 0, kLongest));
}

result<void> without_result(const result<proto::Empty>& outcome) {
    if (outcome.has_error()) {
        return outcome.error();
    }
    return {};
}

}  // namespace

RemoteAgent::RemoteAgent(ConnectHelper connect, Milliseconds answer_limit)
    : connect_{std::move(connect)}, answer_limit_{answer_limit} {}

result<void> RemoteAgent::start() {
    if (link_ && !link_->has_ended()) {
        return {};
    }
    give_up();
    auto link = connect_();
    if (link.has_error()) {
        return link.error();
    }
    link_ = std::move(*link);
    return {};
}

bool RemoteAgent::is_reusable() const {
    return link_ && !link_->has_ended() && unreleased_.empty();
}

/// What it had created ends with it.
void RemoteAgent::give_up() {
    link_.reset();
    unreleased_.clear();
}

Error RemoteAgent::nonsense(std::string_view method, const std::string& what) {
    give_up();
    return {Code::not_ready,
            bounded("the helper's answer to " + std::string{method} + " is wrong: " + what)};
}

result<std::string> RemoteAgent::exchange(const std::string& request, const Patience& patience) {
    if (auto sent = link_->pipe().send(request, patience); sent.has_error()) {
        return sent.error();
    }
    return link_->pipe().receive(patience);
}

result<nlohmann::json> RemoteAgent::call(std::string_view method, nlohmann::json params,
                                         const Patience& patience) {
    const proto::Request request{++last_id_, std::string{method}, std::move(params)};
    const auto text = proto::dump(proto::to_json(request));
    result<std::string> body{Error{}};
    // A helper may end for idleness in the very moment in which it is asked: once more, then.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (auto started = start(); started.has_error()) {
            return started.error();
        }
        body = exchange(text, patience);
        if (body.has_value() || body.error().code != Code::not_ready || !link_->ended_idle()) {
            break;
        }
        give_up();
    }
    if (body.has_error()) {
        give_up();
        if (body.error().code == Code::cancelled) {
            return body.error();
        }
        return Error{Code::not_ready,
                     "the helper failed at " + std::string{method} + ": " + body.error().message};
    }
    auto incoming = proto::parse_message(*body);
    auto* response = std::get_if<proto::Response>(&incoming.messages.front());
    if (response == nullptr || incoming.is_batch || response->id != request.id) {
        return nonsense(method, "no answer to what was asked");
    }
    if (response->outcome.has_value()) {
        return std::move(response->outcome);
    }
    // Reserved codes speak of malformed requests: nothing the engine could act on. Who cancels is
    // known on this side alone.
    const auto& error = response->outcome.error();
    if (static_cast<std::int32_t>(error.code) <= 0 || error.code == Code::cancelled) {
        return nonsense(method, error.message);
    }
    return Error{error.code, bounded(error.message)};
}

template <class Method>
result<typename Method::Result> RemoteAgent::call(const typename Method::Params& params,
                                                  Milliseconds limit, std::stop_token stop) {
    if (stop.stop_requested()) {
        return Error{Code::cancelled, "cancelled before the helper was asked"};
    }
    const auto outcome =
        call(Method::kName, proto::write(params), wait_at_most(limit, std::move(stop)));
    if (outcome.has_error()) {
        return outcome.error();
    }
    auto read = proto::decode<typename Method::Result>(*outcome, "result");
    if (read.has_error()) {
        return nonsense(Method::kName, read.error().message);
    }
    return std::move(*read);
}

result<std::vector<engine::Presence>> RemoteAgent::look(std::span<const core::ProcessKey> processes,
                                                        std::stop_token stop) {
    auto seen = call<method::Look>({to_wire(processes)}, kLongAct * answer_limit_, std::move(stop));
    if (seen.has_error()) {
        return seen.error();
    }
    if (seen->presences.size() != processes.size()) {
        return nonsense(method::Look::kName, "another number of processes than asked for");
    }
    std::vector<engine::Presence> presences;
    for (std::size_t i = 0; i < processes.size(); ++i) {
        auto presence = from_wire(std::move(seen->presences[i]));
        if (!presence.console.empty() &&
            std::ranges::find(presence.console, processes[i].pid) == presence.console.end()) {
            return nonsense(method::Look::kName, "a console without the process it was asked of");
        }
        presences.push_back(std::move(presence));
    }
    return presences;
}

result<std::vector<engine::Vote>> RemoteAgent::ask_to_end(
    std::span<const core::ProcessKey> processes, bool until_refusal, Milliseconds limit,
    std::stop_token stop) {
    const auto given =
        call<method::AskToEnd>({to_wire(processes), until_refusal, wire_limit(limit)},
                               limit + answer_limit_, std::move(stop));
    if (given.has_error()) {
        return given.error();
    }
    if (given->votes.size() != processes.size()) {
        return nonsense(method::AskToEnd::kName, "another number of votes than asked for");
    }
    std::vector<engine::Vote> votes;
    for (const auto number : given->votes) {
        const auto vote = vote_from_wire(number);
        if (!vote) {
            return nonsense(method::AskToEnd::kName, "no vote: " + std::to_string(number));
        }
        votes.push_back(*vote);
    }
    return votes;
}

result<void> RemoteAgent::tell_end(std::span<const core::ProcessKey> processes, bool ending,
                                   Milliseconds limit, std::stop_token stop) {
    return without_result(call<method::TellEnd>({to_wire(processes), ending, wire_limit(limit)},
                                                limit + answer_limit_, std::move(stop)));
}

result<void> RemoteAgent::close(std::span<const core::ProcessKey> processes, std::stop_token stop) {
    return without_result(
        call<method::Close>({to_wire(processes)}, answer_limit_, std::move(stop)));
}

result<void> RemoteAgent::interrupt(const core::ProcessKey& process,
                                    std::span<const std::uint32_t> attached, std::stop_token stop) {
    return without_result(call<method::Interrupt>(
        {to_wire(process), {attached.begin(), attached.end()}}, answer_limit_, std::move(stop)));
}

result<core::ProcessKey> RemoteAgent::create(const engine::ProgramStart& program) {
    const auto created = call<method::Create>(to_wire(program), kLongAct * answer_limit_, {});
    if (created.has_error()) {
        return created.error();
    }
    const auto process = from_wire(*created);
    if (!link_->may_have_created(process)) {
        return nonsense(method::Create::kName,
                        "process " + std::to_string(process.pid) + " is none of its own");
    }
    unreleased_.insert(process);
    return process;
}

result<void> RemoteAgent::release(const core::ProcessKey& process) {
    if (!unreleased_.contains(process)) {
        return Error{Code::file_not_found,
                     "process " + std::to_string(process.pid) + " does not wait to be released"};
    }
    auto released = without_result(call<method::Release>({to_wire(process)}, answer_limit_, {}));
    unreleased_.erase(process);
    return released;
}

}  // namespace rmb::win
