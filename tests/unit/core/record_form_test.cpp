#include "core/record_form.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>

// The reader's refusals are tested through the records: session_test, registered_test.
namespace {

using namespace rmb::core;

Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

// The published test vectors of FNV-1a: a stored digest must mean the same in every build.
TEST(DigestOf, KnownTexts_GiveThePublishedValues) {
    EXPECT_EQ(digest_of({}), 0xCBF2'9CE4'8422'2325U);
    EXPECT_EQ(digest_of(bytes_of("a")), 0xAF63'DC4C'8601'EC8CU);
    EXPECT_EQ(digest_of(bytes_of("foobar")), 0x8594'4171'F739'67E8U);
}

TEST(RecordReader, List_EndsWhereTheBytesEnd) {
    RecordWriter out;
    out.number(std::uint32_t{0xFFFF'FFFF});
    out.number(std::uint16_t{7});
    const auto record = std::move(out).take();
    RecordReader in{record};
    const auto values = in.list([&] { return in.number<std::uint16_t>(); });
    EXPECT_FALSE(in.ok());
    EXPECT_EQ(values.size(), 2U) << "the one there is, and the one that was not";
}

}  // namespace
