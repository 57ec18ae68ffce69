#include "client/lib/wow64_path.hpp"

#include <gtest/gtest.h>

namespace rmb::client {
namespace {

struct Case {
    const char16_t* given;
    const char16_t* meant;
};

TEST(Wow64Path, OfTheTable_IsWhatTheRedirectorMakesOfIt) {
    for (const auto& [given, meant] : {
             Case{u"C:\\Windows\\System32\\a.dll", u"C:\\Windows\\SysWOW64\\a.dll"},
             Case{u"C:\\WINDOWS\\SYSTEM32\\b\\a.dll", u"C:\\WINDOWS\\SysWOW64\\b\\a.dll"},
             Case{u"C:\\Windows\\System32", u"C:\\Windows\\SysWOW64"},
             Case{u"C:\\Windows\\System32\\", u"C:\\Windows\\SysWOW64\\"},
             Case{u"C:\\Windows\\Sysnative\\a.dll", u"C:\\Windows\\System32\\a.dll"},
             Case{u"C:\\Windows\\sysnative\\spool\\a", u"C:\\Windows\\System32\\spool\\a"},
             Case{u"C:\\Windows\\lastgood\\system32\\a", u"C:\\Windows\\lastgood\\SysWOW64\\a"},
             Case{u"C:\\Windows\\regedit.exe", u"C:\\Windows\\SysWOW64\\regedit.exe"},
             Case{u"C:\\Windows\\System32\\drivers\\a.sys",
                  u"C:\\Windows\\SysWOW64\\drivers\\a.sys"},
             Case{u"C:\\Windows\\System32\\spooler.exe", u"C:\\Windows\\SysWOW64\\spooler.exe"},
             Case{u"\\\\?\\C:\\Windows\\System32\\a", u"\\\\?\\C:\\Windows\\SysWOW64\\a"},
         }) {
        EXPECT_EQ(wow64_path(given, u"C:\\Windows"), meant);
    }
}

TEST(Wow64Path, Other_StaysAsItIs) {
    for (const char16_t* path :
         {u"C:\\Windows\\System32\\catroot\\a", u"C:\\Windows\\System32\\CatRoot2",
          u"C:\\Windows\\System32\\DriverStore\\a", u"C:\\Windows\\System32\\drivers\\etc\\hosts",
          u"C:\\Windows\\System32\\LogFiles\\a", u"C:\\Windows\\System32\\spool\\a",
          u"C:\\Windows\\System32x\\a", u"C:\\Windows\\System", u"C:\\Windows\\SysWOW64\\a",
          u"C:\\Windows", u"C:\\Windows.old\\System32\\a", u"D:\\Windows\\System32\\a",
          u"C:\\x\\Windows\\System32\\a", u"\\\\server\\C:\\Windows\\System32\\a", u"\\\\?\\",
          u""}) {
        EXPECT_EQ(wow64_path(path, u"C:\\Windows"), path);
    }
}

}  // namespace
}  // namespace rmb::client
