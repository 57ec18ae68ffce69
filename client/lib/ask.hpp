#pragma once

#include "client/lib/abi_codes.hpp"
#include "client/lib/caller.hpp"
#include "proto/error.hpp"

namespace rmb::client {

/// The broker's result for a call of RestartManager's, or the code that comes out of the DLL.
template <class Method>
[[nodiscard]] proto::result<typename Method::Result> ask(Caller& caller, Function function,
                                                         const typename Method::Params& params,
                                                         CallOptions options = {}) {
    CallReport report;
    options.report = &report;
    auto answer = caller.call<Method>(params, options);
    if (answer) {
        return answer;
    }
    auto error = answer.error();
    // The dialer means a pipe that is not ours to trust; the broker means a folder.
    const bool is_dialers = !report.answered && error.code == proto::Code::access_denied;
    error.code = is_dialers ? proto::Code::service_not_active : abi_code(function, error.code);
    return error;
}

}  // namespace rmb::client
