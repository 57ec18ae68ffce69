#pragma once

#include "engine/locks.hpp"
#include "support/fake_system.hpp"

#include <charconv>
#include <iterator>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace rmb::test {

using Lines = std::vector<std::string>;

/// A machine, a caller, and what he asks.
struct LocksWorld {
    std::shared_ptr<FakeRights> rights = std::make_shared<FakeRights>();
    FakeSystem system{rights};
    std::stop_source stop;

    engine::result<engine::Locks> ask(std::vector<std::string> paths, bool recursive = false) {
        return engine::query_locks(system, {std::move(paths), recursive, rights}, stop.get_token());
    }
};

/// A row as text: "10 handle 0x3 /a/b", "2 hidden", "ERROR_FILE_NOT_FOUND".
[[nodiscard]] inline Lines show(const engine::PathLocks& row) {
    Lines lines;
    if (row.error) {
        lines.push_back(std::string{code_name(row.error->code)});
    }
    for (const auto& holder : row.holders) {
        char access[8];
        const auto end = std::to_chars(std::begin(access), std::end(access), holder.access, 16).ptr;
        lines.push_back(std::to_string(holder.process.key.pid) + ' ' +
                        std::string{to_string(holder.how)} + ' ' +
                        std::string{std::begin(access), end} + ' ' + holder.file);
    }
    if (row.hidden != 0) {
        lines.push_back(std::to_string(row.hidden) + " hidden");
    }
    return lines;
}

[[nodiscard]] inline std::vector<Lines> show(const std::vector<engine::PathLocks>& rows) {
    std::vector<Lines> all;
    for (const auto& row : rows) {
        all.push_back(show(row));
    }
    return all;
}

/// What was done in somebody's name that should have been done in another's, and what was done
/// more often than it may be; empty when all is well.
[[nodiscard]] inline Lines broken_rules(const LocksWorld& world) {
    using Op = FakeSystem::Op;
    Lines broken;
    std::multiset<std::string> asked;
    for (const auto& call : world.system.calls) {
        if (call.assumed != (call.op != Op::look)) {
            broken.push_back("whose rights: " + call.what);
        }
        if (call.op == Op::may_query) {
            asked.insert(call.what);
        }
    }
    for (const auto& process : asked) {
        if (asked.count(process) > 1) {
            broken.push_back("asked again: " + process);
        }
    }
    if (world.system.count(Op::look) > 1) {
        broken.emplace_back("looked again");
    }
    if (world.rights->is_assumed() || world.rights->deepest() > 1) {
        broken.emplace_back("rights kept or nested");
    }
    if (world.rights->most_acts() > 1) {
        broken.emplace_back("more than one act");
    }
    return broken;
}

}  // namespace rmb::test
