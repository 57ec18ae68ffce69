#include "survival_client.hpp"

#include "installer.hpp"

#include <algorithm>

namespace rmb::test {
namespace {

namespace method = proto::method;
using proto::Code;

constexpr std::size_t kMostSessions = 12;
constexpr std::size_t kMostJoins = 3;
constexpr std::size_t kEndedRemembered = 50;

std::string text(const proto::Error& error) {
    return std::to_string(static_cast<int>(error.code)) + " " + error.message;
}

}  // namespace

SurvivalClient::SurvivalClient(client::Caller& caller, std::uint32_t seed)
    : caller_(caller), random_(seed) {}

template <class M>
proto::result<typename M::Result> SurvivalClient::call(const typename M::Params& params) {
    client::CallReport report;
    auto outcome = caller_.call<M>(params, {.report = &report});
    ++calls_;
    last_was_repeated_ = report.sent > 1;
    repeats_ += last_was_repeated_ ? 1U : 0U;
    if (!report.answered) {
        violation(std::string{M::kName} + " was not answered: " + text(outcome.error()));
    }
    return outcome;
}

void SurvivalClient::step() {
    constexpr std::size_t kChoices = 8;
    const auto choice = below(kChoices);
    if (open_.empty() || (choice < 3 && open_.size() < kMostSessions)) {
        start();
        return;
    }
    const auto index = below(open_.size());
    auto& session = open_[index];
    if (choice == 3 && session.joins.size() < kMostJoins) {
        join(session);
    } else if (choice == 4) {
        repeat_start(session);
    } else if (choice == 5 && !session.joins.empty()) {
        leave(session);
    } else if (choice == 6 && !ended_.empty()) {
        expect_gone(ended_[below(ended_.size())]);
    } else {
        end(index);
    }
}

void SurvivalClient::start() {
    const auto token = new_token();
    const auto started = call<method::SessionStart>({0, token});
    if (!started) {
        violation("start: " + text(started.error()));
        return;
    }
    for (const auto& other : open_) {
        if (other.key == started->key || other.handle == started->session) {
            violation("start: gave a handle or key that is another session's");
        }
    }
    open_.push_back({token, started->session, started->key, {}});
}

void SurvivalClient::join(Open& session) {
    const auto token = new_token();
    const auto joined = call<method::SessionJoin>({session.key, token});
    if (!joined) {
        violation("join: an acknowledged session was lost: " + text(joined.error()));
        return;
    }
    session.joins.push_back({token, joined->session});
}

void SurvivalClient::repeat_start(const Open& session) {
    const auto again = call<method::SessionStart>({0, session.token});
    if (!again) {
        violation("repeated start: " + text(again.error()));
    } else if (again->session != session.handle || again->key != session.key) {
        violation("repeated start: two sessions for one token");
    }
}

void SurvivalClient::repeat_join(const Open& session, const Joined& joined) {
    const auto again = call<method::SessionJoin>({session.key, joined.token});
    if (!again) {
        violation("repeated join: " + text(again.error()));
    } else if (again->session != joined.handle) {
        violation("repeated join: two handles for one token");
    }
}

void SurvivalClient::leave(Open& session) {
    const auto handle = session.joins.back().handle;
    session.joins.pop_back();
    end_handle(handle, "leave");
}

void SurvivalClient::end(std::size_t index) {
    const auto session = open_[index];
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
    end_handle(session.handle, "end");
    for (const auto& joined : session.joins) {
        ended_.push_back(joined.handle);
    }
}

void SurvivalClient::end_handle(std::uint32_t handle, const char* what) {
    const auto ended = call<method::SessionEnd>({handle, std::nullopt});
    // A repeat may find that the call it repeats was carried out.
    const bool done_before =
        !ended && last_was_repeated_ && ended.error().code == Code::invalid_handle;
    if (!ended && !done_before) {
        violation(std::string{what} + ": an acknowledged handle was lost: " + text(ended.error()));
    }
    ended_.push_back(handle);
    if (ended_.size() > kEndedRemembered) {
        ended_.erase(ended_.begin());
    }
}

void SurvivalClient::expect_gone(std::uint32_t handle) {
    const auto ended = call<method::SessionEnd>({handle, std::nullopt});
    if (ended) {
        violation("end: a handle acknowledged as ended was there again");
    } else if (ended.error().code != Code::invalid_handle) {
        violation("end of an ended handle: " + text(ended.error()));
    }
}

void SurvivalClient::verify() {
    for (const auto& session : open_) {
        repeat_start(session);
        for (const auto& joined : session.joins) {
            repeat_join(session, joined);
        }
    }
    for (const auto handle : ended_) {
        expect_gone(handle);
    }
}

void SurvivalClient::end_all() {
    while (!open_.empty()) {
        end(open_.size() - 1);
    }
}

std::size_t SurvivalClient::open_joins() const {
    std::size_t count = 0;
    for (const auto& session : open_) {
        count += session.joins.size();
    }
    return count;
}

void SurvivalClient::violation(const std::string& what) {
    violations_.push_back(what);
}

std::size_t SurvivalClient::below(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>{0, count - 1}(random_);
}

}  // namespace rmb::test
