#include "windows/system/io_watchdog.hpp"

#include <gtest/gtest.h>

namespace rmb::win {
namespace {

struct Pipe {
    UniqueHandle read;
    UniqueHandle write;

    Pipe() {
        if (CreatePipe(read.out(), write.out(), nullptr, 0) == FALSE) {
            ADD_FAILURE() << last_error("CreatePipe").message;
        }
    }
};

TEST(IoWatchdog, OperationThatWaits_IsEndedAtTheLimit) {
    IoWatchdog watchdog{std::chrono::milliseconds{50}};
    const Pipe pipe;
    const IoWatchdog::Watch watch{watchdog};
    char byte = 0;
    DWORD got = 0;
    EXPECT_EQ(ReadFile(pipe.read.get(), &byte, 1, &got, nullptr), FALSE);
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_OPERATION_ABORTED));
    EXPECT_TRUE(watch.expired());
}

TEST(IoWatchdog, OperationInTime_Undisturbed) {
    IoWatchdog watchdog{std::chrono::minutes{5}};
    const Pipe pipe;
    const IoWatchdog::Watch watch{watchdog};
    DWORD moved = 0;
    EXPECT_NE(WriteFile(pipe.write.get(), "x", 1, &moved, nullptr), FALSE);
    char byte = 0;
    EXPECT_NE(ReadFile(pipe.read.get(), &byte, 1, &moved, nullptr), FALSE);
    EXPECT_FALSE(watch.expired());
}

}  // namespace
}  // namespace rmb::win
