#include "client/lib/policy.hpp"

#include <gtest/gtest.h>

#include <map>

namespace rmb::client {
namespace {

using namespace std::chrono_literals;
using Value = PolicySource::Value;
using Unusable = PolicySource::Unusable;

class FakeSource final : public PolicySource {
public:
    std::map<std::string, Value, std::less<>> values;
    std::optional<Value> read(std::string_view name) override {
        const auto at = values.find(name);
        return at == values.end() ? std::nullopt : std::optional{at->second};
    }
};

class PolicyTest : public testing::Test {
protected:
    Policy read() {
        return read_policy(source_, &problems_);
    }
    void expect_ignored(std::string_view name, Value value) {
        problems_.clear();
        source_.values = {{std::string{name}, std::move(value)}};
        EXPECT_EQ(read(), Policy{}) << name;
        ASSERT_EQ(problems_.size(), 1U) << name;
        EXPECT_NE(problems_[0].where.find(name), std::string::npos);
    }

    FakeSource source_;
    std::vector<proto::Problem> problems_;
};

TEST_F(PolicyTest, Nothing_IsTheDefaults) {
    const auto policy = read();
    EXPECT_EQ(policy.pipe_name, R"(\\.\pipe\ProtectedPrefix\Administrators\RmBroker)");
    EXPECT_EQ(policy.timeouts.connect, 5s);
    EXPECT_EQ(policy.timeouts.call, 30s);
    EXPECT_EQ(policy.timeouts.silence, 15s);
    EXPECT_EQ(policy.when_not_installed, WhenNotInstalled::use_system);
    EXPECT_EQ(policy.trust, Trust::service_only);
    EXPECT_TRUE(problems_.empty());
}

TEST_F(PolicyTest, GoodValues_AreTaken) {
    source_.values = {{"PipeName", R"(\\.\pipe\ProtectedPrefix\Administrators\Rm-Broker_2.x)"},
                      {"ConnectTimeoutMs", 100U},
                      {"CallTimeoutMs", 600'000U},
                      {"SilenceTimeoutMs", 6'000U},
                      {"WhenNotInstalled", "fail"},
                      {"AcceptConsoleBroker", 1U}};
    const auto policy = read();
    EXPECT_EQ(policy.pipe_name, R"(\\.\pipe\ProtectedPrefix\Administrators\Rm-Broker_2.x)");
    EXPECT_EQ(policy.timeouts, (Timeouts{100ms, 600s, 6s}));
    EXPECT_EQ(policy.when_not_installed, WhenNotInstalled::fail);
    EXPECT_EQ(policy.trust, Trust::console_too);
    EXPECT_TRUE(problems_.empty());
}

TEST_F(PolicyTest, DefaultsWrittenOut_AreNoProblem) {
    source_.values = {{"WhenNotInstalled", "system"}, {"AcceptConsoleBroker", 0U}};
    EXPECT_EQ(read(), Policy{});
    EXPECT_TRUE(problems_.empty());
}

TEST_F(PolicyTest, PipeOutsideThePrefix_IsIgnored) {
    for (const auto* name :
         {"", R"(\\.\pipe\RmBroker)", R"(\\.\pipe\ProtectedPrefix\Administrators\)",
          R"(\\.\pipe\ProtectedPrefix\Administrators\..\RmBroker)",
          R"(\\.\pipe\ProtectedPrefix\Administrators\a b)",
          R"(\\evil\pipe\ProtectedPrefix\Administrators\RmBroker)",
          R"(\\.\pipe\ProtectedPrefix\LocalService\RmBroker)"}) {
        expect_ignored("PipeName", name);
    }
    expect_ignored("PipeName", std::string{kProtectedPrefix} + std::string(65, 'a'));
    expect_ignored("PipeName", 7U);
}

TEST_F(PolicyTest, TimesOutOfRange_AreIgnored) {
    for (const auto* name : {"ConnectTimeoutMs", "CallTimeoutMs", "SilenceTimeoutMs"}) {
        expect_ignored(name, 0U);
        expect_ignored(name, 99U);
        expect_ignored(name, 600'001U);
        expect_ignored(name, 0xFFFFFFFFU);
        expect_ignored(name, "5000");
        expect_ignored(name, Unusable{});
    }
    expect_ignored("SilenceTimeoutMs", 5'000U);
}

TEST_F(PolicyTest, UnknownChoices_AreIgnored) {
    expect_ignored("WhenNotInstalled", "Fail");
    expect_ignored("WhenNotInstalled", 1U);
    expect_ignored("AcceptConsoleBroker", 2U);
    expect_ignored("AcceptConsoleBroker", "1");
}

TEST(ChooseBackEnd, OnlyScms1060_IsNotInstalled) {
    using Answer = ServiceFacts::Answer;
    Policy policy;
    for (const auto answer : {Answer::known, Answer::denied, Answer::failed, Answer::none}) {
        EXPECT_EQ(choose_back_end({answer, 0, 0, 0}, policy), BackEnd::broker);
    }
    const ServiceFacts none{Answer::not_installed, 1060, 0, 0};
    EXPECT_EQ(choose_back_end(none, policy), BackEnd::system);
    policy.when_not_installed = WhenNotInstalled::fail;
    EXPECT_EQ(choose_back_end(none, policy), BackEnd::none);
    policy.trust = Trust::console_too;
    EXPECT_EQ(choose_back_end(none, policy), BackEnd::broker);
}

}  // namespace
}  // namespace rmb::client
