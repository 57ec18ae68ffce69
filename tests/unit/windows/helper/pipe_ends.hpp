#pragma once

#include "windows/helper/helper_pipe.hpp"
#include "windows/token_api.hpp"
#include "windows/token_facts.hpp"

#include <string>
#include <utility>

namespace rmb::win {

/// The SID of who runs the tests.
inline std::string own_user() {
    UniqueHandle token;
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.out());
    return read_token_facts(system_token_api(), token.get()).value().user;
}

/// A helper's pipe with both ends in this process.
struct PipeEnds {
    UniqueFile service;
    UniqueFile helper;
};
inline PipeEnds make_pipe_ends() {
    auto pipe = make_helper_pipe(own_user()).value();
    auto helper = open_helper_pipe(pipe.name).value();
    return {std::move(pipe.end), std::move(helper)};
}

}  // namespace rmb::win
