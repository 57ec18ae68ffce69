#pragma once

/// What rmbctl's exit codes mean. Scripts rely on them: none ever changes its meaning.
namespace rmb::ctl {

enum class ExitCode : int {
    ok = 0,
    failed = 1,       // the service refused the call, or could not carry out a part of it
    usage = 2,        // the command line is wrong; nothing was done
    unreachable = 3,  // not installed, not running, not answering, or not the broker
    problems = 4,     // doctor found problems
};

}  // namespace rmb::ctl
