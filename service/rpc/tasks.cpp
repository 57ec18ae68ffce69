#include "rpc/tasks.hpp"

#include <utility>

namespace rmb::rpc {

namespace method = proto::method;

Tasks::Tasks(const Ports& ports)
    : runner_(ports.loop, ports.broker, ports.clock, ports.audit),
      ledgers_({ports.broker, ports.config, runner_, ports.machine}),
      sessions_({ports.broker, ports.accounts, ports.clock, ports.config, runner_, ports.machine},
                [this](const core::Ledger& ledger, const core::Caller& installer) {
                    ledgers_.installer_died(ledger, installer);
                }) {}

void Tasks::bind(Dispatcher& dispatcher) {
    dispatcher.bind<method::SessionShutdown>(
        [this](const proto::TaskParams& params, const Reply<proto::Empty>& reply) {
            sessions_.begin(SessionTasks::Kind::shutdown, params, reply);
        });
    dispatcher.bind<method::SessionRestart>(
        [this](const proto::TaskParams& params, const Reply<proto::Empty>& reply) {
            sessions_.begin(SessionTasks::Kind::restart, params, reply);
        });
    dispatcher.bind<method::LedgerList>(
        [this](const proto::Empty&, const core::Caller& caller) { return ledgers_.list(caller); });
    dispatcher.bind<method::LedgerRestart>(
        [this](const proto::RestartLedgerParams& params, const Reply<proto::LedgerInfo>& reply) {
            ledgers_.restart(params, reply);
        });
}

void Tasks::stop(std::chrono::milliseconds grace, std::function<void()> stopped) {
    runner_.stop(grace, std::move(stopped));
}

}  // namespace rmb::rpc
