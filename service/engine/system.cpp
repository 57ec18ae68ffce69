#include "engine/system.hpp"

#include <cstring>

namespace rmb::engine {
namespace {

/// The finaliser of SplitMix64: ids are counted up, and every bit of them must tell.
std::uint64_t mix(std::uint64_t value) noexcept {
    value = (value ^ value >> 30U) * 0xBF58'476D'1CE4'E5B9U;
    value = (value ^ value >> 27U) * 0x94D0'49BB'1331'11EBU;
    return value ^ value >> 31U;
}

}  // namespace

std::size_t FileIdHash::operator()(const FileId& file) const noexcept {
    std::array<std::uint64_t, 2> id{};
    static_assert(sizeof(id) == sizeof(file.id));
    std::memcpy(id.data(), file.id.data(), sizeof(id));
    return static_cast<std::size_t>(mix(mix(mix(id[0]) + id[1]) + file.volume));
}

std::string_view to_string(HoldKind kind) {
    switch (kind) {
        case HoldKind::handle:
            return "handle";
        case HoldKind::image:
            return "image";
        case HoldKind::mapping:
            return "mapping";
        case HoldKind::working_directory:
            return "workingDirectory";
    }
    return "unknown";
}

}  // namespace rmb::engine
