// locks: who holds files and folders.
#include "client/ctl/commands.hpp"
#include "client/ctl/locks_calls.hpp"
#include "client/ctl/locks_view.hpp"
#include "client/ctl/platform.hpp"
#include "client/ctl/text.hpp"
#include "proto/codec.hpp"
#include "proto/limits.hpp"
#include "proto/methods.hpp"
#include "proto/unicode.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rmb::ctl {
namespace {

namespace method = proto::method;

/// nullopt where the path cannot be put to the service: it would refuse the whole call for it.
std::optional<std::string> askable(const std::string& path) {
    auto full = full_path(path);
    const auto units = full ? proto::utf16_from_utf8(*full) : std::nullopt;
    return units && units->size() <= proto::kMaxStringUnits ? full : std::nullopt;
}

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
    std::vector<std::string> paths;
    for (const auto& path : environment.options().paths) {
        auto full = askable(path);
        if (!full) {
            output.note("'" + printable(path) + "' is empty, too long, or not well-formed text");
            return ExitCode::usage;
        }
        paths.push_back(*std::move(full));
    }
    const auto locks = query(environment, std::move(paths));
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
