#include "proto/framing.hpp"

#include "proto/limits.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace rmb::proto {
namespace {

constexpr std::string_view kEndOfHeader = "\r\n\r\n";
constexpr std::string_view kEndOfLine = "\r\n";

Error malformed(std::string what) {
    return Error{Code::invalid_request, "frame header: " + std::move(what)};
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view name, std::string_view lower_case) {
    return std::ranges::equal(name, lower_case, {}, lower);
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

result<std::size_t> parse_length(std::string_view text) {
    std::size_t length = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, length);
    if (text.empty() || failure != std::errc{} || stop != end) {
        return malformed("Content-Length must be a decimal number");
    }
    if (length > kMaxFrameBytes) {
        return malformed("Content-Length " + std::to_string(length) + " is above the limit of " +
                         std::to_string(kMaxFrameBytes));
    }
    return length;
}

/// True where a line ends in LF alone. Told before the empty line has come: a peer that ends all
/// its lines so never sends one.
bool has_bare_line_feed(std::string_view text) {
    for (auto at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
        if (at == 0 || text[at - 1] != '\r') {
            return true;
        }
    }
    return false;
}

/// `header` is everything before the empty line.
result<std::size_t> parse_header(std::string_view header) {
    std::optional<std::size_t> length;
    while (!header.empty()) {
        const auto end = std::min(header.find(kEndOfLine), header.size());
        const auto line = header.substr(0, end);
        header.remove_prefix(std::min(end + kEndOfLine.size(), header.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || line.find_first_of("\r\n") != line.npos) {
            return malformed("expected \"name: value\" lines ended by CR LF");
        }
        if (same_name(line.substr(0, colon), "content-type")) {
            continue;
        }
        if (!same_name(line.substr(0, colon), "content-length") || length) {
            return malformed("expected one Content-Length and at most a Content-Type");
        }
        auto parsed = parse_length(trim(line.substr(colon + 1)));
        if (!parsed) {
            return parsed.error();
        }
        length = *parsed;
    }
    if (!length) {
        return malformed("Content-Length is missing");
    }
    return *length;
}

}  // namespace

FrameParser::Step FrameParser::next(std::string_view& input) {
    return in_body_ ? read_body(input) : read_header(input);
}

FrameParser::Step FrameParser::read_header(std::string_view& input) {
    // The terminator may straddle two reads, so it is looked for from just before the new bytes.
    const auto known = header_.size();
    const auto taken = std::min(input.size(), kMaxHeaderBytes - known);
    header_.append(input.substr(0, taken));
    const auto search_from = known < kEndOfHeader.size() ? 0 : known - kEndOfHeader.size() + 1;
    const auto end = header_.find(kEndOfHeader, search_from);
    if (end == std::string::npos) {
        input.remove_prefix(taken);
        if (has_bare_line_feed(header_)) {
            return Malformed{malformed("a line ends in LF without CR")};
        }
        if (header_.size() >= kMaxHeaderBytes) {
            return Malformed{malformed("longer than " + std::to_string(kMaxHeaderBytes) +
                                       " bytes without an empty line")};
        }
        return NeedMore{};
    }
    input.remove_prefix(end + kEndOfHeader.size() - known);
    const auto length = parse_header(std::string_view{header_}.substr(0, end));
    header_.clear();
    if (!length) {
        return Malformed{length.error()};
    }
    expected_ = *length;
    in_body_ = true;
    return Announced{expected_};
}

FrameParser::Step FrameParser::read_body(std::string_view& input) {
    const auto taken = std::min(input.size(), expected_ - body_.size());
    body_.append(input.substr(0, taken));
    input.remove_prefix(taken);
    if (body_.size() < expected_) {
        return NeedMore{};
    }
    in_body_ = false;
    return Frame{std::exchange(body_, {})};
}

std::string make_frame(std::string_view body) {
    std::string frame;
    append_frame(frame, body);
    return frame;
}

void append_frame(std::string& to, std::string_view body) {
    to.append("Content-Length: ");
    to.append(std::to_string(body.size()));
    to.append(kEndOfHeader);
    to.append(body);
}

}  // namespace rmb::proto
