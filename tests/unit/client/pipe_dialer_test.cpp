#include "client/lib/pipe_dialer.hpp"

#include "fake_broker.hpp"

#include <gtest/gtest.h>

namespace rmb::client {
namespace {

using namespace std::chrono_literals;
using proto::Code;
using test::FakeClock;
using Answer = ServiceFacts::Answer;
using Pipe = ServerReport::Pipe;

constexpr std::uint32_t kPid = 1234;
const PipeFacts kGenuine{std::string{kSystemSid}, kPid};
const ServiceFacts kRunning{Answer::known, 0, 4, kPid};
const ServiceFacts kStopped{Answer::known, 0, 1, 0};
const ServiceFacts kDenied{Answer::denied, 5, 0, 0};
const ServiceFacts kNotInstalled{Answer::not_installed, 1060, 0, 0};
const ServiceFacts kFailed{Answer::failed, 1722, 0, 0};

Verdict verify(const PipeFacts& pipe, const ServiceFacts& service,
               Trust trust = Trust::service_only, std::string_view name = kDefaultPipeName) {
    return verify_server(name, pipe, service, trust);
}

TEST(VerifyServer, OwnerSystemAndScmsProcess_IsGenuine) {
    EXPECT_EQ(verify(kGenuine, kRunning), Verdict::genuine);
}

TEST(VerifyServer, WrongOwner_IsRefused) {
    for (const auto* owner : {"S-1-5-32-544", "S-1-5-18-1", "S-1-5-1", "", "S-1-5-21-1-2-3-1000"}) {
        EXPECT_EQ(verify({owner, kPid}, kRunning), Verdict::wrong_owner) << owner;
        EXPECT_EQ(verify({owner, kPid}, kDenied), Verdict::wrong_owner) << owner;
    }
    EXPECT_EQ(verify({std::nullopt, kPid}, kRunning), Verdict::owner_unknown);
}

TEST(VerifyServer, WrongProcess_IsRefused) {
    EXPECT_EQ(verify({std::string{kSystemSid}, kPid + 1}, kRunning), Verdict::wrong_process);
    EXPECT_EQ(verify({std::string{kSystemSid}, 0}, kStopped), Verdict::wrong_process);
    EXPECT_EQ(verify(kGenuine, kStopped), Verdict::wrong_process);
    EXPECT_EQ(verify(kGenuine, kNotInstalled), Verdict::wrong_process);
    EXPECT_EQ(verify({std::string{kSystemSid}, std::nullopt}, kRunning), Verdict::process_unknown);
}

TEST(VerifyServer, ScmDenied_OwnerAndPrefixMustDo) {
    EXPECT_EQ(verify(kGenuine, kDenied), Verdict::genuine);
    EXPECT_EQ(verify({std::string{kSystemSid}, std::nullopt}, kDenied), Verdict::genuine);
    EXPECT_EQ(verify(kGenuine, kDenied, Trust::service_only, R"(\\.\pipe\RmBroker)"),
              Verdict::name_not_protected);
}

TEST(VerifyServer, ScmFailed_IsRefused) {
    EXPECT_EQ(verify(kGenuine, kFailed), Verdict::process_unknown);
    EXPECT_EQ(verify(kGenuine, {}), Verdict::process_unknown);
}

TEST(VerifyServer, ConsoleBroker_OnlyWhereItIsTrusted) {
    const PipeFacts console{std::string{kAdministratorsSid}, kPid + 1};
    EXPECT_EQ(verify(console, kRunning), Verdict::wrong_owner);
    EXPECT_EQ(verify(console, kRunning, Trust::console_too), Verdict::genuine);
    EXPECT_EQ(verify(console, kNotInstalled, Trust::console_too), Verdict::genuine);
    EXPECT_EQ(verify({"S-1-5-21-1-2-3-1000", kPid}, kRunning, Trust::console_too),
              Verdict::wrong_owner);
    EXPECT_EQ(verify(console, kRunning, Trust::console_too, R"(\\.\pipe\RmBroker)"),
              Verdict::name_not_protected);
}

/// Must not be used by the dialer itself.
class UntouchedPipe final : public PipeChannel {
public:
    explicit UntouchedPipe(PipeFacts facts) : facts_(std::move(facts)) {}
    io_result<void> send(std::string_view, TimePoint) override {
        ADD_FAILURE() << "sent before the server was verified";
        return {};
    }
    io_result<std::size_t> receive(std::span<char>, TimePoint) override {
        ADD_FAILURE() << "received before the server was verified";
        return IoFailure::lost;
    }
    PipeFacts facts() override {
        return facts_;
    }

private:
    PipeFacts facts_;
};

/// What a look at the machine gives from a time on.
struct World {
    Milliseconds from;
    Pipe pipe;
    PipeFacts facts;
    ServiceFacts service;
};

class FakeApi final : public PipeApi {
public:
    FakeApi(FakeClock& clock, std::vector<World> worlds, int& waits)
        : clock_(clock), worlds_(std::move(worlds)), waits_(waits) {}

