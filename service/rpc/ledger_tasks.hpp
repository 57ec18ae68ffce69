#pragma once

#include "core/broker.hpp"
#include "core/config.hpp"
#include "engine/tasks.hpp"
#include "proto/methods.hpp"
#include "rpc/call.hpp"
#include "rpc/task_runner.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace rmb::rpc {

/// What becomes of the ledgers of installers that died: broker.ledgers shows them, and
/// broker.restartLedger or the policy OnInstallerDeath starts what they owe. Loop thread.
class LedgerTasks {
public:
    struct Ports {
        core::Broker& broker;
        const core::Config& config;
        TaskRunner& runner;
        engine::Machine machine;
    };
    /// The references must outlive this.
    explicit LedgerTasks(const Ports& ports) : ports_(ports) {}

    [[nodiscard]] core::result<proto::LedgersResult> list(const core::Caller& caller) const;

    /// With the caller's rights. A lost connection does not end it.
    void restart(const proto::RestartLedgerParams& params, const Reply<proto::LedgerInfo>& reply);

    /// As OnInstallerDeath has it, with the rights of the installer.
    void installer_died(const core::Ledger& ledger, const core::Caller& installer);

private:
    using Done = std::function<void(const core::result<void>&)>;

    core::result<void> run(const core::Ledger& ledger, const core::Caller& caller,
                           engine::RestartRules rules, const std::stop_source& stop, Done done);
    [[nodiscard]] core::result<proto::LedgerInfo> info_of(const std::string& session,
                                                          const core::result<void>& outcome) const;
    void drop_if_paid(const std::string& session);

    Ports ports_;
    std::set<std::string> running_;  // sessions whose ledgers are being restarted
};

}  // namespace rmb::rpc
