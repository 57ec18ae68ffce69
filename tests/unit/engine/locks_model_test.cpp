#include "locks_world.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

/// query_locks against a model that compares everything with everything, on machines made by chance
/// (fixed seeds).
namespace {

using namespace rmb::engine;
using namespace rmb::test;

class Chance {
public:
    explicit Chance(std::uint32_t seed) : generator_(seed) {}

    /// Below `end`; not std::uniform_int_distribution, which differs between libraries.
    std::size_t below(std::size_t end) {
        return generator_() % end;
    }
    bool one_in(std::size_t n) {
        return below(n) == 0;
    }
    template <class T>
    const T& of(const std::vector<T>& all) {
        return all.at(below(all.size()));
    }

private:
    std::mt19937 generator_;
};

/// Few names, so that chance meets the same file in several ways.
std::vector<std::string> make_files(FakeSystem& system, Chance& chance) {
    std::vector<std::string> folders{""};
    std::vector<std::string> files;
    std::vector<std::string> all;
    for (int i = 0; i < 30; ++i) {
        auto path = chance.of(folders) + "/" + std::to_string(i);
        switch (chance.below(8)) {
            case 0:
            case 1:
                system.folder(path);
                folders.push_back(path);
                break;
            case 2:
                system.link(path, all.empty() ? "/nowhere" : chance.of(all));
                break;
            case 3:
                if (!files.empty()) {
                    system.hard_link(path, chance.of(files));
                    break;
                }
                [[fallthrough]];
            default:
                system.file(path);
                files.push_back(path);
        }
        if (chance.one_in(12)) {
            system.refused_identify[path] = {Code::access_denied, "by chance"};
        }
        if (chance.one_in(4)) {
            system.refused_enumerate[path] = {Code::sem_timeout, "by chance"};
        }
        all.push_back(std::move(path));
    }
    return all;
}

void make_processes(FakeSystem& system, Chance& chance, const std::vector<std::string>& paths) {
    const auto count = 1 + chance.below(8);
    for (std::size_t i = 0; i < count; ++i) {
        // Some share a pid.
        (void)system.run(static_cast<std::uint32_t>(100 - i / 2), 1'000 + i);
        if (chance.one_in(3)) {
            system.protected_processes.insert(system.snapshot.processes.back().key);
        }
    }
    for (std::size_t i = chance.below(80); i > 0; --i) {
        auto file = system.id(chance.of(paths));
        if (chance.one_in(10)) {
            ++file.volume;
        }
        const auto how = static_cast<HoldKind>(chance.below(4));
        const auto access = static_cast<std::uint32_t>(chance.below(16));
        system.hold(chance.below(count), file, how, how == HoldKind::handle ? access : 0);
    }
}

/// The files that a path comes to, by name: every node of the machine is looked at.
std::map<std::string, FileId> model_names(const FakeSystem& system, const std::string& path,
                                          bool recursive, std::set<std::string>& unlisted) {
    const auto top = system.resolve(path).value();
    std::map<std::string, FileId> names{{path, system.id(top)}};
    if (!recursive || !system.nodes().at(top).is_folder) {
        return names;
    }
    const auto closed = [&](const std::string& below) {
        return system.refused_enumerate.contains(path + below);
    };
    for (const auto& [node_path, node] : system.nodes()) {
        if (node_path != top && !node_path.starts_with(top + "/")) {
            continue;
        }
        const auto below = node_path.substr(top.size());
        bool reached = node_path == top || node.target.empty();
        for (auto slash = below.find('/'); slash != std::string::npos && reached;
             slash = below.find('/', slash + 1)) {
            reached =
                !closed(below.substr(0, slash)) &&
                (slash == 0 || system.nodes().at(top + below.substr(0, slash)).target.empty());
        }
        if (reached) {
            names[path + below] = node.file;
            if (node.is_folder && closed(below)) {
                unlisted.insert("folder " + path + below + ": what is in it");
            }
        }
    }
    return names;
}

PathLocks model_row(const FakeSystem& system, const std::string& path, bool recursive,
                    std::set<std::string>& unlisted) {
    PathLocks row{path, std::nullopt, {}, 0};
    const auto refused = system.refused_identify.find(path);
    if (refused != system.refused_identify.end()) {
        row.error = refused->second;
        return row;
    }
    if (const auto top = system.resolve(path); !top) {
        row.error = top.error();
        return row;
    }
    std::map<std::tuple<rmb::core::ProcessKey, std::string, HoldKind>, Holder> holders;
    std::set<rmb::core::ProcessKey> hidden;
    for (const auto& [name, file] : model_names(system, path, recursive, unlisted)) {
        for (const auto& holding : system.snapshot.holdings) {
            const auto& process = system.snapshot.processes.at(holding.process);
            if (holding.file != file) {
                continue;
            }
            if (system.protected_processes.contains(process.key)) {
                hidden.insert(process.key);
                continue;
            }
            auto& holder = holders
                               .try_emplace({process.key, name, holding.how},
                                            Holder{process, name, holding.how, 0})
                               .first->second;
            holder.access |= holding.access;
        }
    }
    for (auto& [key, holder] : holders) {
        row.holders.push_back(std::move(holder));
    }
    row.hidden = hidden.size();
    return row;
}

TEST(QueryLocksModel, MachinesMadeByChance_AreAnsweredAsTheModelDoes) {
    std::size_t holders = 0;
    std::size_t hidden = 0;
    std::size_t errors = 0;
    std::size_t unlisted_folders = 0;
    for (std::uint32_t seed = 1; seed <= 500; ++seed) {
        SCOPED_TRACE(seed);
        Chance chance{seed};
        LocksWorld world;
        const auto all = make_files(world.system, chance);
        make_processes(world.system, chance, all);
        std::vector<std::string> paths;
        for (std::size_t i = 1 + chance.below(5); i > 0; --i) {
            paths.push_back(chance.one_in(10) ? "/gone" : chance.of(all));
        }
        const bool recursive = !chance.one_in(4);

        const auto locks = world.ask(paths, recursive);
        ASSERT_TRUE(locks) << locks.error().message;
        std::set<std::string> unlisted;
        std::vector<PathLocks> rows;
        for (const auto& path : paths) {
            rows.push_back(model_row(world.system, path, recursive, unlisted));
        }
        ASSERT_EQ(show(locks->paths), show(rows));
        ASSERT_EQ(locks->paths, rows);
        std::set<std::string> told;
        for (const auto& one : locks->unlisted) {
            told.insert(one.what);
        }
        ASSERT_EQ(told, unlisted);
        ASSERT_EQ(broken_rules(world), Lines{});

        unlisted_folders += unlisted.size();
        for (const auto& row : rows) {
            holders += row.holders.size();
            hidden += row.hidden;
            errors += row.error ? 1U : 0U;
        }
    }
    // The machines were worth asking.
    EXPECT_GT(holders, 1'000U);
    EXPECT_GT(hidden, 300U);
    EXPECT_GT(errors, 100U);
    EXPECT_GT(unlisted_folders, 40U);
}

}  // namespace
