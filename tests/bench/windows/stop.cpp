#include "file_tree.hpp"
#include "windows/dll_calls.hpp"
#include "windows/measurements.hpp"
#include "windows/running_program.hpp"

#include <chrono>
#include <future>
#include <string>

namespace rmb::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// From the call of RmShutdown.
struct StopTimes {
    Samples last_gone;
    Samples returned;
};

class StopBench {
public:
    StopBench() {
        file_.grow(1);
    }

    /// Of `running` programs those that hold the file: the others cost the same look.
    void stop(std::size_t count, std::size_t running, StopTimes& times) const {
        const auto others = run_programs(running - count, RunningProgram::Kind::window);
        const auto programs = run_programs(count, RunningProgram::Kind::window, file_.files());
        const DllSession session{dll_, file_.files()};
        auto last_gone = std::async(std::launch::async, [&programs] {
            for (const auto& program : programs) {
                program.wait_until_ended();
            }
            return Clock::now();
        });
        const auto begun = Clock::now();
        session.shut_down();
        times.returned.add(Clock::now() - begun);
        times.last_gone.add(last_gone.get() - begun);
    }

private:
    const DllCalls dll_;
    FileTree file_{1};
};

}  // namespace

void measure_stop(const Options& options, Table& table) {
    const StopBench bench;
    StopTimes warm_up;
    bench.stop(1, options.windows, warm_up);  // the helper starts
    StopTimes one;
    StopTimes many;
    for (std::size_t round = 0; round < options.slow_rounds; ++round) {
        bench.stop(1, options.windows, one);
        bench.stop(options.windows, options.windows, many);
    }
    constexpr double kGoal = 1.5;
    const auto count = std::to_string(options.windows);
    table.push_back({"RmShutdown to the last of " + count + " programs gone / of one",
                     many.last_gone.middle_milliseconds(), "ms",
                     one.last_gone.middle_milliseconds(), kGoal});
    table.push_back({"RmShutdown to its return, " + count + " programs / one",
                     many.returned.middle_milliseconds(), "ms",
                     one.returned.middle_milliseconds()});
}

}  // namespace rmb::bench
