#include "client/lib/filter_list.hpp"

#include "proto/unicode.hpp"

#include <cstring>
#include <string>

namespace rmb::client {
namespace {

// RM_FILTER_TRIGGER.
enum class Trigger : std::uint32_t { file = 1, process = 2, service = 3 };

// Offsets that do not depend on the pointer's size.
constexpr std::size_t kAction = 0;
constexpr std::size_t kTrigger = 4;
constexpr std::size_t kNextOffset = 8;

/// Little-endian, as every Windows is.
void put(std::span<std::byte> to, std::uint64_t value) {
    for (auto& byte : to) {
        byte = static_cast<std::byte>(value);
        value >>= 8U;
    }
}

/// One record and its text behind each other.
class Record {
public:
    Record(const FilterLayout& layout, std::uint64_t address)
        : layout_(layout), address_(address), bytes_(layout.record) {}

    void put_u32(std::size_t offset, std::uint32_t value) {
        put(std::span{bytes_}.subspan(offset, sizeof value), value);
    }
    void put_text(Trigger trigger, const std::string& utf8) {
        put_u32(kTrigger, static_cast<std::uint32_t>(trigger));
        put(std::span{bytes_}.subspan(layout_.target, layout_.pointer), address_ + layout_.record);
        const auto units = proto::utf16_from_utf8(utf8).value_or(std::u16string{});
        const auto size = (units.size() + 1) * sizeof(char16_t);
        bytes_.resize(layout_.record + size);
        std::memcpy(bytes_.data() + layout_.record, units.c_str(), size);
    }
    void put_process(const proto::ProcessId& process) {
        put_u32(kTrigger, static_cast<std::uint32_t>(Trigger::process));
        put_u32(layout_.target, process.pid);
        put(std::span{bytes_}.subspan(layout_.target + 4, sizeof process.start_time),
            process.start_time);
    }
    /// Another record follows.
    void link() {
        const auto unaligned = bytes_.size() % layout_.pointer;
        bytes_.resize(bytes_.size() + (unaligned == 0 ? 0 : layout_.pointer - unaligned));
        put_u32(kNextOffset, static_cast<std::uint32_t>(bytes_.size()));
    }
    [[nodiscard]] const std::vector<std::byte>& bytes() const {
        return bytes_;
    }

private:
    const FilterLayout& layout_;
    const std::uint64_t address_;
    std::vector<std::byte> bytes_;
};

}  // namespace

std::vector<std::byte> filter_list(std::span<const proto::FilterInfo> filters,
                                   const FilterLayout& layout, std::uint64_t address) {
    std::vector<std::byte> list;
    for (std::size_t i = 0; i < filters.size(); ++i) {
        const auto& [target, action] = filters[i];
        Record record{layout, address + list.size()};
        record.put_u32(kAction, action);
        if (target.file) {
            record.put_text(Trigger::file, *target.file);
        } else if (target.service) {
            record.put_text(Trigger::service, *target.service);
        } else if (target.process) {
            record.put_process(*target.process);
        }
        if (i + 1 < filters.size()) {
            record.link();
        }
        list.insert(list.end(), record.bytes().begin(), record.bytes().end());
    }
    return list;
}

}  // namespace rmb::client
