#include "linux/proc_control.hpp"

#include "linux/descriptor.hpp"
#include "linux/proc_process.hpp"
#include "linux/processes.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <system_error>

namespace rmb::os_linux {
namespace {

using engine::Code;
using engine::Error;
using engine::Milliseconds;
using Clock = std::chrono::steady_clock;

// As long as a request to stop may go unnoticed.
constexpr Milliseconds kSlice{100};

Error kill_error(const core::ProcessKey& process, int failure) {
    const auto code = failure == ESRCH   ? Code::file_not_found
                      : failure == EPERM ? Code::access_denied
                                         : Code::internal_error;
    return {code, "process " + std::to_string(process.pid) + ": " +
                      std::generic_category().message(failure)};
}

Error no_services(const std::string& name) {
    return {Code::service_does_not_exist, "no services on this host: " + name};
}

bool has_ended(const Descriptor& pidfd, Milliseconds wait) {
    pollfd ended{pidfd.get(), POLLIN, 0};
    return poll(&ended, 1, static_cast<int>(wait.count())) == 1;
}

/// Until the process has ended, or until it is no use to wait on: false.
bool wait_for_one(const Descriptor& pidfd, Clock::time_point deadline,
                  const std::stop_token& stop) {
    for (;;) {
        const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now());
        if (has_ended(pidfd, std::clamp(left, Milliseconds{0}, kSlice))) {
            return true;
        }
        if (stop.stop_requested() || left <= Milliseconds{0}) {
            return false;
        }
    }
}

}  // namespace

engine::result<void> ProcControl::terminate(const core::ProcessKey& process) {
    // Held first: what is looked at next is this process as long as it runs.
    const auto pidfd = open_pidfd(process);
    const auto found = ProcProcess::open(process.pid);
    if (!pidfd || !found || found->stat().start_time != process.start_time) {
        return kill_error(process, ESRCH);
    }
    if (!found->may_signal()) {
        return kill_error(process, EPERM);
    }
    if (syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0) != 0) {
        return kill_error(process, errno);
    }
    return {};
}

std::vector<bool> ProcControl::wait_for_end(std::span<const core::ProcessKey> processes,
                                            Milliseconds limit, std::stop_token stop) {
    const auto deadline = Clock::now() + limit;
    std::vector<Descriptor> running;
    for (const auto& process : processes) {
        running.push_back(open_pidfd(process));
    }
    // One after the other: it is over when the last one has ended.
    for (const auto& pidfd : running) {
        if (pidfd && !wait_for_one(pidfd, deadline, stop)) {
            break;
        }
    }
    std::vector<bool> ended;
    for (const auto& pidfd : running) {
        ended.push_back(!pidfd || has_ended(pidfd, Milliseconds{0}));
    }
    return ended;
}

engine::result<std::vector<std::string>> ProcControl::dependents(const std::string& service) {
    return no_services(service);
}

engine::result<void> ProcControl::stop_service(const std::string& name) {
    return no_services(name);
}

engine::result<void> ProcControl::start_service(const std::string& name) {
    return no_services(name);
}

std::vector<bool> ProcControl::wait_for_services(std::span<const std::string> names,
                                                 bool /*running*/, Milliseconds /*limit*/,
                                                 std::stop_token /*stop*/) {
    return std::vector<bool>(names.size());
}

Milliseconds ProcControl::application_limit(const std::string& /*user*/) {
    return engine::kApplicationLimit;
}

Milliseconds ProcControl::service_limit() {
    return engine::kServiceLimit;
}

}  // namespace rmb::os_linux
