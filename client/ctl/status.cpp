// status, discover, ping: what the service says of itself.
#include "client/ctl/commands.hpp"
#include "client/ctl/status_view.hpp"
#include "proto/codec.hpp"
#include "proto/methods.hpp"

#include <chrono>
#include <vector>

namespace rmb::ctl {
namespace {

namespace method = proto::method;
using std::chrono::microseconds;
using std::chrono::steady_clock;

call_result<microseconds> timed_ping(Environment& environment) {
    const auto begun = steady_clock::now();
    const auto answer = environment.call<method::Ping>({});
    if (!answer) {
        return answer.error();
    }
    return std::chrono::duration_cast<microseconds>(steady_clock::now() - begun);
}

}  // namespace

ExitCode run_status(Environment& environment) {
    const auto status = environment.call<method::Status>({});
    if (!status) {
        return environment.output().fail(status.error());
    }
    environment.output().result(proto::write(*status), [&] { return status_text(*status); });
    return ExitCode::ok;
}

ExitCode run_discover(Environment& environment) {
    const auto document = environment.call<method::Discover>({});
    if (!document) {
        return environment.output().fail(document.error());
    }
    const auto list = proto::decode<MethodList>(*document, "result");
    if (!list && !environment.output().is_json()) {
        return environment.output().fail({list.error(), true});
    }
    environment.output().result(*document, [&] { return methods_text(*list); });
    return ExitCode::ok;
}

ExitCode run_ping(Environment& environment) {
    const auto first = timed_ping(environment);
    if (!first) {
        return environment.output().fail(first.error());
    }
    std::vector<microseconds> times;
    while (times.size() < environment.options().pings) {
        const auto time = timed_ping(environment);
        if (!time) {
            return environment.output().fail(time.error());
        }
        times.push_back(*time);
    }
    const auto figures = ping_figures(*first, std::move(times));
    environment.output().result(ping_json(figures), [&] { return ping_text(figures); });
    return ExitCode::ok;
}

}  // namespace rmb::ctl
