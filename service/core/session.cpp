#include "core/session.hpp"

#include <algorithm>
#include <concepts>
#include <cstring>
#include <iterator>

namespace rmb::core {
namespace {

constexpr std::uint32_t kMagic = 0x53424D52;  // "RMBS"
constexpr std::uint32_t kVersion = 1;

class Writer {
public:
    template <std::unsigned_integral T>
    void number(T value) {
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
        }
    }
    template <class Range>
    void raw(const Range& range) {
        bytes_.insert(bytes_.end(), std::begin(range), std::end(range));
    }
    void text(const std::string& value) {
        number(static_cast<std::uint32_t>(value.size()));
        raw(value);
    }
    Bytes take() && {
        return std::move(bytes_);
    }

private:
    Bytes bytes_;
};

/// Reads past the end give zeros and clear ok(): it is asked once, at the end.
class Reader {
public:
    explicit Reader(const Bytes& bytes) : rest_(bytes) {}

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

Participant read_participant(Reader& in) {
    Participant participant;
    participant.process.pid = in.number<std::uint32_t>();
    participant.process.start_time = in.number<std::uint64_t>();
    participant.handle = in.number<std::uint32_t>();
    in.raw(participant.token.data);
    participant.program = in.text();
    return participant;
}

}  // namespace

std::string shown_path(std::string path) {
    constexpr std::string_view kEllipsis = "...";
    if (path.size() <= kMaxShownPath) {
        return path;
    }
    auto from = path.size() - (kMaxShownPath - kEllipsis.size());
    const auto continues_a_character = [&] {
        return from < path.size() && (static_cast<unsigned char>(path[from]) & 0xC0U) == 0x80U;
    };
    while (continues_a_character()) {
        ++from;
    }
    return path.replace(0, from, kEllipsis);
}

Bytes encode(const SessionState& state) {
    Writer out;
    out.number(kMagic);
    out.number(kVersion);
    out.raw(state.key.bytes);
    out.text(state.owner.user);
    out.number(state.owner.windows_session);
    out.number(state.started_ms);
    out.number(static_cast<std::uint32_t>(state.participants.size()));
    for (const auto& participant : state.participants) {
        out.number(participant.process.pid);
        out.number(participant.process.start_time);
        out.number(participant.handle);
        out.raw(participant.token.data);
        out.text(participant.program);
    }
    return std::move(out).take();
}

result<SessionState> decode(const Bytes& record) {
    const auto refuse = [](std::string_view why) {
        return Error{Code::bad_arguments, "stored session: " + std::string{why}};
    };
    Reader in{record};
    if (in.number<std::uint32_t>() != kMagic) {
        return refuse("not a session record");
    }
    if (const auto version = in.number<std::uint32_t>(); version != kVersion) {
        return refuse("version " + std::to_string(version) + ", this service reads version " +
                      std::to_string(kVersion));
    }
    SessionState state;
    in.raw(state.key.bytes);
    state.owner.user = in.text();
    state.owner.windows_session = in.number<std::uint32_t>();
    state.started_ms = in.number<std::uint64_t>();
    const auto count = in.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
        state.participants.push_back(read_participant(in));
    }
    if (!in.ok() || !in.at_end()) {
        return refuse("its length does not fit its content");
    }
    if (state.participants.empty() ||
        !std::ranges::all_of(state.participants, is_valid_handle, &Participant::handle)) {
        return refuse("no primary, or a handle that cannot be");
    }
    return state;
}

}  // namespace rmb::core
