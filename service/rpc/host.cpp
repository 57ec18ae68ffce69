#include "rpc/host.hpp"

#include "rpc/asio_clock.hpp"
#include "rpc/contents_handlers.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/handlers.hpp"
#include "rpc/list_handler.hpp"
#include "rpc/locks_handler.hpp"
#include "rpc/log_audit.hpp"
#include "rpc/server.hpp"
#include "rpc/tasks.hpp"
#include "rpc/work_pool.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <utility>

namespace rmb::rpc {
namespace {

// Questions about identity; each takes well under a millisecond unless the system is in trouble.
constexpr std::size_t kPoolThreads = 4;

}  // namespace

struct Host::Parts {
    Parts(boost::asio::io_context& loop, const HostPorts& ports_in)
        : ports(ports_in),
          loaded(core::load_config(ports.settings)),
          audit(ports.log),
          clock(loop),
          accounts(loaded.config, audit),
          broker({ports.store, ports.processes, clock, ports.random, audit}, accounts),
          pool(kPoolThreads),
          work(loop),
          tasks({loop, broker, accounts, clock, audit, loaded.config, machine()}),
          server({loop, pool, dispatcher, broker, accounts, clock, ports.log}, ports.listener) {
        bind_methods(dispatcher, broker, accounts, {ports.pid, [this] { return problems(); }});
        bind_locks_method(dispatcher, accounts, work, ports.system);
        bind_contents_methods(dispatcher, broker, accounts);
        bind_list_method(dispatcher, broker, accounts, work, machine());
        tasks.bind(dispatcher);
    }

    [[nodiscard]] engine::Machine machine() const {
        return {ports.system, ports.control, ports.agents};
    }

    [[nodiscard]] std::vector<proto::Problem> problems() const {
        std::vector<proto::Problem> found;
        for (const auto& problem : loaded.problems) {
            found.push_back({problem.where, problem.what});
        }
        for (const auto& record : broker.unreadable()) {
            found.push_back({record.name, record.why});
        }
        return found;
    }

    void log_problems() const {
        for (const auto& problem : problems()) {
            ports.log.warn("event=problem where=\"{}\" what=\"{}\"", problem.where, problem.what);
        }
    }

    HostPorts ports;
    core::LoadedConfig loaded;
    LogAudit audit;
    AsioClock clock;
    core::Accounts accounts;
    Dispatcher dispatcher;
    core::Broker broker;
    boost::asio::thread_pool pool;
    WorkPool work;
    Tasks tasks;
    Server server;
};

Host::Host(boost::asio::io_context& loop, const HostPorts& ports)
    : parts_(std::make_unique<Parts>(loop, ports)) {}

Host::~Host() {
    parts_->pool.join();
}

core::result<void> Host::start(std::function<void(const core::Error&)> listener_failed) {
    auto restored = parts_->broker.restore();
    if (!restored) {
        return restored;
    }
    parts_->log_problems();
    parts_->ports.log.info("event=started sessions={}", parts_->broker.session_count());
    parts_->server.start(std::move(listener_failed));
    return {};
}

void Host::stop(std::chrono::milliseconds grace, std::function<void()> stopped) {
    parts_->ports.log.info("event=stopping sessions={}", parts_->broker.session_count());
    // Of the connections and of the tasks, which go on without the connection that began them.
    const auto running = std::make_shared<int>(2);
    const auto one_stopped = [running, stopped = std::move(stopped)] {
        if (--*running == 0) {
            stopped();
        }
    };
    parts_->tasks.stop(grace, one_stopped);
    parts_->server.stop(grace, one_stopped);
}

void Host::logged_off(std::uint32_t windows_session) {
    parts_->ports.log.info("event=logged_off windows_session={}", windows_session);
    parts_->broker.ledgers().logged_off(windows_session);
}

void Host::reload() {
    parts_->loaded = core::load_config(parts_->ports.settings);
    parts_->accounts.apply(parts_->loaded.config);
    parts_->ports.log.set_level(spdlog::level::from_str(parts_->loaded.config.log_level));
    parts_->ports.log.info("event=reloaded");
    parts_->log_problems();
}

}  // namespace rmb::rpc
