#include "windows/system/look.hpp"

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

/// One look, made in the order of its functions.
class Look {
public:
    Look(IoWatchdog& watchdog, TimedJobs& jobs, const std::stop_token& stop)
        : jobs_{jobs}, stop_{stop}, identities_{watchdog} {}

    result<engine::Snapshot> take();

private:
    result<void> open();
    void read_memory();
    result<void> read_handles();
    void add_mapped();
    engine::Snapshot assemble();
    [[nodiscard]] std::string no_answer() const;

    TimedJobs& jobs_;
    const std::stop_token& stop_;
    MappedIdentities identities_;
    std::map<std::uint32_t, Found> found_;  // by process id: all are held open
    std::vector<engine::Unseen> unseen_;
};

result<void> Look::open() {
    auto list = open_processes();
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

std::string Look::no_answer() const {
    return stop_.stop_requested()                      ? "cancelled"
           : jobs_.hanging() >= TimedJobs::kMaxHanging ? "too many looks hang already"
                                                       : "it does not answer in time";
}

void Look::read_memory() {
    std::vector<TimedJob> jobs;
    std::vector<Found*> of;
    for (auto& [pid, found] : found_) {
        if (found.process.inside) {
            of.push_back(&found);
            jobs.push_back({{found.process.facts.key},
                            [process = found.process.inside, answer = found.memory] {
                                *answer = look_at_memory(process->get());
                            }});
        }
    }
    const auto carried_out = jobs_.run(std::move(jobs), kMemoryLimit, stop_);
    for (std::size_t i = 0; i < of.size(); ++i) {
        Found& found = *of[i];
        found.has_memory = carried_out[i];
        const auto why = found.has_memory ? found.memory->refused : no_answer();
        if (!why.empty()) {
            found.miss("its libraries, mappings and current folder", why);
        }
    }
}

result<void> Look::read_handles() {
    auto table = file_handles();
    if (table.has_error()) {
        return table.error();
    }
    std::vector<TimedJob> jobs;
    std::vector<std::pair<Found*, FileHandle>> of;
    const auto answers = std::make_shared<std::vector<HandleAnswer>>(table->size());
    for (const auto& entry : *table) {
        const auto found = found_.find(entry.pid);
        if (found == found_.end() || !found->second.process.inside) {
            continue;
        }
        const auto& process = found->second.process;
        jobs.push_back({{process.facts.key, entry.handle},
                        [inside = process.inside, handle = entry.handle, answers, i = of.size()] {
                            (*answers)[i] = look_at_handle(inside->get(), handle);
                        }});
        of.emplace_back(&found->second, entry);
    }
    const auto carried_out = jobs_.run(std::move(jobs), kHandleLimit, stop_);
    for (std::size_t i = 0; i < of.size(); ++i) {
        auto& [found, entry] = of[i];
        const auto why = carried_out[i] ? (*answers)[i].refused : no_answer();
        if (!why.empty()) {
            found->miss("handle " + std::to_string(entry.handle), why);
        } else if (const auto& file = (*answers)[i].file) {
            // What holds a process's folder is an ordinary handle too.
            const bool is_folder =
                found->has_memory && entry.handle == found->memory->current_directory;
            found->holdings.push_back(
                is_folder ? engine::Holding{0, *file, engine::HoldKind::working_directory, 0}
                          : engine::Holding{0, *file, engine::HoldKind::handle, entry.access});
        }
    }
    return {};
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
    read_memory();
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

result<engine::Snapshot> look_at_system(IoWatchdog& watchdog, TimedJobs& jobs,
                                        const std::stop_token& stop) {
    return Look{watchdog, jobs, stop}.take();
}

}  // namespace rmb::win
