#include "bench.hpp"
#include "client/lib/caller.hpp"
#include "client/lib/local.hpp"
#include "proto/framing.hpp"
#include "proto/message.hpp"
#include "proto/methods.hpp"
#include "windows/affinity.hpp"
#include "windows/dll_calls.hpp"
#include "windows/measurements.hpp"
#include "windows/pipe_echo.hpp"
#include "windows/registry_value.hpp"

#include <windows.h>

#include <string>
#include <vector>

/// Against a service that runs: scripts/bench --wine installs one.
namespace rmb::bench {
namespace {

/// What crosses the pipe for one broker.ping.
EchoSizes ping_sizes() {
    const auto frame_bytes = [](const nlohmann::json& message) {
        return proto::make_frame(proto::dump(message)).size();
    };
    const proto::Id id{std::int64_t{10'000}};
    return {
        frame_bytes(proto::to_json(proto::Request{id, std::string{proto::method::Ping::kName}})),
        frame_bytes(proto::to_json(proto::Response{id, nlohmann::json::object()}))};
}

class CallBench {
public:
    CallBench() : dialer_{client::make_local_dialer(policy_, clock_)} {}

    void run(const Options& options, bool on_one_cpu, Table& table) {
        const auto service = caller_.call<proto::method::Status>({}).value().pid;
        pin({GetCurrentProcessId(), service, overlapped_.server_pid(), synchronous_.server_pid()},
            on_one_cpu);
        take_turns(1, options.round_trips);  // connections, caches: not counted
        all_ = {};
        take_turns(options.rounds, options.round_trips);
        report(on_one_cpu ? ", one processor" : ", any processor", table);
    }

private:
    void take_turns(std::size_t rounds, std::size_t round_trips) {
        for (std::size_t round = 0; round < rounds; ++round) {
            for (std::size_t n = 0; n < round_trips; ++n) {
                all_.echo.take([this] { overlapped_.round_trip(); });
            }
            for (std::size_t n = 0; n < round_trips; ++n) {
                all_.ping.take([this] { (void)caller_.call<proto::method::Ping>({}).value(); });
            }
            for (std::size_t n = 0; n < round_trips; ++n) {
                DWORD session = 0;
                all_.start.take([&] { session = dll_.start(); });
                all_.end.take([&] { dll_.end(session); });
            }
            for (std::size_t n = 0; n < round_trips; ++n) {
                all_.registry_set.take([this] { value_.set(); });
                all_.registry_delete.take([this] { value_.remove(); });
            }
            for (std::size_t n = 0; n < round_trips; ++n) {
                all_.synchronous_echo.take([this] { synchronous_.round_trip(); });
            }
        }
    }

    void report(const std::string& where, Table& table) const {
        constexpr double kGoal = 1.3;
        const auto echo = all_.echo.middle();
        const auto set = all_.registry_set.middle();
        const auto remove = all_.registry_delete.middle();
        const auto add = [&](const char* what, double value, std::optional<double> reference = {},
                             std::optional<double> goal = {}) {
            table.push_back({what + where, value, "us", reference, goal});
        };
        add("overlapped pipe echo", echo);
        add("synchronous pipe echo / overlapped", all_.synchronous_echo.middle(), echo);
        add("registry: set a value", set);
        add("registry: delete it", remove);
        add("broker.ping / echo", all_.ping.middle(), echo, kGoal);
        add("RmStartSession / (echo + set)", all_.start.middle(), echo + set, kGoal);
        add("RmEndSession / (echo + delete)", all_.end.middle(), echo + remove, kGoal);
    }

    struct All {
        Samples echo;
        Samples synchronous_echo;
        Samples registry_set;
        Samples registry_delete;
        Samples ping;
        Samples start;
        Samples end;
    };

    EchoClient overlapped_{PipeKind::overlapped, ping_sizes()};
    EchoClient synchronous_{PipeKind::synchronous, ping_sizes()};
    RegistryValue value_;
    DllCalls dll_;
    client::SystemClock clock_;
    const client::Policy policy_ = client::load_policy();
    const std::unique_ptr<client::Dialer> dialer_;
    client::Caller caller_{*dialer_, clock_};
    All all_;
};

}  // namespace

Table run_all(const Options& options) {
    Table table;
    if (options.wants("calls")) {
        CallBench bench;
        bench.run(options, true, table);
        bench.run(options, false, table);
    }
    if (options.wants("lists")) {
        measure_lists(options, table);
    }
    if (options.wants("stop")) {
        measure_stop(options, table);
    }
    if (options.wants("helper")) {
        measure_helper(options, table);
    }
    return table;
}

}  // namespace rmb::bench
