// session, ledger, restart: what sessions are about and what they stopped.
#include "client/ctl/commands.hpp"
#include "client/ctl/ledger_view.hpp"
#include "client/ctl/own_session.hpp"
#include "proto/codec.hpp"
#include "proto/methods.hpp"

#include <chrono>
#include <utility>

namespace rmb::ctl {

namespace method = proto::method;

namespace {

/// Whom another's session affects now, as far as this caller may know: a session of his own about
/// the same, as far as it was told, says so.
call_result<proto::ListResult> affected_by(Environment& environment,
                                           const proto::SessionDetails& shown) {
    proto::RegisterParams resources;
    resources.files = shown.files;
    resources.processes = shown.processes;
    resources.services = shown.services;
    OwnSession own{environment};
    if (const auto begun = own.begin(std::move(resources)); !begun) {
        return begun.error();
    }
    return own.list();
}

}  // namespace

ExitCode run_session(Environment& environment) {
    const auto& output = environment.output();
    const auto shown = environment.call<method::SessionShow>({environment.options().hash});
    if (!shown) {
        return output.fail(shown.error());
    }
    const auto affected = affected_by(environment, *shown);
    auto json = proto::write(*shown);
    if (affected) {
        json["affected"] = proto::write(*affected);
    }
    output.result(json, [&] {
        return session_text(*shown) + (affected ? "Affected\n" + affected_text(*affected) : "");
    });
    // What it is about was told all the same.
    return affected ? ExitCode::ok : output.fail_on_stderr(affected.error());
}

ExitCode run_ledger(Environment& environment) {
    const auto ledgers = environment.call<method::LedgerList>({});
    if (!ledgers) {
        return environment.output().fail(ledgers.error());
    }
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    environment.output().result(proto::write(*ledgers),
                                [&] { return ledgers_text(*ledgers, now); });
    return ExitCode::ok;
}

ExitCode run_restart(Environment& environment) {
    client::CallOptions options;
    options.total = client::CallOptions::kEndless;
    const auto restarted =
        environment.call<method::LedgerRestart>({environment.options().hash}, options);
    if (!restarted) {
        return environment.output().fail(restarted.error());
    }
    environment.output().result(proto::write(*restarted), [&] { return ledger_text(*restarted); });
    return ExitCode::ok;
}

}  // namespace rmb::ctl