    Opened open(const std::string& /*name*/) override {
        const auto& world = current();
        Opened opened{world.pipe, 0, nullptr};
        if (world.pipe == Pipe::open) {
            opened.channel = std::make_unique<UntouchedPipe>(world.facts);
        }
        return opened;
    }
    void wait_while_busy(const std::string& /*name*/, TimePoint deadline) override {
        ++waits_;
        clock_.sleep_until(std::min(deadline, clock_.now() + 100ms));
    }
    ServiceFacts query_service() override {
        return current().service;
    }

private:
    const World& current() {
        const World* last = worlds_.data();
        for (const auto& world : worlds_) {
            last = world.from <= clock_.elapsed() ? &world : last;
        }
        return *last;
    }

    FakeClock& clock_;
    std::vector<World> worlds_;
    int& waits_;
};

class PipeDialerTest : public testing::Test {
protected:
    proto::result<std::unique_ptr<Channel>> dial(std::vector<World> worlds,
                                                 Trust trust = Trust::service_only) {
        PipeDialer dialer{std::make_unique<FakeApi>(clock_, std::move(worlds), waits_),
                          std::string{kDefaultPipeName}, trust, clock_};
        return dialer.dial(clock_.now() + 5s);
    }
    Code failure(std::vector<World> worlds, Trust trust = Trust::service_only) {
        const auto dialed = dial(std::move(worlds), trust);
        subject_ = dialed ? "" : dialed.error().subject;
        return dialed ? Code::ok : dialed.error().code;
    }

