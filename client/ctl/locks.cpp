// locks: who holds files and folders.
#include "client/ctl/commands.hpp"
#include "client/ctl/locks_calls.hpp"
#include "client/ctl/locks_view.hpp"
#include "client/ctl/paths.hpp"
#include "proto/codec.hpp"
#include "proto/limits.hpp"
#include "proto/methods.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rmb::ctl {
namespace {

namespace method = proto::method;

/// All or nothing: what one call answered is no answer to the question.
call_result<proto::LocksResult> query(Environment& environment, std::vector<std::string> paths) {
    client::CallOptions options;
    options.total = proto::kListDeadline;
    proto::LocksResult all;
    for (const auto& params : locks_calls(std::move(paths), environment.options().recursive)) {
        auto answer = environment.call<method::Locks>(params, options);
        if (!answer) {
            return answer.error();
        }
        append_locks(all, *std::move(answer));
    }
    return all;
}

}  // namespace

ExitCode run_locks(Environment& environment) {
    const auto& output = environment.output();
    auto paths = askable_paths(environment);
    if (!paths) {
        return ExitCode::usage;
    }
    const auto locks = query(environment, *std::move(paths));
    if (!locks) {
        return output.fail(locks.error());
    }
    output.result(proto::write(*locks), [&] { return locks_text(*locks); });
    auto code = ExitCode::ok;
    for (const auto& path : locks->paths) {
        if (path.error) {
            output.note(path_error_text(path.path, *path.error));
            code = ExitCode::failed;
        }
    }
    return code;
}

}  // namespace rmb::ctl
