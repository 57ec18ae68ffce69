#include "child/text.hpp"
#include "harness/affecting_test.hpp"
#include "harness/own_client.hpp"
#include "harness/run_program.hpp"

#include <string>

/// rmbctl free: the broker's work without an installer.
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

}  // namespace
}  // namespace rmb::e2e
