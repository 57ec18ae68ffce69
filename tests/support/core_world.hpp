#pragma once

#include "core/broker.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_processes.hpp"
#include "support/fake_store.hpp"
#include "support/recording_audit.hpp"
#include "support/results.hpp"
#include "support/scripted_random.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::test {

inline constexpr std::string_view kAlice = "S-1-5-21-1-2-3-1001";
inline constexpr std::string_view kBob = "S-1-5-21-1-2-3-1002";
inline constexpr std::string_view kAdministrator = "S-1-5-21-1-2-3-500";

/// The n-th token; 0 would be the nil UUID.
[[nodiscard]] inline proto::Token token(std::uint32_t n) {
    proto::Token made{};
    for (std::size_t i = 0; i < sizeof(n); ++i) {
        made.data[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
    }
    return made;
}

/// A broker on fakes: one life of the service after the other, in the same world.
class CoreWorld {
public:
    explicit CoreWorld(const core::Config& config_in = {}) : config(config_in) {
        boot();
    }
    CoreWorld(const CoreWorld&) = delete;
    CoreWorld& operator=(const CoreWorld&) = delete;

    /// The service dies and starts again: only store, processes and clock go on.
    core::result<void> restart() {
        return restart([] {});
    }
    /// `before` runs when the new broker is made and has restored nothing yet.
    template <class Before>
    core::result<void> restart(Before before) {
        boot();
        before();
        return broker->restore();
    }

    /// A caller whose process runs from now on, if it did not already.
    core::Caller caller(std::uint32_t pid, std::string_view user = kAlice,
                        std::uint32_t windows_session = 1) {
        return {processes.run(pid),
                {std::string{user}, windows_session},
                false,
                "C:\\Setup\\" + std::to_string(pid) + ".exe"};
    }
    core::Caller administrator(std::uint32_t pid) {
        auto made = caller(pid, kAdministrator);
        made.administrator = true;
        return made;
    }

    core::result<std::uint32_t> join(const core::Caller& who, const proto::SessionKey& key,
                                     const proto::Token& with) {
        return wait_for<std::uint32_t>(
            [&](auto done) { broker->join(who, proto::to_string(key), with, std::move(done)); });
    }
    core::result<void> register_resources(const core::Caller& who, std::uint32_t handle,
                                          const core::Resources& resources,
                                          const proto::Token& with) {
        return wait_for<void>([&](auto done) {
            broker->register_resources(who, handle, resources, with, std::move(done));
        });
    }
    core::result<void> add_filter(const core::Caller& who, std::uint32_t handle,
                                  const core::Filter& filter, const proto::Token& with) {
        return wait_for<void>(
            [&](auto done) { broker->add_filter(who, handle, filter, with, std::move(done)); });
    }
    core::result<void> remove_filter(const core::Caller& who, std::uint32_t handle,
                                     const core::FilterTarget& target, const proto::Token& with) {
        return wait_for<void>(
            [&](auto done) { broker->remove_filter(who, handle, target, with, std::move(done)); });
    }
    core::result<std::vector<core::Filter>> filters(const core::Caller& who, std::uint32_t handle) {
        return wait_for<std::vector<core::Filter>>(
            [&](auto done) { broker->filters(who, handle, std::move(done)); });
    }
    /// What a task of the session would work on.
    core::result<core::SessionContents> contents(const core::Caller& who, std::uint32_t handle) {
        return wait_for<core::SessionContents>([&](auto done) {
            broker->begin_task(who, handle, [done](core::result<core::Task> task) {
                done(task ? core::result<core::SessionContents>{std::move(task->contents)}
                          : task.error());
            });
        });
    }
    core::result<void> end(const core::Caller& who, std::uint32_t handle) {
        return wait_for<void>([&](auto done) { broker->end(who, handle, std::move(done)); });
    }
    core::result<void> end_start(const core::Caller& who, const proto::Token& with) {
        return wait_for<void>([&](auto done) { broker->end_start(who, with, std::move(done)); });
    }
    core::result<void> end_by_hash(const core::Caller& who, std::string_view hash) {
        return wait_for<void>([&](auto done) { broker->end_by_hash(who, hash, std::move(done)); });
    }

    /// What the store holds of a session; nullopt where it holds nothing readable.
    [[nodiscard]] std::optional<core::SessionState> stored(const proto::SessionKey& key) const {
        for (const auto& [name, record] : store.records) {
            const auto state = core::decode(record);
            if (state && state->key == key) {
                return *state;
            }
        }
        return std::nullopt;
    }

    /// Bytes that `user` can still be charged.
    [[nodiscard]] std::uint64_t bytes_left(std::string_view user) {
        std::uint64_t low = 0;
        std::uint64_t high = std::uint64_t{config.megabytes_per_user} * 1'048'576 + 1;
        while (high - low > 1) {
            const auto middle = low + (high - low) / 2;
            (accounts->charge_bytes(std::string{user}, middle) ? low : high) = middle;
        }
        return low;
    }

    core::Config config;
    FakeClock clock;
    FakeStore store;
    FakeProcesses processes;
    ScriptedRandom random;
    RecordingAudit audit;
    std::optional<core::Accounts> accounts;
    std::optional<core::Broker> broker;

private:
    void boot() {
        broker.reset();
        accounts.emplace(config, audit);
        broker.emplace(core::Broker::Ports{store, processes, clock, random, audit}, *accounts);
    }

    /// For calls that nothing holds up.
    template <class T, class CallBroker>
    core::result<T> wait_for(CallBroker call) {
        Answer<T> answer;
        call(answer.completion());
        if (!answer.came()) {
            return core::Error{core::Code::internal_error, "not answered exactly once"};
        }
        return answer.outcome();
    }
};

}  // namespace rmb::test
