#pragma once

#include "core/identity.hpp"
#include "core/ports.hpp"
#include "core/resources.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The form that all stored records share: little-endian numbers, texts and lists after their
/// lengths (32 bits), nothing in between.
namespace rmb::core {

class RecordWriter {
public:
    template <std::unsigned_integral T>
    void number(T value) {
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
        }
    }
    void count(std::size_t value) {
        number(static_cast<std::uint32_t>(value));
    }
    template <class Range>
    void raw(const Range& range) {
        bytes_.insert(bytes_.end(), std::begin(range), std::end(range));
    }
    void text(std::string_view value) {
        count(value.size());
        raw(value);
    }
    void process(const ProcessKey& value) {
        number(value.pid);
        number(value.start_time);
    }
    Bytes take() && {
        return std::move(bytes_);
    }

private:
    Bytes bytes_;
};

/// Reads past the end give zeros and clear ok(): it is asked in each round of a loop and at the
/// end.
class RecordReader {
public:
    explicit RecordReader(const Bytes& bytes) : rest_(bytes) {}

    template <std::unsigned_integral T>
    T number() {
        std::uint64_t value = 0;
        const auto bytes = take(sizeof(T));
        for (std::size_t i = bytes.size(); i-- > 0;) {
            value = value << 8U | bytes[i];
        }
        return static_cast<T>(value);
    }
    template <class Range>
    void raw(Range& range) {
        const auto bytes = take(std::size(range));
        std::ranges::copy(bytes, std::begin(range));
    }
    std::string text() {
        const auto bytes = take(number<std::uint32_t>());
        return {bytes.begin(), bytes.end()};
    }
    ProcessKey process() {
        ProcessKey value;
        value.pid = number<std::uint32_t>();
        value.start_time = number<std::uint64_t>();
        return value;
    }
    /// As many of what `read` reads as the count before them says, or as there are.
    template <class Read>
    auto list(Read read) {
        std::vector<decltype(read())> values;
        const auto count = number<std::uint32_t>();
        for (std::uint32_t i = 0; i < count && ok_; ++i) {
            values.push_back(read());
        }
        return values;
    }
    /// For what cannot be: ok() is false from now on.
    void refuse() {
        ok_ = false;
    }
    [[nodiscard]] bool ok() const {
        return ok_;
    }
    [[nodiscard]] bool at_end() const {
        return rest_.empty();
    }

private:
    std::span<const std::uint8_t> take(std::size_t count) {
        ok_ = ok_ && count <= rest_.size();
        if (!ok_) {
            return {};
        }
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    std::span<const std::uint8_t> rest_;
    bool ok_ = true;
};

/// A target as RM_FILTER_TRIGGER's number and what it names.
void write_target(RecordWriter& out, const FilterTarget& target);
void write_filter(RecordWriter& out, const Filter& filter);
/// Clears `in.ok()` where there is no valid filter.
[[nodiscard]] Filter read_filter(RecordReader& in);

/// FNV-1a in 64 bits: tells what a client asked for from what else it may ask for. Nothing is
/// proved by it.
[[nodiscard]] std::uint64_t digest_of(const Bytes& bytes);

}  // namespace rmb::core
