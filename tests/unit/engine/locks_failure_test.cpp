#include "engine/locks.hpp"

#include "locks_world.hpp"
#include "support/empty_system.hpp"
#include "support/results.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

/// What makes a whole query fail.
namespace {

using namespace rmb::engine;
using namespace rmb::test;
using Op = FakeSystem::Op;

/// Every kind of act happens: two paths, two folders below, two processes.
struct QueryLocksFailure : testing::Test, LocksWorld {
    QueryLocksFailure() {
        system.hold(system.run(10), system.file("/f/g/a"));
        system.hold(system.run(11), system.file("/b"));
    }
    result<Locks> ask_all() {
        return ask({"/f", "/b"}, true);
    }
};

TEST_F(QueryLocksFailure, NoRights_NothingIsDone) {
    const auto locks = query_locks(system, {{"/b"}, false, nullptr}, {});
    EXPECT_EQ(code_of(locks), Code::access_denied);
    EXPECT_TRUE(system.calls.empty());
}

TEST_F(QueryLocksFailure, RightsRefusedAtAnyAct_NothingIsDoneWithOthers) {
    ASSERT_TRUE(ask_all());
    const auto acts = rights->times();
    ASSERT_EQ(acts, 6U);
    for (std::size_t allowed = 0; allowed < acts; ++allowed) {
        SCOPED_TRACE(allowed);
        rights = std::make_shared<FakeRights>();
        rights->refuse_after = allowed;
        LocksWorld other{rights, FakeSystem{rights}, {}};
        other.system.hold(other.system.run(10), other.system.file("/f/g/a"));
        other.system.hold(other.system.run(11), other.system.file("/b"));
        const auto locks = other.ask({"/f", "/b"}, true);
        ASSERT_FALSE(locks);
        EXPECT_EQ(locks.error(),
                  (Error{Code::access_denied, "the system does not let anybody act"}));
        EXPECT_EQ(other.system.calls.size() - other.system.count(Op::look), allowed);
        EXPECT_EQ(broken_rules(other), Lines{});
    }
}

TEST_F(QueryLocksFailure, LookFails_AsItDoes) {
    for (const auto code : {Code::cancelled, Code::access_denied, Code::out_of_memory}) {
        const Error error{code, "no look", "look"};
        system.refused_look = error;
        const auto locks = ask_all();
        ASSERT_FALSE(locks);
        EXPECT_EQ(locks.error(), error);
    }
}

TEST_F(QueryLocksFailure, StoppedBefore_NothingIsDone) {
    stop.request_stop();
    EXPECT_EQ(code_of(ask_all()), Code::cancelled);
    EXPECT_TRUE(system.calls.empty());
}

TEST_F(QueryLocksFailure, StoppedWithinAnyAct_IsTheLast) {
    ASSERT_TRUE(ask_all());
    const auto acts = system.calls;
    ASSERT_EQ(acts.size(), 7U);
    for (std::size_t last = 0; last < acts.size(); ++last) {
        SCOPED_TRACE(last);
        system.calls.clear();
        stop = std::stop_source{};
        system.on_call = [&](const FakeSystem::Call&) {
            if (system.calls.size() == last + 1) {
                stop.request_stop();
            }
        };
        EXPECT_EQ(code_of(ask_all()), Code::cancelled);
        std::erase_if(system.calls, [](const auto& call) { return call.op == Op::look; });
        auto expected = std::vector(acts.begin(), acts.begin() + static_cast<int>(last) + 1);
        std::erase_if(expected, [](const auto& call) { return call.op == Op::look; });
        EXPECT_EQ(system.calls, expected);
        EXPECT_FALSE(rights->is_assumed());
    }
}

TEST_F(QueryLocksFailure, StoppedWhileALookIgnoresIt_NobodyIsAskedAbout) {
    system.on_call = [&](const FakeSystem::Call& call) {
        if (call.op == Op::look) {
            stop.request_stop();
        }
    };
    EXPECT_EQ(code_of(ask_all()), Code::cancelled);
    EXPECT_EQ(system.count(Op::may_query), 0U);
}

TEST_F(QueryLocksFailure, FolderTooBigToEnumerate_IsTooMuchForTheQuery) {
    const Error error{Code::not_enough_quota, "more than 200000 entries", "queriedFiles"};
    system.refused_enumerate["/f/g"] = error;
    const auto locks = ask_all();
    ASSERT_FALSE(locks);
    EXPECT_EQ(locks.error(), error);
    EXPECT_EQ(system.count(Op::look), 0U);
}

/// Any number of files in each folder, of names of any length; any number of processes that hold
/// what is asked for.
class BigFolders final : public EmptySystem {
public:
    result<FileFacts> identify(const std::string& path) override {
        return FileFacts{{9, {}}, path.starts_with("folder")};
    }
    result<std::vector<FolderEntry>> enumerate(const std::string& /*folder*/) override {
        std::vector<FolderEntry> entries(files);
        for (std::size_t i = 0; i < files; ++i) {
            entries[i].name = std::string(name_length, 'x');
            entries[i].file.volume = 1;
            entries[i].is_link = links;
        }
        return entries;
    }
    std::string join(const std::string& /*folder*/, const std::string& name) const override {
        return name;
    }
    result<Snapshot> look(std::stop_token /*stop*/) override {
        ++looks;
        Snapshot snapshot;
        for (std::size_t i = 0; i < processes; ++i) {
            snapshot.processes.push_back({{static_cast<std::uint32_t>(i), 1}, "p", "u", 0});
            snapshot.holdings.push_back({i, {9, {}}, HoldKind::handle, 1});
        }
        return snapshot;
    }
    bool may_query(const rmb::core::ProcessKey& /*process*/) override {
        return disclosed;
    }

