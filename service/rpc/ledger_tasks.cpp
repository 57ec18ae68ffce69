#include "rpc/ledger_tasks.hpp"

#include "rpc/answer_size.hpp"
#include "rpc/ledger_view.hpp"
#include "rpc/session_tasks.hpp"

#include <stop_token>
#include <utility>

namespace rmb::rpc {

using core::Code;
using core::Error;
using core::result;

result<proto::LedgersResult> LedgerTasks::list(const core::Caller& caller) const {
    proto::LedgersResult answer;
    AnswerSize size;
    for (const auto* ledger : ports_.broker.ledgers().visible_to(caller)) {
        if (!size.fits(size_of(*ledger))) {
            return Error{Code::not_enough_quota, "more ledgers than one answer can have"};
        }
        answer.ledgers.push_back(to_wire(*ledger));
    }
    return answer;
}

void LedgerTasks::restart(const proto::RestartLedgerParams& params,
                          const Reply<proto::LedgerInfo>& reply) {
    const auto& caller = reply.call().caller();
    const auto found = ports_.broker.ledgers().find_for(caller, params.hash);
    if (!found) {
        return reply(found.error());
    }
    const auto& ledger = **found;
    if (!ledger.is_orphan) {
        return reply(Error{Code::bad_arguments,
                           "params.hash: the session still runs, and starts again what it "
                           "stopped; expected a ledger whose session has ended",
                           "params.hash"});
    }
    const std::stop_source stop;
    reply.call().on_stop([stop, reply](StopReason reason) mutable {
        if (reason == StopReason::cancelled) {
            // Answered at once; the ledger is busy until the current step has ended.
            stop.request_stop();
            reply(Error{Code::cancelled, "the restart was cancelled"});
        }
    });
    // A person asks for all of it; the policy is about what is done unasked.
    const engine::RestartRules all{.unregistered = true, .services_only = false};
    const auto begun = run(ledger, caller, all, stop,
                           [this, reply, session = ledger.session.text](
                               const result<void>& outcome) { reply(info_of(session, outcome)); });
    if (!begun) {
        reply(begun.error());
    }
}

void LedgerTasks::installer_died(const core::Ledger& ledger, const core::Caller& installer) {
    const auto& policy = ports_.config.on_installer_death;
    if (policy != "services" && policy != "all") {
        return;
    }
    auto rules = rules_of(ports_.config);
    rules.services_only = policy == "services";
    // Refused or failed, it stays owed, and listed.
    (void)run(ledger, installer, rules, std::stop_source{}, [](const result<void>&) {});
}

result<void> LedgerTasks::run(const core::Ledger& ledger, const core::Caller& caller,
                              engine::RestartRules rules, const std::stop_source& stop, Done done) {
    const auto session = ledger.session.text;
    if (running_.contains(session)) {
        return Error{Code::sem_timeout, "the ledger is being restarted already"};
    }
    TaskOrder order;
    order.action = proto::method::LedgerRestart::kName;
    order.caller = caller;
    order.session = ledger.session;
    order.stop = stop;
    order.work = restart_work(ports_.machine, ledger, caller, rules);
    order.on_percent = [](std::uint32_t) {};
    auto begun = ports_.runner.run(
        std::move(order), [this, session, done = std::move(done)](const result<void>& outcome) {
            running_.erase(session);
            done(outcome);
            drop_if_paid(session);
        });
    if (begun) {
        running_.insert(session);
    }
    return begun;
}

result<proto::LedgerInfo> LedgerTasks::info_of(const std::string& session,
                                               const result<void>& outcome) const {
    if (!outcome) {
        return outcome.error();
    }
    const auto* ledger = ports_.broker.ledgers().find(session);
    if (ledger == nullptr) {
        return Error{Code::file_not_found, "the ledger has gone"};
    }
    return to_wire(*ledger);
}

void LedgerTasks::drop_if_paid(const std::string& session) {
    auto& ledgers = ports_.broker.ledgers();
    if (const auto* ledger = ledgers.find(session); ledger != nullptr && !is_owed(*ledger)) {
        ledgers.erase(session);
    }
}

}  // namespace rmb::rpc
