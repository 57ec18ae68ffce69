// free: what would be stopped to free files, and stopping it.
#include "client/ctl/commands.hpp"
#include "client/ctl/ledger_view.hpp"
#include "client/ctl/paths.hpp"
#include "client/lib/local.hpp"
#include "proto/codec.hpp"
#include "proto/identifiers.hpp"
#include "proto/limits.hpp"
#include "proto/methods.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rmb::ctl {
namespace {

namespace method = proto::method;

constexpr std::uint32_t kForce = 0x1;

/// A session of rmbctl's own about some files. One that has stopped something is not ended: it
/// dies with this process, and what it stopped stays in the ledger, for `restart`.
class OwnSession {
public:
    explicit OwnSession(Environment& environment) : environment_(environment) {}

    call_result<void> begin(std::vector<std::string> files) {
        const auto started = environment_.call<method::SessionStart>({0, token()});
        if (!started) {
            return started.error();
        }
        session_ = *started;
        proto::RegisterParams params;
        params.session = session_.session;
        params.files = std::move(files);
        params.token = token();
        const auto registered = environment_.call<method::SessionRegister>(params);
        return registered ? call_result<void>{} : call_result<void>{registered.error()};
    }

    call_result<proto::ListResult> list() {
        client::CallOptions options;
        options.total = proto::kListDeadline;
        return environment_.call<method::SessionList>({session_.session, true}, options);
    }

    call_result<proto::Empty> shut_down(bool force) {
        client::CallOptions options;
        options.total = client::CallOptions::kEndless;
        return environment_.call<method::SessionShutdown>(
            {session_.session, force ? kForce : 0, token(), std::nullopt}, options);
    }

    [[nodiscard]] std::string hash() const {
        const auto key = proto::parse_key(session_.key);
        return key ? proto::hash_of(*key).text : std::string{};
    }

private:
    /// Made for each call; that of a generator that fails is refused by the service.
    static proto::Token token() {
        return client::new_token().value_or(proto::Token{});
    }

    Environment& environment_;
    proto::StartResult session_;
};

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
    OwnSession session{environment};
    if (const auto begun = session.begin(*std::move(paths)); !begun) {
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
