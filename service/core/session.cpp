#include "core/session.hpp"

#include "core/record_form.hpp"

#include <algorithm>
#include <utility>

namespace rmb::core {
namespace {

constexpr std::uint32_t kMagic = 0x53424D52;  // "RMBS"
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kVersionWithoutFilters = 1;
constexpr std::string_view kNamePrefix = "session-";

Participant read_participant(RecordReader& in) {
    Participant participant;
    participant.process = in.process();
    participant.handle = in.number<std::uint32_t>();
    in.raw(participant.token.data);
    participant.program = in.text();
    return participant;
}

void write_last_call(RecordWriter& out, const std::optional<LastCall>& call) {
    out.count(call ? 1 : 0);
    if (call) {
        out.raw(call->token.data);
        out.number(call->digest);
    }
}

std::optional<LastCall> read_last_call(RecordReader& in) {
    const auto count = in.number<std::uint32_t>();
    if (count == 0) {
        return std::nullopt;
    }
    if (count != 1) {
        in.refuse();
    }
    LastCall call;
    in.raw(call.token.data);
    call.digest = in.number<std::uint64_t>();
    return call;
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
    RecordWriter out;
    out.number(kMagic);
    out.number(kVersion);
    out.raw(state.key.bytes);
    out.text(state.owner.user);
    out.number(state.owner.windows_session);
    out.number(state.started_ms);
    out.count(state.participants.size());
    for (const auto& participant : state.participants) {
        out.process(participant.process);
        out.number(participant.handle);
        out.raw(participant.token.data);
        out.text(participant.program);
    }
    out.count(state.filters.size());
    for (const auto& filter : state.filters) {
        write_filter(out, filter);
    }
    write_last_call(out, state.last_call);
    return std::move(out).take();
}

result<SessionState> decode(const Bytes& record) {
    const auto refuse = [](std::string_view why) {
        return Error{Code::bad_arguments, "stored session: " + std::string{why}};
    };
    RecordReader in{record};
    if (in.number<std::uint32_t>() != kMagic) {
        return refuse("not a session record");
    }
    const auto version = in.number<std::uint32_t>();
    if (version != kVersion && version != kVersionWithoutFilters) {
        return refuse("version " + std::to_string(version) + ", this service reads versions " +
                      std::to_string(kVersionWithoutFilters) + " to " + std::to_string(kVersion));
    }
    SessionState state;
    in.raw(state.key.bytes);
    state.owner.user = in.text();
    state.owner.windows_session = in.number<std::uint32_t>();
    state.started_ms = in.number<std::uint64_t>();
    state.participants = in.list([&] { return read_participant(in); });
    if (version != kVersionWithoutFilters) {
        state.filters = in.list([&] { return read_filter(in); });
        state.last_call = read_last_call(in);
    }
    if (!in.ok() || !in.at_end()) {
        return refuse("its length does not fit its content, or a filter cannot be");
    }
    if (state.participants.empty() ||
        !std::ranges::all_of(state.participants, is_valid_handle, &Participant::handle)) {
        return refuse("no primary, or a handle that cannot be");
    }
    return state;
}

std::string session_record_name(const proto::KeyHash& hash) {
    return std::string{kNamePrefix} + hash.text;
}

bool is_session_record_name(std::string_view name) {
    return name.starts_with(kNamePrefix) &&
           name.size() == kNamePrefix.size() + proto::KeyHash::kCharacters &&
           name.find_first_not_of("0123456789abcdef", kNamePrefix.size()) == std::string_view::npos;
}

}  // namespace rmb::core
