#pragma once

#include "rpc/contents_handlers.hpp"
#include "rpc/list_handler.hpp"
#include "rpc/locks_handler.hpp"
#include "rpc/tasks.hpp"
#include "rpc_world.hpp"
#include "support/fake_machine.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::test {

[[nodiscard]] inline std::string token_text(std::uint32_t n) {
    return proto::write(token(n)).get<std::string>();
}

/// Holds up the thread of a task until the test has done what it wants meanwhile.
class TaskGate {
public:
    explicit TaskGate(boost::asio::io_context& loop) : loop_(loop) {}

    /// On the task's thread, once.
    void pass() {
        boost::asio::post(loop_, [this] { is_reached_ = true; });
        opened_.wait();
    }
    /// On the loop's thread.
    [[nodiscard]] bool is_reached() const {
        return is_reached_;
    }
    void open() {
        if (!is_open_) {
            is_open_ = true;
            open_.set_value();
        }
    }

private:
    boost::asio::io_context& loop_;
    bool is_reached_ = false;
    bool is_open_ = false;
    std::promise<void> open_;
    std::shared_future<void> opened_ = open_.get_future().share();
};

/// The broker with every method that there is, over a machine of fakes. Alice's installer is
/// process 10; her program 77 holds the file that she registers.
class RpcTasksWorld : public RpcWorld {
public:
    explicit RpcTasksWorld(const core::Config& config_in = {}) : RpcWorld(config_in) {
        rpc::bind_contents_methods(dispatcher, *broker, *accounts);
        rpc::bind_locks_method(dispatcher, *accounts, pool, machine.system);
        rpc::bind_list_method(dispatcher, *broker, *accounts, pool, machine.ports());
        make_tasks(machine.ports());
    }
    ~RpcTasksWorld() {
        gate.open();
    }

    void make_tasks(const engine::Machine& ports) {
        tasks.reset();
        tasks.emplace(rpc::Tasks::Ports{loop, *broker, *accounts, clock, audit, config, ports});
        tasks->bind(dispatcher);
    }

    [[nodiscard]] core::Caller with_rights(core::Caller who) const {
        who.rights = machine.rights;
        return who;
    }

    /// The task that comes to `act` ("ask 77") waits for the gate there. To be called while no task
    /// runs.
    void hold_at(const std::string& act) {
        machine.on_call = [this, act, reached = false](const FakePrograms::Call& call) mutable {
            if (!reached && call.what == act) {
                reached = true;
                gate.pass();
            }
        };
    }

    /// Runs the loop until `done`; false where nothing more comes. The patience is that of a broken
    /// test.
    template <class Done>
    [[nodiscard]] bool pump_until(Done done) {
        while (!done()) {
            if (loop.run_one_for(std::chrono::seconds{20}) == 0) {
                return false;
            }
        }
        return true;
    }
    /// Runs what is ready and what that makes ready.
    void pump_ready() {
        while (loop.poll() > 0) {
        }
    }
    /// The next response to `who`; notifications before it stay in `who.sent`.
    nlohmann::json response(Talk& who) {
        const auto is_response = [](const nlohmann::json& message) {
            return message.contains("id");
        };
        auto found = who.sent.end();
        (void)pump_until([&] {
            found = std::ranges::find_if(who.sent, is_response);
            return found != who.sent.end();
        });
        if (found == who.sent.end()) {
            return {};
        }
        auto answer = *found;
        who.sent.erase(found);
        return answer;
    }
    nlohmann::json ask(Talk& who, std::string_view method,
                       const nlohmann::json& params = nlohmann::json::object()) {
        who.call(1, method, params);
        return response(who);
    }

    /// A session of `who` about the file that program 77 holds; its handle.
    std::uint32_t start_about_file(Talk& who, std::uint32_t n = 1) {
        const auto started =
            ask(who, "session.start", {{"flags", 0}, {"token", token_text(100 + n)}});
        const auto handle = started["result"]["session"].get<std::uint32_t>();
        const auto registered = ask(who, "session.register",
                                    {{"session", handle},
                                     {"files", {FakePrograms::kFile}},
                                     {"token", token_text(200 + n)}});
        return code_in(registered) == 0 ? handle : 0;
    }
    /// A shutdown by `who`, which comes as far as asking program 77 and waits for the gate.
    [[nodiscard]] bool begin_until_77_is_asked(Talk& who, const nlohmann::json& params) {
        hold_at("ask 77");
        who.call(1, "session.shutdown", params);
        return pump_until([&] { return gate.is_reached(); });
    }
    [[nodiscard]] static nlohmann::json task(std::uint32_t handle, std::uint32_t n,
                                             std::uint32_t flags = 0) {
        return {{"session", handle}, {"flags", flags}, {"token", token_text(n)}};
    }

    boost::asio::io_context loop{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{
        loop.get_executor()};
    TaskGate gate{loop};
    FakeMachine machine;
    rpc::WorkPool pool{loop};
    std::optional<rpc::Tasks> tasks;
};

}  // namespace rmb::test
