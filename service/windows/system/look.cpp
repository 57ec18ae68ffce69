#include "windows/system/look.hpp"

#include "windows/system/handle_risk.hpp"
#include "windows/system/handle_table.hpp"
#include "windows/system/mapped_identities.hpp"
#include "windows/system/process_handle.hpp"
#include "windows/system/process_list.hpp"
#include "windows/system/process_memory.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rmb::win {
namespace {

using std::chrono::milliseconds;

// Each takes microseconds; a machine that is busy must not make it look as if it hung.
constexpr milliseconds kHandleLimit{1'000};
constexpr milliseconds kMemoryLimit{5'000};

/// A process with what was found of it.
struct Found {
    SeenProcess process;
    /// Filled by a job, and read only when that was carried out.
    std::shared_ptr<MemoryAnswer> memory = std::make_shared<MemoryAnswer>();
    bool has_memory = false;
    std::vector<engine::Holding> holdings;
    std::vector<engine::Unseen> unseen;

    void miss(const std::string& what, std::string why) {
        const auto& facts = process.facts;
        unseen.push_back({describe(facts.key.pid, facts.program) + ": " + what, std::move(why)});
    }
};

/// Who was not looked at since others hang might hold anything: nothing can be said of the files.
result<void> check_complete(const std::vector<JobOutcome>& outcomes, const TimedJobs& jobs) {
    const auto left_out = std::ranges::count(outcomes, JobOutcome::total_at_limit);
    if (left_out == 0) {
        return {};
    }
    return Error{Code::sem_timeout, "the look at the system is not complete: " +
                                        std::to_string(left_out) + " objects were left out since " +
                                        std::to_string(jobs.hanging()) + " looks hang"};
}

/// One look, made in the order of its functions.
class Look {
public:
    Look(const OwnHelpers& helpers, IoWatchdog& watchdog, LookJobs& jobs,
         const std::stop_token& stop)
        : helpers_{helpers}, jobs_{jobs}, stop_{stop}, identities_{watchdog} {}

    result<engine::Snapshot> take();

private:
    /// A handle that is looked at, and what came of it.
    struct Asked {
        Found& found;
        FileHandle handle;
        /// As Found::memory; of each by itself, so that one that hangs keeps no others.
        std::shared_ptr<HandleAnswer> answer;
    };

    result<void> open();
    result<void> read_memory();
    result<void> read_handles();
    result<void> read_some(TimedJobs& jobs, const std::vector<FileHandle>& handles);
    static void add_handle(const Asked& asked, JobOutcome outcome);
    void add_mapped();
    engine::Snapshot assemble();

    const OwnHelpers& helpers_;
    LookJobs& jobs_;
    const std::stop_token& stop_;
    MappedIdentities identities_;
    std::map<std::uint32_t, Found> found_;  // by process id: all are held open
    std::vector<engine::Unseen> unseen_;
};

result<void> Look::open() {
    auto list = open_processes(helpers_);
    if (list.has_error()) {
        return list.error();
    }
    unseen_ = std::move(list->unseen);
    for (auto& process : list->processes) {
        const auto pid = process.facts.key.pid;
        auto& found = found_[pid];
        found.process = std::move(process);
        if (!found.process.inside) {
            found.miss("its handles, libraries, mappings and current folder",
                       found.process.refused);
        }
    }
    return {};
}

result<void> Look::read_memory() {
    std::vector<TimedJob> jobs;
    std::vector<Found*> of;
    for (auto& [pid, found] : found_) {
        if (found.process.inside) {
            of.push_back(&found);
            jobs.push_back({{found.process.facts.key},
                            found.process.facts.user,
                            [process = found.process.inside, answer = found.memory] {
                                *answer = look_at_memory(process->get());
                            }});
        }
    }
    const auto outcomes = jobs_.memory.run(std::move(jobs), kMemoryLimit, stop_);
    for (std::size_t i = 0; i < of.size(); ++i) {
        Found& found = *of[i];
        found.has_memory = outcomes[i] == JobOutcome::carried_out;
        const auto why =
            found.has_memory ? found.memory->refused : std::string{describe(outcomes[i])};
        if (!why.empty()) {
            found.miss("its libraries, mappings and current folder", why);
        }
    }
    return check_complete(outcomes, jobs_.memory);
}

result<void> Look::read_handles() {
    const auto table = file_handles();
    if (table.has_error()) {
        return table.error();
    }
    const auto sorted = by_risk(*table);
    for (std::size_t risk = 0; risk < sorted.size(); ++risk) {
        if (auto read = read_some(jobs_.handles.at(risk), sorted.at(risk)); read.has_error()) {
            return read;
        }
    }
    return {};
}

result<void> Look::read_some(TimedJobs& jobs, const std::vector<FileHandle>& handles) {
    std::vector<TimedJob> looks;
    std::vector<Asked> all;
    for (const auto& handle : handles) {
        const auto found = found_.find(handle.pid);
        if (found == found_.end() || !found->second.process.inside) {
            continue;
        }
        const auto& process = found->second.process;
        all.push_back({found->second, handle, std::make_shared<HandleAnswer>()});
        looks.push_back(
            {{process.facts.key, handle.handle},
             process.facts.user,
             [inside = process.inside, handle = handle.handle, answer = all.back().answer] {
                 *answer = look_at_handle(inside->get(), handle);
             }});
    }
    const auto outcomes = jobs.run(std::move(looks), kHandleLimit, stop_);
    for (std::size_t i = 0; i < all.size(); ++i) {
        add_handle(all[i], outcomes[i]);
    }
    return check_complete(outcomes, jobs);
}

void Look::add_handle(const Asked& asked, JobOutcome outcome) {
    const bool is_answered = outcome == JobOutcome::carried_out;
    auto& found = asked.found;
    const auto& handle = asked.handle;
    const auto why = is_answered ? asked.answer->refused : std::string{describe(outcome)};
    if (!why.empty()) {
        found.miss("handle " + std::to_string(handle.handle), why);
    } else if (const auto& file = asked.answer->file) {
        // What holds a process's folder is an ordinary handle too.
        const bool is_folder = found.has_memory && handle.handle == found.memory->current_directory;
        found.holdings.push_back(
            is_folder ? engine::Holding{0, *file, engine::HoldKind::working_directory, 0}
                      : engine::Holding{0, *file, engine::HoldKind::handle, handle.access});
    }
}

void Look::add_mapped() {
    for (auto& [pid, found] : found_) {
        if (stop_.stop_requested()) {
            return;
        }
        if (!found.process.inside) {
            // Its program at least is known by name.
            if (const auto file = identities_.of_win32(found.process.facts.program)) {
                found.holdings.push_back({0, *file, engine::HoldKind::image, 0});
            }
        } else if (found.has_memory) {
            for (const auto& mapped : found.memory->files) {
                if (const auto file = identities_.of_kernel(mapped.path)) {
                    found.holdings.push_back(
                        {0, *file,
                         mapped.is_image ? engine::HoldKind::image : engine::HoldKind::mapping, 0});
                }
            }
        }
    }
}

engine::Snapshot Look::assemble() {
    engine::Snapshot snapshot;
    snapshot.unseen = std::move(unseen_);
    for (auto& [pid, found] : found_) {
        if (has_ended(found.process.outside->get())) {
            continue;
        }
        for (auto& holding : found.holdings) {
            holding.process = snapshot.processes.size();
            snapshot.holdings.push_back(holding);
        }
        snapshot.processes.push_back(std::move(found.process.facts));
        std::ranges::move(found.unseen, std::back_inserter(snapshot.unseen));
    }
    std::ranges::copy(identities_.unseen(), std::back_inserter(snapshot.unseen));
    return snapshot;
}

result<engine::Snapshot> Look::take() {
    if (const auto opened = open(); opened.has_error()) {
        return opened.error();
    }
    if (const auto read = read_memory(); read.has_error()) {
        return read.error();
    }
    if (const auto read = read_handles(); read.has_error()) {
        return read.error();
    }
    add_mapped();
    if (stop_.stop_requested()) {
        return Error{Code::cancelled, "the look at the system was cancelled"};
    }
    return assemble();
}

}  // namespace

result<engine::Snapshot> look_at_system(const OwnHelpers& helpers, IoWatchdog& watchdog,
                                        LookJobs& jobs, const std::stop_token& stop) {
    return Look{helpers, watchdog, jobs, stop}.take();
}

}  // namespace rmb::win
