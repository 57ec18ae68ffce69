#include "client/lib/caller.hpp"

#include "proto/methods.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace rmb::client {
namespace {

using proto::Code;
using proto::Error;
using proto::result;

/// Between attempts that brought no sign of life from a server that lets itself be called.
constexpr Milliseconds kFirstPause{50};
constexpr Milliseconds kLongestPause{1'000};

Error no_answer() {
    return {Code::sem_timeout, "the broker did not answer in time"};
}

/// Tokens on their way to the service; those that did not arrive go back to the list.
class Delivery {
public:
    explicit Delivery(AbandonedStarts& list) : list_(list), tokens_(list.take()) {}
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;
    ~Delivery() {
        for (const auto& token : tokens_) {
            list_.add(token);
        }
    }

    void put_before_next_call(Connection& connection) const {
        for (const auto& token : tokens_) {
            connection.queue_unawaited(proto::method::SessionEnd::kName,
                                       proto::write(proto::EndParams{std::nullopt, token}));
        }
    }
    /// A call sent after them on the same stream was answered, so the service has read them.
    void confirm() {
        tokens_.clear();
    }

private:
    AbandonedStarts& list_;
    std::vector<proto::Token> tokens_;
};

}  // namespace

Caller::Caller(Dialer& dialer, Clock& clock, const Timeouts& timeouts)
    : dialer_(dialer), clock_(clock), timeouts_(timeouts) {
    idle_.reserve(kMaxIdle);
}

result<nlohmann::json> Caller::call_json(std::string_view method, const nlohmann::json& params,
                                         const CallOptions& options) {
    CallReport unwanted;
    auto& report = options.report != nullptr ? *options.report : unwanted;
    report = {};
    const auto span = options.total.value_or(timeouts_.call);
    auto heard = clock_.now();
    const Connection::Limits limits{deadline_after(heard, span), timeouts_.silence};
    Milliseconds pause{};
    auto connection = take_idle();
    for (;;) {
        const bool is_fresh = connection == nullptr;
        if (is_fresh) {
            auto dialed = connect(limits.total);
            if (!dialed) {
                return dialed.error();
            }
            connection = *std::move(dialed);
        }
        auto answer = exchange(*connection, method, params, limits, options.on_progress);
        report.sent += connection->has_sent() ? 1 : 0;
        if (answer) {
            report.answered = true;
            report.refused = !connection->is_usable();
            give_back(std::move(connection));
            return std::move(answer->outcome);
        }
        const bool was_alive = connection->has_heard();
        connection.reset();
        forget_idle();
        const auto now = clock_.now();
        heard = was_alive ? now : heard;
        const auto give_up = std::min(limits.total, deadline_after(heard, timeouts_.call));
        if (answer.error() == IoFailure::timed_out || now >= give_up) {
            return no_answer();
        }
        if (is_fresh && !was_alive) {
            pause = std::clamp(2 * pause, kFirstPause, kLongestPause);
            clock_.sleep_until(std::min(now + pause, give_up));
        }
    }
}

io_result<proto::Response> Caller::exchange(Connection& connection, std::string_view method,
                                            const nlohmann::json& params,
                                            const Connection::Limits& limits,
                                            const OnProgress& on_progress) {
    Delivery abandoned{abandoned_};
    abandoned.put_before_next_call(connection);
    auto answer = connection.call(method, params, limits, on_progress);
    if (answer) {
        abandoned.confirm();
    }
    return answer;
}

result<std::unique_ptr<Connection>> Caller::connect(TimePoint total) {
    auto channel = dialer_.dial(std::min(total, deadline_after(clock_.now(), timeouts_.connect)));
    if (!channel) {
        return channel.error();
    }
    return std::make_unique<Connection>(*std::move(channel), clock_);
}

std::unique_ptr<Connection> Caller::take_idle() {
    const std::lock_guard guard{lock_};
    if (idle_.empty()) {
        return nullptr;
    }
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
}

void Caller::give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard guard{lock_};
    if (connection->is_usable() && idle_.size() < kMaxIdle) {
        idle_.push_back(std::move(connection));
    }
}

void Caller::forget_idle() {
    // What was lost is mostly the service's process, and with it all of them.
    std::vector<std::unique_ptr<Connection>> closing;
    closing.reserve(kMaxIdle);
    const std::lock_guard guard{lock_};
    closing.swap(idle_);
}

Error Caller::not_understood(const Error& why) {
    return {Code::internal_error, "the broker's answer is not understood: " + why.message,
            why.subject};
}

}  // namespace rmb::client
