#include "proto/helper_wire.hpp"

#include "proto/codec.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace rmb::proto::helper {
namespace {

TEST(HelperMethods, Names_Differ) {
    std::set<std::string_view> names;
    std::apply([&]<class... M>(M...) { (names.insert(M::kName), ...); }, MethodTable{});
    EXPECT_EQ(names.size(), std::tuple_size_v<MethodTable>);
}

TEST(HelperWire, AskParams_ComeBackAsWritten) {
    const AskParams asked{{{12, 132'000'000'000'000'000}, {13, 1}}, true, 30'000};
    const auto read = decode<AskParams>(write(asked), "params");
    ASSERT_TRUE(read.has_value());
    ASSERT_EQ(read->processes.size(), 2U);
    EXPECT_EQ(read->processes[0].pid, 12U);
    EXPECT_EQ(read->processes[0].start_time, 132'000'000'000'000'000U);
    EXPECT_TRUE(read->until_refusal);
    EXPECT_EQ(read->limit, 30'000U);
}

TEST(HelperWire, Look_WrittenInFull) {
    const LookResult seen{{{true, false, true, {4, 5}}}};
    EXPECT_EQ(write(seen), nlohmann::json::parse(R"({"presences": [{
        "mainWindow": true, "otherWindow": false, "shell": true, "console": [4, 5]}]})"));
}

TEST(HelperWire, ProcessOfAnotherForm_ErrorNamesIt) {
    const auto params = nlohmann::json::parse(R"({"process": {"pid": 12, "startTime": 5}})");
    const auto read = decode<ReleaseParams>(params, "params");
    ASSERT_TRUE(read.has_error());
    EXPECT_EQ(read.error().subject, "params.process.startTime");
}

}  // namespace
}  // namespace rmb::proto::helper
