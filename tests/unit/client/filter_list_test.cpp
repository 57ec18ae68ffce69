#include "client/lib/filter_list.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace rmb::client {
namespace {

proto::FilterInfo of_file(std::string path, std::uint32_t action = 1) {
    return {{.file = std::move(path), .process = {}, .service = {}}, action};
}
proto::FilterInfo of_service(std::string name) {
    return {{.file = {}, .process = {}, .service = std::move(name)}, 2};
}
proto::FilterInfo of_process(std::uint32_t pid, std::uint64_t start_time) {
    return {{.file = {}, .process = proto::ProcessId{pid, start_time}, .service = {}}, 2};
}

/// Reads a list as a program of that layout does.
class Reader {
public:
    Reader(const std::vector<std::byte>& list, const FilterLayout& layout, std::uint64_t address)
        : list_(list), layout_(layout), address_(address) {}

    [[nodiscard]] std::uint32_t action() const {
        return read<std::uint32_t>(at_);
    }
    [[nodiscard]] std::uint32_t trigger() const {
        return read<std::uint32_t>(at_ + 4);
    }
    [[nodiscard]] std::uint32_t next() const {
        return read<std::uint32_t>(at_ + 8);
    }
    void go_on() {
        at_ += next();
    }
    [[nodiscard]] std::u16string text() const {
        const auto pointer = layout_.pointer == 8 ? read<std::uint64_t>(at_ + layout_.target)
                                                  : read<std::uint32_t>(at_ + layout_.target);
        std::u16string text;
        for (auto at = static_cast<std::size_t>(pointer - address_);; at += sizeof(char16_t)) {
            const auto unit = read<char16_t>(at);
            if (unit == 0) {
                return text;
            }
            text.push_back(unit);
        }
    }
    [[nodiscard]] std::uint32_t pid() const {
        return read<std::uint32_t>(at_ + layout_.target);
    }
    [[nodiscard]] std::uint64_t start_time() const {
        return read<std::uint64_t>(at_ + layout_.target + 4);
    }

private:
    template <class T>
    [[nodiscard]] T read(std::size_t offset) const {
        EXPECT_LE(offset + sizeof(T), list_.size());
        T value{};
        if (offset + sizeof(T) <= list_.size()) {
            std::memcpy(&value, list_.data() + offset, sizeof value);
        }
        return value;
    }

    const std::vector<std::byte>& list_;
    const FilterLayout& layout_;
    const std::uint64_t address_;
    std::size_t at_ = 0;
};

class FilterListTest : public testing::TestWithParam<FilterLayout> {
protected:
    const FilterLayout layout_ = GetParam();
    // Of a 64-bit program beyond what 32 bits can hold.
    const std::uint64_t address_ = layout_.pointer == 8 ? 0x7FF0'1234'5670U : 0x1234'5670U;
};

INSTANTIATE_TEST_SUITE_P(Layouts, FilterListTest, testing::Values(kFilterLayout32, kFilterLayout64),
                         [](const auto& each) { return each.index == 0 ? "x86" : "x64"; });

TEST_P(FilterListTest, NoFilters_IsNothing) {
    EXPECT_TRUE(filter_list({}, layout_, address_).empty());
}

TEST_P(FilterListTest, OneOfEachKind_CanBeRead) {
    const std::vector filters{of_file("C:\\a.exe"), of_process(7, 0x0102'0304'0506'0708),
                              of_service("D\xC3\xBCrer")};
    const auto list = filter_list(filters, layout_, address_);
    Reader reader{list, layout_, address_};
    EXPECT_EQ(reader.action(), 1U);
    EXPECT_EQ(reader.trigger(), 1U);
    EXPECT_EQ(reader.text(), u"C:\\a.exe");
    reader.go_on();
    EXPECT_EQ(reader.action(), 2U);
    EXPECT_EQ(reader.trigger(), 2U);
    EXPECT_EQ(reader.pid(), 7U);
    EXPECT_EQ(reader.start_time(), 0x0102'0304'0506'0708U);
    reader.go_on();
    EXPECT_EQ(reader.trigger(), 3U);
    EXPECT_EQ(reader.text(), u"D\u00FCrer");
    EXPECT_EQ(reader.next(), 0U);
}

TEST_P(FilterListTest, TextOfAnyLength_KeepsRecordsAligned) {
    for (std::size_t length = 1; length < 10; ++length) {
        const std::vector filters{of_file(std::string(length, 'x')), of_process(1, 2)};
        const auto list = filter_list(filters, layout_, address_);
        const Reader reader{list, layout_, address_};
        EXPECT_EQ(reader.next() % layout_.pointer, 0U) << length;
        EXPECT_GE(reader.next(), layout_.record + (length + 1) * sizeof(char16_t));
        EXPECT_EQ(list.size(), reader.next() + layout_.record);
    }
}

}  // namespace
}  // namespace rmb::client
