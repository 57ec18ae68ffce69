#include "client/ctl/locks_calls.hpp"

#include "proto/codec.hpp"
#include "proto/framing.hpp"
#include "proto/limits.hpp"
#include "proto/message.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace rmb;

std::size_t frame_bytes(const proto::LocksParams& params) {
    const proto::Request request{std::numeric_limits<std::int64_t>::min(),
                                 std::string{proto::method::Locks::kName}, proto::write(params)};
    return proto::make_frame(proto::dump(proto::to_json(request))).size();
}

std::vector<std::string> all_paths(const std::vector<proto::LocksParams>& calls) {
    std::vector<std::string> paths;
    for (const auto& call : calls) {
        paths.insert(paths.end(), call.paths.begin(), call.paths.end());
    }
    return paths;
}

std::vector<std::string> numbered(std::size_t count) {
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < count; ++i) {
        paths.push_back("/" + std::to_string(i));
    }
    return paths;
}

TEST(LocksCalls, AsManyPathsAsACallTakes_IsOneCall) {
    const auto paths = numbered(proto::kMaxLocksPaths);
    const auto calls = ctl::locks_calls(paths, true);
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls[0].paths, paths);
    EXPECT_EQ(calls[0].recursive, true);
}

TEST(LocksCalls, MorePathsThanACallTakes_AreSeveralCallsInOrder) {
    const auto paths = numbered(2 * proto::kMaxLocksPaths + 1);
    const auto calls = ctl::locks_calls(paths, false);
    ASSERT_EQ(calls.size(), 3U);
    EXPECT_EQ(calls[0].paths.size(), proto::kMaxLocksPaths);
    EXPECT_EQ(calls[1].paths.size(), proto::kMaxLocksPaths);
    EXPECT_EQ(calls[2].paths.size(), 1U);
    EXPECT_EQ(all_paths(calls), paths);
    EXPECT_EQ(calls[2].recursive, false);
}

TEST(LocksCalls, LongPaths_AreSplitBelowTheFrame) {
    constexpr std::size_t kMaxFrame = 8'192;
    // As they are; twice as long, escaped; six times as long, escaped.
    for (const auto& path :
         {"/" + std::string(299, 'a') + "日本", std::string(300, '\\'), std::string(300, '\x01')}) {
        const std::vector<std::string> paths(100, path);
        const auto calls = ctl::locks_calls(paths, true, kMaxFrame);
        EXPECT_EQ(all_paths(calls), paths);
        EXPECT_GT(calls.size(), 1U);
        for (std::size_t i = 0; i < calls.size(); ++i) {
            EXPECT_LE(frame_bytes(calls[i]), kMaxFrame);
            // But for what is kept free for the rest of a message, the next one has no room.
            auto more = calls[i];
            more.paths.push_back(path);
            if (i + 1 < calls.size()) {
                EXPECT_GT(frame_bytes(more) + 1'024, kMaxFrame);
            }
        }
    }
}

TEST(LocksCalls, LongestPath_FitsIntoOneCall) {
    const std::string longest(proto::kMaxStringUnits, '\x01');
    const auto calls = ctl::locks_calls({longest, longest}, true);
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_LE(frame_bytes(calls[0]), ctl::kMaxLocksFrameBytes);
    static_assert(ctl::kMaxLocksFrameBytes < proto::kMaxFrameBytes);
}

TEST(AppendLocks, SecondAnswer_StandsBehindTheFirst) {
    proto::LocksResult all{{{"/a", {}, {}, 1}}, {{"x", "denied"}, {"y", "denied"}}};
    ctl::append_locks(all,
                      {{{"/b", {}, {}, 2}}, {{"y", "denied"}, {"y", "gone"}, {"z", "denied"}}});
    ASSERT_EQ(all.paths.size(), 2U);
    EXPECT_EQ(all.paths[0].path, "/a");
    EXPECT_EQ(all.paths[1].path, "/b");
    EXPECT_EQ(all.paths[1].hidden, 2U);
    std::string unseen;
    for (const auto& [what, why] : all.unseen) {
        unseen += what + " " + why + "; ";
    }
    EXPECT_EQ(unseen, "x denied; y denied; y gone; z denied; ");
}

}  // namespace
