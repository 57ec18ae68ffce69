#include "client/ctl/paths.hpp"

#include "client/ctl/platform.hpp"
#include "client/ctl/text.hpp"
#include "proto/limits.hpp"
#include "proto/unicode.hpp"

#include <utility>

namespace rmb::ctl {
namespace {

std::optional<std::string> askable(const std::string& path) {
    auto full = full_path(path);
    const auto units = full ? proto::utf16_from_utf8(*full) : std::nullopt;
    return units && units->size() <= proto::kMaxStringUnits ? full : std::nullopt;
}

}  // namespace

std::optional<std::vector<std::string>> askable_paths(const Environment& environment) {
    std::vector<std::string> paths;
    for (const auto& path : environment.options().paths) {
        auto full = askable(path);
        if (!full) {
            environment.output().note("'" + printable(path) +
                                      "' is empty, too long, or not well-formed text");
            return std::nullopt;
        }
        paths.push_back(*std::move(full));
    }
    return paths;
}

}  // namespace rmb::ctl
