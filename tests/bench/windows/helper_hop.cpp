#include "file_tree.hpp"
#include "windows/dll_calls.hpp"
#include "windows/measurements.hpp"
#include "windows/running_program.hpp"
#include "windows/service_process.hpp"

namespace rmb::bench {

void measure_helper(const Options& options, Table& table) {
    const DllCalls dll;
    FileTree held_file{1};
    FileTree free_file{1};
    held_file.grow(1);
    free_file.grow(1);
    const auto holder = run_programs(1, RunningProgram::Kind::window, held_file.files());
    const DllSession held{dll, held_file.files()};
    const DllSession unheld{dll, free_file.files()};
    held.list(1);  // the helper starts
    Samples without_helper;
    Samples with_helper;
    Samples with_new_helper;
    for (std::size_t round = 0; round < options.slow_rounds; ++round) {
        without_helper.take([&] { unheld.list(0); });
        with_helper.take([&] { held.list(1); });
        end_helpers();
        with_new_helper.take([&] { held.list(1); });
    }
    const auto without = without_helper.middle_milliseconds();
    const auto with = with_helper.middle_milliseconds();
    table.push_back(
        {"list: one program with a window / nobody, so no helper", with, "ms", without});
    table.push_back({"the helper's hop, and details of the program", with - without, "ms"});
    table.push_back({"list: the helper has to start / runs", with_new_helper.middle_milliseconds(),
                     "ms", with});
}

}  // namespace rmb::bench
