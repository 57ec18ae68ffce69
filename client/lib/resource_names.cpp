#include "client/lib/resource_names.hpp"

#include "client/lib/wow64_path.hpp"
#include "proto/limits.hpp"
#include "proto/unicode.hpp"

#include <utility>

namespace rmb::client {
namespace {

using proto::Code;
using proto::Error;
using proto::result;

Error names_nothing() {
    return {Code::file_not_found, "nothing can have this name"};
}

bool is_literal(std::u16string_view path) {
    return path.starts_with(u"\\\\?\\");
}

result<std::string> checked(std::u16string_view text) {
    if (text.empty() || text.size() > proto::kMaxStringUnits) {
        return names_nothing();
    }
    auto utf8 = proto::utf8_from_utf16(text);
    if (!utf8) {
        return Error{Code::bad_arguments, "the name has an unpaired surrogate"};
    }
    return *std::move(utf8);
}

}  // namespace

result<std::string> service_name(std::u16string_view text) {
    return checked(text);
}

result<std::string> file_name(std::u16string_view text, const PathApi& api) {
    if (text.empty()) {
        return names_nothing();
    }
    const auto path = is_literal(text) ? std::optional{std::u16string{text}}
                                       : api.full_path(std::u16string{text});
    if (!path) {
        return names_nothing();
    }
    const auto& windows = api.redirected_windows();
    return checked(windows.empty() ? *path : wow64_path(*path, windows));
}

}  // namespace rmb::client
