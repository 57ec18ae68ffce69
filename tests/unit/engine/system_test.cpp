#include "engine/system.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>

namespace {

using namespace rmb::engine;

/// As file systems count: little-endian, from a small number on.
FileId numbered(std::uint64_t number) {
    FileId made;
    for (std::size_t i = 0; i < sizeof(number); ++i) {
        made.id.at(i) = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return made;
}

TEST(HoldKindText, EachKind_HasItsNameOnTheWire) {
    EXPECT_EQ(to_string(HoldKind::handle), "handle");
    EXPECT_EQ(to_string(HoldKind::image), "image");
    EXPECT_EQ(to_string(HoldKind::mapping), "mapping");
    EXPECT_EQ(to_string(HoldKind::working_directory), "workingDirectory");
}

TEST(FileIdHash, EqualIds_HashAlike) {
    EXPECT_EQ(FileIdHash{}(numbered(77)), FileIdHash{}(numbered(77)));
}

TEST(FileIdHash, EachBitOfIdAndVolume_Tells) {
    std::set<std::size_t> hashes{FileIdHash{}(FileId{})};
    for (std::size_t bit = 0; bit < 128; ++bit) {
        FileId file;
        file.id.at(bit / 8) = static_cast<std::uint8_t>(1U << (bit % 8));
        hashes.insert(FileIdHash{}(file));
    }
    for (std::size_t bit = 0; bit < 64; ++bit) {
        FileId file;
        file.volume = std::uint64_t{1} << bit;
        hashes.insert(FileIdHash{}(file));
    }
    EXPECT_EQ(hashes.size(), 1U + 128U + 64U);
}

TEST(FileIdHash, HalvesOfTheId_ArePlacesOfTheirOwn) {
    auto low = numbered(5);
    auto high = low;
    std::rotate(high.id.begin(), high.id.begin() + 8, high.id.end());
    EXPECT_NE(FileIdHash{}(low), FileIdHash{}(high));
}

TEST(FileIdHash, CountedIds_SpreadOverTheBuckets) {
    // 16 a bucket on average; steps of 2^k are what NTFS and ext4 give out in places.
    for (unsigned shift = 0; shift <= 48; shift += 8) {
        std::array<int, 4096> buckets{};
        for (std::uint64_t number = 0; number < 65'536 && shift <= 40; ++number) {
            ++buckets.at(FileIdHash{}(numbered(number << shift)) % buckets.size());
        }
        EXPECT_LT(std::ranges::max(buckets), 48) << shift;
    }
}

}  // namespace
