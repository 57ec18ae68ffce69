#include "file_tree.hpp"
#include "windows/dll_calls.hpp"
#include "windows/handle_walk.hpp"
#include "windows/measurements.hpp"
#include "windows/running_program.hpp"
#include "windows/service_process.hpp"

#include <string>

namespace rmb::bench {
namespace {

using Kind = RunningProgram::Kind;

class ListBench {
public:
    ListBench(const Options& options, Table& table)
        : options_{options},
          table_{table},
          others_{run_programs(options.processes - 1, Kind::idle)} {
        few_.grow(kFewFiles);
    }

    void measure(const FileTree& tree) {
        // One of the processes, as far as either session is concerned.
        const auto holder =
            run_programs(1, Kind::idle, {few_.files().front(), tree.files().front()});
        const DllSession of_few{dll_, few_.files()};
        of_few.list(1);
        const bool is_largest = tree.files().size() == options_.most_files;
        if (is_largest && tree.folders() == kGoalFolders) {
            measure_memory(tree);
        }
        const DllSession session{dll_, tree.files()};
        session.list(1);  // the folders' entries come from the disk, once
        Samples lists;
        Samples few_lists;
        Samples walks;
        Samples mapping_walks;
        for (std::size_t round = 0; round < options_.slow_rounds; ++round) {
            walks.take([this] { handles_ = walk_handles(); });
            if (is_goal(tree)) {
                mapping_walks.take([this] { views_ = walk_mappings(); });
            }
            few_lists.take([&] { of_few.list(1); });
            lists.take([&] { session.list(1); });
        }
        constexpr double kGoalOfFew = 3.0;
        constexpr double kGoalOfWalk = 2.0;
        const auto label = list_label(tree.files().size(), tree.folders());
        add(label + " / 10 files, 1 folder", lists, few_lists, goal_of(tree, kGoalOfFew));
        add(label + " / bare walk", lists, walks, goal_of(tree, kGoalOfWalk));
        if (is_goal(tree)) {
            add("the same / bare walk of mappings", lists, mapping_walks, std::nullopt);
        }
    }

    void report_handles() {
        table_.push_back(
            {"file handles in the bare walk, " + std::to_string(options_.processes) + " processes",
             static_cast<double>(handles_), "handles"});
        table_.push_back(
            {"views of files in the bare walk of mappings", static_cast<double>(views_), "views"});
    }

private:
    void add(const std::string& what, const Samples& subject, const Samples& reference,
             std::optional<double> goal) {
        table_.push_back(
            {what, subject.middle_milliseconds(), "ms", reference.middle_milliseconds(), goal});
    }

    /// Of the first session of so many files, as the peak is that of the service's whole life.
    void measure_memory(const FileTree& tree) {
        const auto name = std::to_string(tree.files().size()) + " files";
        const auto before = service_memory();
        const DllSession session{dll_, tree.files()};
        const auto registered = service_memory();
        session.list(1);
        const auto listed = service_memory();
        table_.push_back({"service: memory of a session of " + name,
                          registered.resident - before.resident, "MiB"});
        table_.push_back({"service: peak of a list of " + name + ", above idle",
                          listed.peak_resident - before.resident, "MiB"});
        table_.push_back({"service: peak of its life", listed.peak_resident, "MiB"});
    }

    const Options& options_;
    Table& table_;
    const DllCalls dll_;
    FileTree few_{1};
    const std::vector<RunningProgram> others_;
    std::size_t handles_ = 0;
    std::size_t views_ = 0;
};

}  // namespace

void measure_lists(const Options& options, Table& table) {
    ListBench bench{options, table};
    for_each_layout(options, table, [&](const FileTree& tree) { bench.measure(tree); });
    bench.report_handles();
}

}  // namespace rmb::bench
