#include "engine/locks.hpp"

#include "engine/as_caller.hpp"
#include "engine/named_files.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace rmb::engine {
namespace {

/// Sorts; of those with the same key one stays, with the access of all.
template <class T, class Key>
void sort_and_merge(std::vector<T>& all, Key key) {
    std::ranges::sort(all, {}, key);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (kept > 0 && key(all[kept - 1]) == key(all[i])) {
            all[kept - 1].access |= all[i].access;
            continue;
        }
        if (kept != i) {
            all[kept] = std::move(all[i]);
        }
        ++kept;
    }
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(kept), all.end());
}

/// Files asked for and holdings seen, brought together.
class Join {
public:
    Join(System& system, const core::Rights& rights, const std::stop_token& stop,
         const NamedFiles& named, const Snapshot& snapshot)
        : system_(system), rights_(rights), stop_(stop), snapshot_(snapshot) {
        for (const auto& file : named.files) {
            names_[file.file].push_back(&file);
        }
    }

    /// Fills in holders and hidden of the rows.
    result<void> run(std::vector<PathLocks>& rows) {
        if (auto kept = keep_what_is_asked_for(); !kept) {
            return kept;
        }
        const std::span<const Holding> held{held_};
        for (std::size_t first = 0; first < held.size();) {
            const auto& process = process_of(held[first]);
            auto last = first;
            while (last < held.size() && process_of(held[last]).key == process.key) {
                ++last;
            }
            const auto its_own = held.subspan(first, last - first);
            if (auto added = add(process, its_own, rows); !added) {
                return added;
            }
            first = last;
        }
        // A folder that changes while it is listed may show an entry twice.
        for (auto& row : rows) {
            if (stop_.stop_requested()) {
                return cancelled();
            }
            sort_and_merge(row.holders, [](const Holder& holder) {
                return std::tie(holder.process.key, holder.file, holder.how);
            });
        }
        return {};
    }

private:
    [[nodiscard]] const Process& process_of(const Holding& holding) const {
        return snapshot_.processes[holding.process];
    }

    /// Merged before names are given: a process may have any number of handles to a file, and the
    /// file any number of names.
    result<void> keep_what_is_asked_for() {
        for (const auto& holding : snapshot_.holdings) {
            if (stop_.stop_requested()) {
                return cancelled();
            }
            if (names_.contains(holding.file)) {
                held_.push_back(holding);
            }
        }
        sort_and_merge(held_, [this](const Holding& holding) {
            return std::tie(process_of(holding).key, holding.file, holding.how);
        });
        return {};
    }

    result<void> add(const Process& process, std::span<const Holding> holdings,
                     std::vector<PathLocks>& rows) {
        bool disclosed = false;
        const auto ask = [&] { disclosed = system_.may_query(process.key); };
        if (auto asked = as_caller(rights_, stop_, ask); !asked) {
            return asked;
        }
        if (disclosed) {
            return list(process, holdings, rows);
        }
        count(holdings, rows);
        return {};
    }

    result<void> list(const Process& process, std::span<const Holding> holdings,
                      std::vector<PathLocks>& rows) {
        for (const auto& holding : holdings) {
            for (const auto* named : names_.at(holding.file)) {
                bytes_ += sizeof(Holder) + process.program.size() + process.user.size() +
                          named->name.size();
                if (bytes_ > kMaxQueryBytes) {
                    return Error{
                        Code::not_enough_quota,
                        "the holders take more than " + std::to_string(kMaxQueryBytes) + " bytes",
                        "queryBytes"};
                }
                rows[named->row].holders.push_back(
                    {process, named->name, holding.how, holding.access});
            }
        }
        return {};
    }

    /// Once in each row, however much of it the process holds.
    void count(std::span<const Holding> holdings, std::vector<PathLocks>& rows) {
        std::unordered_set<std::size_t> counted;
        for (const auto& holding : holdings) {
            for (const auto* named : names_.at(holding.file)) {
                if (counted.insert(named->row).second) {
                    ++rows[named->row].hidden;
                }
            }
        }
    }

    System& system_;
    const core::Rights& rights_;
    const std::stop_token& stop_;
    const Snapshot& snapshot_;
    std::unordered_map<FileId, std::vector<const NamedFile*>, FileIdHash> names_;
    std::vector<Holding> held_;
    std::size_t bytes_ = 0;
};

/// The answer before anything was looked at.
Locks unanswered(const LocksQuery& query, const NamedFiles& named) {
    Locks locks;
    for (std::size_t row = 0; row < query.paths.size(); ++row) {
        locks.paths.push_back({query.paths[row], named.errors[row], {}, 0});
    }
    locks.unlisted = named.unlisted;
    return locks;
}

}  // namespace

result<Locks> query_locks(System& system, const LocksQuery& query, const std::stop_token& stop) {
    if (query.rights == nullptr) {
        return Error{Code::access_denied, "nothing can be named with the caller's rights"};
    }
    const auto named = name_files(system, query, stop);
    if (!named) {
        return named.error();
    }
    auto locks = unanswered(query, *named);
    if (named->files.empty()) {
        return locks;
    }
    const auto snapshot = system.look(stop);
    if (!snapshot) {
        return snapshot.error();
    }
    locks.unseen = snapshot->unseen;
    Join join{system, *query.rights, stop, *named, *snapshot};
    if (auto joined = join.run(locks.paths); !joined) {
        return joined.error();
    }
    return locks;
}

}  // namespace rmb::engine
