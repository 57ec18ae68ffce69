#pragma once

#include "client/lib/abandoned_starts.hpp"
#include "client/lib/channel.hpp"
#include "client/lib/clock.hpp"
#include "client/lib/connection.hpp"
#include "client/lib/lock.hpp"
#include "proto/codec.hpp"
#include "proto/error.hpp"
#include "proto/identifiers.hpp"
#include "proto/limits.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace rmb::client {

struct Timeouts {
    Milliseconds connect = proto::kConnectDeadline;
    Milliseconds call = proto::kShortCallDeadline;
    Milliseconds silence = proto::kSilenceDeadline;

    bool operator==(const Timeouts&) const = default;
};

/// What became of a call beside its outcome.
struct CallReport {
    /// How many times the call left in full: the service may have carried it out as often.
    int sent = 0;
    /// The outcome is the service's answer; otherwise it is what the client made of not getting
    /// one, and the call may have been carried out if `sent` is not 0.
    bool answered = false;
    /// The answer is of the connection, not of the call, which was not looked at.
    bool refused = false;
};

struct CallOptions {
    /// Instead of Timeouts::call, from the start of the call. kEndless: the call may take any
    /// time, as long as the service shows life at least once in Timeouts::call.
    std::optional<Milliseconds> total = std::nullopt;
    OnProgress on_progress = {};
    CallReport* report = nullptr;

    static constexpr Milliseconds kEndless = Milliseconds::max();
};

/// Calls of the broker. Each call takes an idle connection or dials one, so calls from several
/// threads run side by side. A call whose connection is lost is repeated with the same params (and
/// so the same token) on another, until its total deadline. Thread-safe.
///
/// Errors beside the service's own: those of Dialer::dial; sem_timeout when no answer came in
/// time; internal_error when the answer is not what the method table says.
class Caller {
public:
    /// All must outlive the caller.
    Caller(Dialer& dialer, Clock& clock, const Timeouts& timeouts = {});

    template <class Method>
    proto::result<typename Method::Result> call(const typename Method::Params& params,
                                                const CallOptions& options = {}) {
        const auto answer = call_json(Method::kName, proto::write(params), options);
        if (!answer) {
            return answer.error();
        }
        auto decoded = proto::decode<typename Method::Result>(*answer, "result");
        if (!decoded) {
            return not_understood(decoded.error());
        }
        return decoded;
    }

    /// As call(), for names and params that come from elsewhere.
    proto::result<nlohmann::json> call_json(std::string_view method, const nlohmann::json& params,
                                            const CallOptions& options = {});

    /// Tells the service, together with the next call, to end what the start with this token made
    /// or is going to make.
    void abandon_start(const proto::Token& token) noexcept {
        abandoned_.add(token);
    }

    /// Idle connections beyond this are closed.
    static constexpr std::size_t kMaxIdle = 2;

private:
    std::unique_ptr<Connection> take_idle();
    void give_back(std::unique_ptr<Connection> connection);
    void forget_idle();
    proto::result<std::unique_ptr<Connection>> connect(TimePoint total);
    io_result<proto::Response> exchange(Connection& connection, std::string_view method,
                                        const nlohmann::json& params,
                                        const Connection::Limits& limits,
                                        const OnProgress& on_progress);
    static proto::Error not_understood(const proto::Error& why);

    Dialer& dialer_;
    Clock& clock_;
    const Timeouts timeouts_;
    AbandonedStarts abandoned_;
    Lock lock_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace rmb::client
