// free: what would be stopped to free files, and stopping it.
#include "client/ctl/commands.hpp"
#include "client/ctl/ledger_view.hpp"
#include "client/ctl/own_session.hpp"
#include "client/ctl/paths.hpp"
#include "proto/codec.hpp"

#include <utility>

namespace rmb::ctl {
namespace {

ExitCode stop(Environment& environment, OwnSession& session) {
    const auto& output = environment.output();
    const auto stopped = session.shut_down(environment.options().force);
    const auto list = session.list();
    if (!list) {
        return output.fail(list.error());
    }
    output.result(proto::write(*list), [&] { return affected_text(*list); });
    if (!stopped) {
        return output.fail_on_stderr(stopped.error());
    }
    if (!list->processes.empty() && !output.is_json()) {
        output.print("They are free. 'rmbctl restart " + session.hash() +
                     "' starts again what was stopped.\n");
    }
    return ExitCode::ok;
}

}  // namespace

ExitCode run_free(Environment& environment) {
    const auto& output = environment.output();
    auto paths = askable_paths(environment);
    if (!paths) {
        return ExitCode::usage;
    }
    proto::RegisterParams resources;
    resources.files = *std::move(paths);
    OwnSession session{environment};
    if (const auto begun = session.begin(std::move(resources)); !begun) {
        return output.fail(begun.error());
    }
    if (environment.options().yes) {
        return stop(environment, session);
    }
    const auto list = session.list();
    if (!list) {
        return output.fail(list.error());
    }
    output.result(proto::write(*list), [&] { return affected_text(*list); });
    if (!list->processes.empty() && !output.is_json()) {
        output.print(list->reboot_reasons == 0
                         ? "--yes stops them.\n"
                         : "Nothing can be stopped: only a restart of the system frees them (" +
                               reasons_text(list->reboot_reasons) + ").\n");
    }
    return ExitCode::ok;
}

}  // namespace rmb::ctl
