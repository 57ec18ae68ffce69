#include "proto/framing.hpp"

#include "fuzz/require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// A stream cut in different places must give the same steps. The first byte says how to cut.
namespace {

using rmb::proto::FrameParser;

/// All steps but NeedMore; pieces are of 1 to `longest` bytes, as `seed` has it.
std::vector<std::string> steps_of(std::string_view stream, std::size_t longest,
                                  std::uint32_t seed) {
    FrameParser parser;
    std::vector<std::string> steps;
    while (!stream.empty()) {
        seed = seed * 1'664'525U + 1'013'904'223U;
        const auto size = std::min(stream.size(), 1 + (seed >> 8U) % longest);
        auto piece = stream.substr(0, size);
        stream.remove_prefix(size);
        for (;;) {
            const auto step = parser.next(piece);
            if (const auto* announced = std::get_if<FrameParser::Announced>(&step)) {
                steps.push_back("announced " + std::to_string(announced->bytes));
            } else if (const auto* frame = std::get_if<FrameParser::Frame>(&step)) {
                steps.push_back("frame " + frame->body);
            } else if (std::holds_alternative<FrameParser::Malformed>(step)) {
                steps.emplace_back("malformed");
                return steps;
            } else {
                RMB_REQUIRE(piece.empty());
                break;
            }
        }
    }
    return steps;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view stream{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto whole = steps_of(stream, std::max<std::size_t>(stream.size(), 1) * 2, 0);
    RMB_REQUIRE(steps_of(stream, 1, 0) == whole);
    RMB_REQUIRE(steps_of(stream, 7, data[0]) == whole);
    RMB_REQUIRE(steps_of(stream, 300, data[0]) == whole);
    return 0;
}
