#include "child/text.hpp"
#include "harness/affecting_test.hpp"
#include "harness/own_client.hpp"
#include "harness/run_program.hpp"

#include <string>

/// rmbctl free, session and locks, as a person runs them.
namespace rmb::e2e {
namespace {

class Free : public Affecting {
protected:
    Said free(const std::string& options = {}) const {
        return run_rmbctl("free \"" + text(file_) + "\" " + options);
    }
};

TEST_F(Free, WithoutYes_SaysWhoAndTouchesNobody) {
    const auto& window = run("window", holding());
    const auto said = free();
    EXPECT_EQ(said.code, 0U) << said.text;
    EXPECT_NE(said.text.find(std::to_string(window.pid())), std::string::npos) << said.text;
    EXPECT_EQ(report_.lines().size(), report_.all_starts().size()) << report_.all();
    EXPECT_TRUE(has_sessions(0));
    EXPECT_TRUE(broker().ledgers().empty());
}

TEST_F(Free, Yes_StopsThemAndRestartStartsThemAgain) {
    run("window", registered("one"));
    const auto said = free("--yes");
    EXPECT_EQ(said.code, 0U) << said.text;
    EXPECT_TRUE(is_free(file_));
    ASSERT_TRUE(has_sessions(0));
    const auto owed = broker().ledgers();
    ASSERT_EQ(owed.size(), 1U) << said.text;
    EXPECT_NE(said.text.find("rmbctl restart " + owed.front().hash), std::string::npos)
        << said.text;
    EXPECT_EQ(run_rmbctl("restart " + owed.front().hash).code, 0U);
    EXPECT_TRUE(report_.wait_for("one started", 2)) << report_.all();
}

TEST_F(Free, VetoWithoutForce_FailsAndNamesIt) {
    run("veto", holding());
    const auto said = free("--yes");
    EXPECT_EQ(said.code, 1U);
    EXPECT_NE(said.text.find("351"), std::string::npos) << said.text;
    EXPECT_FALSE(is_free(file_));
}

TEST_F(Free, Veto_Forced_IsEnded) {
    run("veto", holding());
    EXPECT_EQ(free("--yes --force").code, 0U);
    EXPECT_TRUE(is_free(file_));
}

TEST_F(Free, NobodyHoldsIt_SaysSo) {
    const auto said = free("--yes");
    EXPECT_EQ(said.code, 0U);
    EXPECT_NE(said.text.find("Nobody holds"), std::string::npos) << said.text;
}

class Shown : public Affecting {};

TEST_F(Shown, Session_TellsWhomItAffectsAndWhatItStopped) {
    const auto& window = run("window", registered("one"));
    const auto pid = std::to_string(window.pid());
    auto& installer = install_file();
    const auto hash = broker().sessions().sessions.front().hash;
    const auto before = run_rmbctl("session " + hash);
    EXPECT_EQ(before.code, 0U) << before.text;
    EXPECT_NE(before.text.find(text(file_)), std::string::npos) << before.text;
    const auto affected = before.text.find("Affected");
    ASSERT_NE(affected, std::string::npos) << before.text;
    EXPECT_NE(before.text.find(pid, affected), std::string::npos) << before.text;

    ASSERT_EQ(installer.shut_down().code, 0U);
    const auto after = run_rmbctl("session " + hash);
    EXPECT_EQ(after.code, 0U) << after.text;
    const auto stopped = after.text.find("Stopped");
    ASSERT_NE(stopped, std::string::npos) << after.text;
    EXPECT_LT(after.text.find(pid, stopped), after.text.find("Affected")) << after.text;
    EXPECT_NE(after.text.find("Nobody holds them"), std::string::npos) << after.text;
}

TEST_F(Shown, LocksBelowAFolder_AreToldWithRecursiveOnly) {
    const auto& window = run("window", holding());
    const auto pid = std::to_string(window.pid());
    const auto folder = "locks \"" + text(folder_) + "\"";
    const auto flat = run_rmbctl(folder);
    EXPECT_EQ(flat.code, 0U) << flat.text;
    EXPECT_EQ(flat.text.find(pid), std::string::npos) << flat.text;
    const auto deep = run_rmbctl(folder + " --recursive");
    EXPECT_EQ(deep.code, 0U) << deep.text;
    EXPECT_NE(deep.text.find(pid), std::string::npos) << deep.text;
}

}  // namespace
}  // namespace rmb::e2e
