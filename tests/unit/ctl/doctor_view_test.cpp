#include "client/ctl/doctor_view.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using rmb::ctl::Finding;
using rmb::ctl::Health;

std::vector<Finding> one_of_each() {
    return {{"installed", Health::ok, "service RmBroker"},
            {"running", Health::problem, "stopped", "Start it:", {"sc.exe start RmBroker"}},
            {"state", Health::cannot_tell, "not asked"}};
}

TEST(DoctorText, Findings_StandWithWhatToDo) {
    EXPECT_EQ(rmb::ctl::doctor_text(one_of_each()),
              "ok           installed  service RmBroker\n"
              "problem      running    stopped\n"
              "             -> Start it:\n"
              "                  sc.exe start RmBroker\n"
              "cannot tell  state      not asked\n"
              "\n"
              "1 problem, 1 check could not be made.\n");
}

TEST(DoctorText, AllIsWell_SaysSo) {
    EXPECT_EQ(rmb::ctl::doctor_text({{"installed", Health::ok, "x"}}),
              "ok  installed  x\n\nNo problem found.\n");
}

TEST(DoctorJson, Findings_HaveTheSameMembersEach) {
    const nlohmann::json expected{{"problems", 1},
                                  {"cannotTell", 1},
                                  {"findings",
                                   {{{"check", "installed"},
                                     {"verdict", "ok"},
                                     {"found", "service RmBroker"},
                                     {"advice", ""},
                                     {"commands", nlohmann::json::array()}},
                                    {{"check", "running"},
                                     {"verdict", "problem"},
                                     {"found", "stopped"},
                                     {"advice", "Start it:"},
                                     {"commands", {"sc.exe start RmBroker"}}},
                                    {{"check", "state"},
                                     {"verdict", "cannotTell"},
                                     {"found", "not asked"},
                                     {"advice", ""},
                                     {"commands", nlohmann::json::array()}}}}};
    EXPECT_EQ(rmb::ctl::doctor_json(one_of_each()), expected);
}

}  // namespace
