#pragma once

#include "proto/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace rmb::proto {

/// Takes a byte stream apart into frames of LSP's base protocol ("Content-Length: N\r\n\r\n" and N
/// bytes of UTF-8). Pure: bytes in, steps out. Header names are matched without case;
/// Content-Type is accepted and ignored, any other header, a repeated or missing length, a bare
/// line feed, or more than kMaxHeaderBytes of header is malformed. Not thread-safe.
class FrameParser {
public:
    /// All input was consumed and no frame is complete.
    struct NeedMore {};
    /// A header was read. The owner charges for `bytes` and then goes on, or gives up the stream:
    /// nothing of the body has been buffered yet.
    struct Announced {
        std::size_t bytes;
    };
    struct Frame {
        std::string body;
    };
    /// The stream cannot be understood from here on; the parser must not be used again.
    struct Malformed {
        Error error;
    };
    using Step = std::variant<NeedMore, Announced, Frame, Malformed>;

    /// Consumes from the front of `input` up to the next step. To be called until it says NeedMore.
    [[nodiscard]] Step next(std::string_view& input);

    /// True between the first byte of a header and the last of its body.
    [[nodiscard]] bool in_frame() const {
        return in_body_ || !header_.empty();
    }

private:
    Step read_header(std::string_view& input);
    Step read_body(std::string_view& input);

    std::string header_;
    std::string body_;
    std::size_t expected_ = 0;
    bool in_body_ = false;
};

/// The frame of one message.
[[nodiscard]] std::string make_frame(std::string_view body);
/// The same at the end of what is to be sent.
void append_frame(std::string& to, std::string_view body);

}  // namespace rmb::proto
