// session, ledger, restart: what sessions are about and what they stopped.
#include "client/ctl/commands.hpp"
#include "client/ctl/ledger_view.hpp"
#include "proto/codec.hpp"
#include "proto/methods.hpp"

#include <chrono>

namespace rmb::ctl {

namespace method = proto::method;

ExitCode run_session(Environment& environment) {
    const auto shown = environment.call<method::SessionShow>({environment.options().hash});
    if (!shown) {
        return environment.output().fail(shown.error());
    }
    environment.output().result(proto::write(*shown), [&] { return session_text(*shown); });
    return ExitCode::ok;
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