    std::size_t files = 0;
    std::size_t name_length = 1;
    bool links = false;
    std::size_t processes = 0;
    bool disclosed = true;
    int looks = 0;
};

struct QueryLocksQuota : testing::Test {
    BigFolders system;
    std::shared_ptr<FakeRights> rights = std::make_shared<FakeRights>();

    result<Locks> ask(std::vector<std::string> paths) {
        return query_locks(system, {std::move(paths), true, rights}, {});
    }
};

TEST_F(QueryLocksQuota, FilesOfAllPaths_CountTogether) {
    system.files = kMaxQueriedFiles / 2 - 1;  // and the folder itself
    EXPECT_EQ(code_of(ask({"folder 1", "folder 2"})), Code::ok);
    EXPECT_EQ(system.looks, 1);
    const auto locks = ask({"folder 1", "folder 2", "file"});
    EXPECT_EQ(code_of(locks), Code::not_enough_quota);
    EXPECT_EQ(subject_of(locks), "queriedFiles");
    EXPECT_EQ(system.looks, 1);
}

TEST_F(QueryLocksQuota, OneMoreInOneFolder_IsTooMuch) {
    system.files = kMaxQueriedFiles - 1;
    EXPECT_EQ(code_of(ask({"folder"})), Code::ok);
    ++system.files;
    EXPECT_EQ(code_of(ask({"folder"})), Code::not_enough_quota);
}

TEST_F(QueryLocksQuota, Links_DoNotCount) {
    system.files = kMaxQueriedFiles + 1;
    system.links = true;
    EXPECT_EQ(code_of(ask({"folder"})), Code::ok);
}

TEST_F(QueryLocksQuota, LongNames_CountByTheirBytes) {
    system.name_length = std::size_t{64} * 1024;
    system.files = kMaxQueryBytes / system.name_length - 8;
    EXPECT_EQ(code_of(ask({"folder"})), Code::ok);
    system.files += 8;
    const auto locks = ask({"folder"});
    EXPECT_EQ(code_of(locks), Code::not_enough_quota);
    EXPECT_EQ(subject_of(locks), "queryBytes");
}

TEST_F(QueryLocksQuota, HoldersOfALongName_CountByTheirBytes) {
    const std::string path(std::size_t{64} * 1024, 'x');
    system.processes = kMaxQueryBytes / path.size() - 8;
    EXPECT_EQ(code_of(ask({path})), Code::ok);
    system.processes += 8;
    const auto locks = ask({path});
    EXPECT_EQ(code_of(locks), Code::not_enough_quota);
    EXPECT_EQ(subject_of(locks), "queryBytes");
    system.disclosed = false;
    EXPECT_EQ(ask({path}).value().paths.at(0).hidden, system.processes);
}

}  // namespace
