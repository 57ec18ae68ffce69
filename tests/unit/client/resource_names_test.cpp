#include "client/lib/resource_names.hpp"

#include "proto/limits.hpp"

#include <gtest/gtest.h>

namespace rmb::client {
namespace {

using proto::Code;

class FakePaths final : public PathApi {
public:
    std::optional<std::u16string> answer = u"C:\\here\\a.txt";
    std::u16string windows;

    std::optional<std::u16string> full_path(const std::u16string& path) const override {
        asked = path;
        return answer;
    }
    const std::u16string& redirected_windows() const override {
        return windows;
    }

    mutable std::u16string asked;
};

Code code_of(const proto::result<std::string>& name) {
    return name ? Code::ok : name.error().code;
}

TEST(FileName, Relative_IsMadeAbsolute) {
    const FakePaths paths;
    EXPECT_EQ(file_name(u"a.txt", paths).value(), "C:\\here\\a.txt");
    EXPECT_EQ(paths.asked, u"a.txt");
}

TEST(FileName, Literal_IsKeptAsItIs) {
    const FakePaths paths;
    EXPECT_EQ(file_name(u"\\\\?\\C:\\a.\\..", paths).value(), "\\\\?\\C:\\a.\\..");
    EXPECT_EQ(paths.asked, u"");
}

TEST(FileName, In32BitProgram_IsTheFileThatItMeans) {
    FakePaths paths;
    paths.answer = u"C:\\Windows\\System32\\a.dll";
    EXPECT_EQ(file_name(u"x", paths).value(), "C:\\Windows\\System32\\a.dll");
    paths.windows = u"C:\\Windows";
    EXPECT_EQ(file_name(u"x", paths).value(), "C:\\Windows\\SysWOW64\\a.dll");
}

TEST(FileName, ThatNothingCanHave_IsFileNotFound) {
    FakePaths paths;
    EXPECT_EQ(code_of(file_name(u"", paths)), Code::file_not_found);
    paths.answer = std::u16string(proto::kMaxStringUnits + 1, u'a');
    EXPECT_EQ(code_of(file_name(u"x", paths)), Code::file_not_found);
    paths.answer.reset();
    EXPECT_EQ(code_of(file_name(u" ", paths)), Code::file_not_found);
}

TEST(FileName, UnpairedSurrogate_IsBadArguments) {
    FakePaths paths;
    paths.answer = u"C:\\\xD800.txt";
    EXPECT_EQ(code_of(file_name(u"x", paths)), Code::bad_arguments);
    EXPECT_EQ(code_of(file_name(u"\\\\?\\C:\\\xDC00", paths)), Code::bad_arguments);
}

TEST(ServiceName, WellFormed_IsUtf8) {
    EXPECT_EQ(service_name(u"D\u00FCrer").value(), "D\xC3\xBCrer");
    EXPECT_EQ(code_of(service_name(u"")), Code::file_not_found);
    EXPECT_EQ(code_of(service_name(u"a\xD800")), Code::bad_arguments);
}

}  // namespace
}  // namespace rmb::client
