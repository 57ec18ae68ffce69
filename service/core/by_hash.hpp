#pragma once

#include "core/ports.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::core {

/// So many digits of a hash at least are needed to name a session or a ledger.
inline constexpr std::size_t kMinHashDigits = 4;

/// The one of `visible` whose hash, as `hash_of` gives it, begins with `begin`. `kind` says in an
/// error what was looked for ("session"). Errors: bad_arguments (shorter than kMinHashDigits, or
/// several begin so), file_not_found.
template <class T, class HashOf>
[[nodiscard]] result<T> find_by_hash(std::vector<T> visible, HashOf hash_of, std::string_view begin,
                                     std::string_view kind) {
    const auto refuse = [](Code code, const std::string& why) {
        return Error{code, "params.hash: " + why, "params.hash"};
    };
    if (begin.size() < kMinHashDigits) {
        return refuse(Code::bad_arguments, "expected at least " + std::to_string(kMinHashDigits) +
                                               " digits of a session's hash");
    }
    std::erase_if(visible, [&](const T& each) {
        const std::string_view hash = hash_of(each);
        return !hash.starts_with(begin);
    });
    if (visible.empty()) {
        return refuse(Code::file_not_found,
                      "no " + std::string{kind} + " that the caller may see begins so");
    }
    if (visible.size() > 1) {
        return refuse(Code::bad_arguments, std::to_string(visible.size()) + " " +
                                               std::string{kind} +
                                               "s begin so; expected more digits");
    }
    return visible.front();
}

}  // namespace rmb::core
