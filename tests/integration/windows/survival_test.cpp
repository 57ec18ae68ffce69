#include "client/lib/windows_text.hpp"
#include "harness/broker_test.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <list>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

/// The service is killed at random moments under load. RMB_SURVIVAL_KILLS: how often (20);
/// RMB_SURVIVAL_CLIENTS: by how many processes (4); RMB_SURVIVAL_SEED: which moments.
namespace rmb::e2e {
namespace {

constexpr int kSharedSessions = 3;

std::uint64_t environment_number(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Membership {
    DWORD handle = 0;
    std::string key;
};

/// What a child's Load reports.
struct LoadReport {
    std::uint64_t calls = 0;
    std::uint64_t failed = 0;
    std::string first;
    std::uint64_t slowest_ms = 0;
    std::vector<Membership> open;
    std::vector<Membership> joined;

    static std::vector<Membership> parse_list(const std::string& text) {
        std::vector<Membership> list;
        std::istringstream items{text};
        for (std::string item; std::getline(items, item, ',');) {
            const auto colon = item.find(':');
            list.push_back({static_cast<DWORD>(std::stoul(item)), item.substr(colon + 1)});
        }
        return list;
    }

    static LoadReport parse(const std::string& line) {
        std::map<std::string, std::string> values;
        std::istringstream words{line};
        for (std::string word; words >> word;) {
            const auto equals = word.find('=');
            values[word.substr(0, equals)] = word.substr(equals + 1);
        }
        LoadReport report;
        report.calls = std::stoull(values.at("calls"));
        report.failed = std::stoull(values.at("failed"));
        report.first = values["first"];
        report.slowest_ms = values.contains("slowest") ? std::stoull(values["slowest"]) : 0;
        report.open = parse_list(values["open"]);
        report.joined = parse_list(values["joined"]);
        return report;
    }
};

std::string hash_of(const std::string& key) {
    return proto::hash_of(proto::parse_key(key).value()).text;
}

/// Everything that takes part in a session, as lines that can be compared: "hash primary PID",
/// "hash secondary PID", each as often as it is there.
using Memberships = std::multiset<std::string>;

std::string membership(const std::string& hash, const char* role, DWORD pid) {
    return hash + " " + role + " " + std::to_string(pid);
}

class Survival : public RunningBroker {
protected:
    void SetUp() override {
        RunningBroker::SetUp();
        for (int i = 0; i < kSharedSessions; ++i) {
            shared_.push_back(holder_.start());
            ASSERT_EQ(shared_.back().code, 0U);
        }
        set_policy({{L"SessionsPerUserSession", 1'024}, {L"SessionsPerUser", 1'024}});
        loads_.resize(environment_number("RMB_SURVIVAL_CLIENTS", 4));
    }
    void TearDown() override {
        loads_.clear();
        std::cout << "survival: " << kills_ << " kills, " << calls_ << " calls, " << acknowledged_
                  << " memberships compared, slowest call " << slowest_ms_ << " ms\n";
        RunningBroker::TearDown();
    }

    void run_load(std::uint64_t seed) {
        std::string keys;
        for (const auto& session : shared_) {
            keys += " " + session.key;
        }
        for (auto& load : loads_) {
            ASSERT_EQ(load.ask("churn " + std::to_string(seed++) + keys), "0");
        }
    }

    void kill_and_start_after(Milliseconds pause) {
        // The moment is what is tried here, so this waits for nothing but the time.
        Sleep(static_cast<DWORD>(pause.count()));
        scm_.kill();
        scm_.start();
        ++kills_;
    }

    Memberships shared_memberships() {
        Memberships shared;
        for (const auto& session : shared_) {
            shared.insert(membership(hash_of(session.key), "primary", holder_.pid()));
        }
        return shared;
    }

    /// Compares what the service has with what it acknowledged to the clients.
    void expect_nothing_lost_or_doubled() {
        auto expected = shared_memberships();
        for (auto& load : loads_) {
            load.tell("quiet");
        }
        std::uint64_t calls = 0;
        for (auto& load : loads_) {
            const auto report = LoadReport::parse(load.answer());
            EXPECT_EQ(report.failed, 0U) << report.first;
            calls += report.calls;
            slowest_ms_ = std::max(slowest_ms_, report.slowest_ms);
            for (const auto& [handle, key] : report.open) {
                expected.insert(membership(hash_of(key), "primary", load.pid()));
            }
            for (const auto& [handle, key] : report.joined) {
                expected.insert(membership(hash_of(key), "secondary", load.pid()));
            }
            last_open_ = report.open.empty() ? last_open_ : report.open.back();
            last_open_by_ = report.open.empty() ? last_open_by_ : &load;
        }
        EXPECT_GT(calls, calls_) << "the load did nothing";
        calls_ = calls;
        acknowledged_ += expected.size();
        const auto found = found_memberships();
        EXPECT_EQ(difference(expected, found), Memberships{}) << "lost";
        EXPECT_EQ(difference(found, expected), Memberships{}) << "doubled";
    }

    /// Key and handle of one of the sessions still belong together.
    void expect_key_and_handle_are_as_before() {
        if (last_open_by_ == nullptr) {
            return;
        }
        const auto hash = hash_of(last_open_.key);
        const auto joined = holder_.join(last_open_.key);
        EXPECT_EQ(joined.code, 0U);
        EXPECT_EQ(holder_.end(joined.handle), 0U);
        EXPECT_EQ(count_of(hash), 1);
    }

    Memberships found_memberships() {
        Memberships found;
        for (const auto& session : broker().sessions().sessions) {
            found.insert(membership(session.hash, "primary", session.primary.pid));
            for (const auto& secondary : session.secondaries) {
                found.insert(membership(session.hash, "secondary", secondary.pid));
            }
        }
        return found;
    }

    std::ptrdiff_t count_of(const std::string& hash) {
        return std::ranges::count(broker().sessions().sessions, hash, &proto::SessionInfo::hash);
    }

    static Memberships difference(const Memberships& from, const Memberships& without) {
        Memberships left;
        std::ranges::set_difference(from, without, std::inserter(left, left.end()));
        return left;
    }

    ChildProcess& holder_ = spawn();
    std::vector<ChildProcess::Started> shared_;
    std::list<ChildProcess> loads_;

private:
    Membership last_open_;
    ChildProcess* last_open_by_ = nullptr;
    int kills_ = 0;
    std::uint64_t calls_ = 0;
    std::size_t acknowledged_ = 0;
    std::uint64_t slowest_ms_ = 0;
};

TEST_F(Survival, ServiceKilledUnderLoad_EveryAcknowledgedSessionIsThereOnce) {
    const auto kills = environment_number("RMB_SURVIVAL_KILLS", 20);
    const auto seed = environment_number("RMB_SURVIVAL_SEED", GetTickCount64());
    std::cout << "survival: RMB_SURVIVAL_SEED=" << seed << '\n';
    std::mt19937_64 random{seed};
    std::uniform_int_distribution<int> moment{0, 120};
    for (std::uint64_t kill = 0; kill < kills && !HasFailure(); ++kill) {
        SCOPED_TRACE("kill " + std::to_string(kill));
        run_load(random());
        kill_and_start_after(Milliseconds{moment(random)});
        expect_nothing_lost_or_doubled();
        expect_key_and_handle_are_as_before();
    }
    // Every handle that was acknowledged ends what it was given for.
    for (auto& load : loads_) {
        const auto report = LoadReport::parse(load.ask("end-all"));
        EXPECT_EQ(report.failed, 0U) << report.first;
    }
    EXPECT_TRUE(has_sessions(kSharedSessions, Milliseconds{0}));
    for (const auto& session : shared_) {
        EXPECT_EQ(holder_.end(session.handle), 0U);
    }
}

TEST_F(Survival, ServiceKilledAndClientKilledBeforeItsRestart_OnlyTheClientsSessionsAreGone) {
    auto& victim = loads_.front();
    ASSERT_EQ(victim.start().code, 0U);
    const auto joined = victim.join(shared_.front().key);
    ASSERT_EQ(joined.code, 0U);
    scm_.kill();
    victim.kill();
    scm_.start();
    EXPECT_TRUE(has_sessions(kSharedSessions, Milliseconds{1'000}));
    for (const auto& session : broker().sessions().sessions) {
        EXPECT_TRUE(session.secondaries.empty());
    }
}

// Also what shows that the comparison above would see a loss.
TEST_F(Survival, RecordDeletedWhileTheServiceIsDead_OnlyThatSessionIsGone) {
    scm_.kill();
    const auto lost = hash_of(shared_.back().key);
    delete_value(kStateKey, client::to_wide("session-" + lost));
    scm_.start();
    EXPECT_EQ(difference(shared_memberships(), found_memberships()),
              Memberships{membership(lost, "primary", holder_.pid())});
    EXPECT_EQ(difference(found_memberships(), shared_memberships()), Memberships{});
    EXPECT_EQ(holder_.end(shared_.back().handle), 6U);
    EXPECT_EQ(holder_.end(shared_.front().handle), 0U);
}

}  // namespace
}  // namespace rmb::e2e