    FakeClock clock_;
    int waits_ = 0;
    std::string subject_;
};

TEST_F(PipeDialerTest, Dial_Genuine_GivesTheChannelAtOnce) {
    EXPECT_TRUE(dial({{0ms, Pipe::open, kGenuine, kRunning}}).has_value());
    EXPECT_EQ(clock_.elapsed(), 0ms);
}

TEST_F(PipeDialerTest, Dial_NotInstalled_Is1060AtOnce) {
    EXPECT_EQ(failure({{0ms, Pipe::missing, {}, kNotInstalled}}), Code::service_does_not_exist);
    EXPECT_EQ(clock_.elapsed(), 0ms);
}

TEST_F(PipeDialerTest, Dial_MissingAndScmSaysAnythingElse_WaitsAndIs1062) {
    for (const auto& service : {kStopped, kRunning, kDenied, kFailed}) {
        const auto before = clock_.elapsed();
        EXPECT_EQ(failure({{0ms, Pipe::missing, {}, service}}), Code::service_not_active);
        EXPECT_EQ(clock_.elapsed() - before, 5s);
    }
}

TEST_F(PipeDialerTest, Dial_StartsWithinTheDeadline_IsConnected) {
    EXPECT_TRUE(dial({{0ms, Pipe::missing, {}, kStopped}, {3s, Pipe::open, kGenuine, kRunning}})
                    .has_value());
    EXPECT_LE(clock_.elapsed(), 3s + PipeDialer::kPollInterval);
}

TEST_F(PipeDialerTest, Dial_WrongOwner_IsRefusedAtOnce) {
    EXPECT_EQ(failure({{0ms, Pipe::open, {"S-1-5-32-544", kPid}, kRunning}}), Code::access_denied);
    EXPECT_EQ(subject_, "wrongOwner");
    EXPECT_EQ(clock_.elapsed(), 0ms);
}

TEST_F(PipeDialerTest, Dial_WrongProcess_IsRefusedAtTheDeadline) {
    const PipeFacts other{std::string{kSystemSid}, kPid + 1};
    EXPECT_EQ(failure({{0ms, Pipe::open, other, kRunning}}), Code::access_denied);
    EXPECT_EQ(subject_, "wrongProcess");
    EXPECT_EQ(clock_.elapsed(), 5s);
}

TEST_F(PipeDialerTest, Dial_ScmLagsBehindARestart_IsConnected) {
    EXPECT_TRUE(dial({{0ms, Pipe::open, kGenuine, {Answer::known, 0, 4, kPid - 1}},
                      {200ms, Pipe::open, kGenuine, kRunning}})
                    .has_value());
}

TEST_F(PipeDialerTest, Dial_Busy_WaitsForAnInstance) {
    EXPECT_TRUE(
        dial({{0ms, Pipe::busy, {}, kRunning}, {1s, Pipe::open, kGenuine, kRunning}}).has_value());
    EXPECT_EQ(waits_, 10);
}

TEST_F(PipeDialerTest, Dial_AlwaysBusy_Is121) {
    EXPECT_EQ(failure({{0ms, Pipe::busy, {}, kRunning}}), Code::sem_timeout);
    EXPECT_EQ(clock_.elapsed(), 5s);
}

TEST_F(PipeDialerTest, Dial_WrongProcessThatIsBusyAtLast_IsDenied) {
    EXPECT_EQ(failure({{0ms, Pipe::open, kGenuine, kStopped}, {4s, Pipe::busy, {}, kStopped}}),
              Code::access_denied);
}

TEST_F(PipeDialerTest, Dial_NoAccess_IsDeniedAtOnce) {
    EXPECT_EQ(failure({{0ms, Pipe::denied, {}, kRunning}}), Code::access_denied);
    EXPECT_EQ(subject_, "pipe");
    EXPECT_EQ(clock_.elapsed(), 0ms);
}

TEST_F(PipeDialerTest, Dial_ConsoleBroker_NeedsNoService) {
    const PipeFacts console{std::string{kAdministratorsSid}, 99};
    EXPECT_TRUE(dial({{0ms, Pipe::open, console, kNotInstalled}}, Trust::console_too).has_value());
    EXPECT_EQ(failure({{0ms, Pipe::missing, {}, kNotInstalled}}, Trust::console_too),
              Code::service_not_active);
}

TEST_F(PipeDialerTest, Inspect_WrongOwner_TellsWhatItSaw) {
    const PipeFacts facts{std::string{"S-1-5-21-7"}, kPid};
    PipeDialer dialer{std::make_unique<FakeApi>(
                          clock_, std::vector<World>{{0ms, Pipe::open, facts, kRunning}}, waits_),
                      std::string{kDefaultPipeName}, Trust::service_only, clock_};
    const auto report = dialer.inspect();
    EXPECT_EQ(report.name, kDefaultPipeName);
    EXPECT_EQ(report.service, kRunning);
    EXPECT_EQ(report.pipe, Pipe::open);
    EXPECT_EQ(report.facts, facts);
    EXPECT_EQ(report.verdict, Verdict::wrong_owner);
}

}  // namespace
}  // namespace rmb::client
