#pragma once

#include "client/ctl/environment.hpp"
#include "proto/methods.hpp"

#include <string>

namespace rmb::ctl {

/// A session of rmbctl's own. One that has stopped something is not ended: it dies with this
/// process, and what it stopped stays in the ledger, for `restart`.
class OwnSession {
public:
    explicit OwnSession(Environment& environment) : environment_(environment) {}

    /// About what the params name; their session and token are filled in here.
    [[nodiscard]] call_result<void> begin(proto::RegisterParams resources);
    [[nodiscard]] call_result<proto::ListResult> list();
    [[nodiscard]] call_result<proto::Empty> shut_down(bool force);
    [[nodiscard]] std::string hash() const;

private:
    Environment& environment_;
    proto::StartResult session_;
};

}  // namespace rmb::ctl
