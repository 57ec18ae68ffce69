#include "windows/helper/votes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rmb::win {
namespace {

using engine::Vote;
using testing::ElementsAre;

TEST(Votes, NoWindow_NobodyToAsk) {
    const Votes votes{2};
    EXPECT_TRUE(votes.is_complete());
    EXPECT_THAT(votes.count(), ElementsAre(Vote::no_window, Vote::no_window));
}

TEST(Votes, AllYes_Agreed) {
    Votes votes{1};
    const auto first = votes.add_window(0);
    const auto second = votes.add_window(0);
    votes.answered(second, true);
    EXPECT_FALSE(votes.is_complete());
    votes.answered(first, true);
    EXPECT_TRUE(votes.is_complete());
    EXPECT_FALSE(votes.has_refusal());
    EXPECT_THAT(votes.count(), ElementsAre(Vote::agreed));
}

TEST(Votes, OneNo_RefusedWhateverTheOthersSay) {
    Votes votes{1};
    votes.answered(votes.add_window(0), true);
    votes.add_window(0);
    votes.answered(votes.add_window(0), false);
    EXPECT_TRUE(votes.has_refusal());
    EXPECT_THAT(votes.count(), ElementsAre(Vote::refused));
}

TEST(Votes, OneNotAnswered_Silent) {
    Votes votes{1};
    votes.answered(votes.add_window(0), true);
    const auto deaf = votes.add_window(0);
    EXPECT_TRUE(votes.is_open(deaf));
    EXPECT_THAT(votes.count(), ElementsAre(Vote::silent));
}

TEST(Votes, DestroyedBeforeItsAnswer_CountsForNothing) {
    Votes votes{2};
    votes.answered(votes.add_window(0), true);
    votes.gone(votes.add_window(0));
    votes.gone(votes.add_window(1));
    EXPECT_TRUE(votes.is_complete());
    EXPECT_THAT(votes.count(), ElementsAre(Vote::agreed, Vote::agreed));
}

TEST(Votes, NotToBeAsked_SilentAndNotWaitedFor) {
    Votes votes{1};
    votes.unreachable(votes.add_window(0));
    EXPECT_TRUE(votes.is_complete());
    EXPECT_THAT(votes.count(), ElementsAre(Vote::silent));
}

TEST(Votes, EachProcess_ByItsOwnWindows) {
    Votes votes{3};
    votes.answered(votes.add_window(2), false);
    votes.answered(votes.add_window(0), true);
    EXPECT_THAT(votes.count(), ElementsAre(Vote::agreed, Vote::no_window, Vote::refused));
}

}  // namespace
}  // namespace rmb::win
