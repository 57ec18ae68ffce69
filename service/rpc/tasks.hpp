#pragma once

#include "core/accounts.hpp"
#include "core/broker.hpp"
#include "core/config.hpp"
#include "core/ports.hpp"
#include "engine/tasks.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/ledger_tasks.hpp"
#include "rpc/session_tasks.hpp"
#include "rpc/task_runner.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>

namespace rmb::rpc {

/// What stops programs and starts them again: session.shutdown, session.restart, broker.ledgers and
/// broker.restartLedger, and the policy for installers that die. Loop thread.
class Tasks {
public:
    struct Ports {
        boost::asio::io_context& loop;
        core::Broker& broker;
        core::Accounts& accounts;
        core::Clock& clock;
        core::Audit& audit;
        const core::Config& config;  // read at each task's start
        engine::Machine machine;
    };

    /// To be made before Broker::restore(). The references must outlive this; what still runs when
    /// it is destroyed is asked to stop and waited for.
    explicit Tasks(const Ports& ports);
    Tasks(const Tasks&) = delete;
    Tasks& operator=(const Tasks&) = delete;
    ~Tasks() = default;

    /// This must outlive the dispatcher's calls.
    void bind(Dispatcher& dispatcher);

    /// See TaskRunner.
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped);

private:
    TaskRunner runner_;
    LedgerTasks ledgers_;
    SessionTasks sessions_;
};

}  // namespace rmb::rpc
