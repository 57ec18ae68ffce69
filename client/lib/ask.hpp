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
    // Before a call is looked at, it means that this caller and a broker cannot trust each other;
    // from the call, a folder.
    const bool is_of_connection =
        (!report.answered || report.refused) && error.code == proto::Code::access_denied;
    error.code =
        is_of_connection ? proto::Code::service_not_active : abi_code(function, error.code);
    return error;
}

}  // namespace rmb::client
