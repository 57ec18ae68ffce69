#pragma once

#include "client/lib/caller.hpp"
#include "client/lib/connection.hpp"
#include "client/lib/local.hpp"
#include "harness/wait.hpp"
#include "proto/methods.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rmb::e2e {

/// The test's own look at the broker, by the client library, under the policy of the moment of its
/// construction. Steps that fail throw.
class OwnClient {
public:
    OwnClient();

    proto::StatusResult status();
    proto::SessionsResult sessions();
    /// What it is about, and what it stopped.
    proto::SessionDetails session(const std::string& hash);
    proto::LocksResult locks(std::vector<std::string> paths, bool recursive = false);
    /// What sessions stopped and have not started again.
    std::vector<proto::LedgerInfo> ledgers();
    /// The limit as broker.status tells it.
    std::uint64_t limit(std::string_view name);

    /// A verified connection of its own.
    std::unique_ptr<client::Channel> dial();
    client::Connection connect() {
        return {dial(), clock_};
    }
    /// Throws unless the broker answers a ping on it.
    static void ping(client::Connection& connection);

private:
    client::SystemClock clock_;
    client::Policy policy_;
    std::unique_ptr<client::Dialer> dialer_;
    client::Caller caller_;
};

/// broker.watch on a connection of its own; subscribed when the constructor returns.
class Watch {
public:
    explicit Watch(OwnClient& client);

    /// nullopt: none came in time.
    std::optional<proto::WatchEvent> next(Milliseconds patience = kPatience);

private:
    client::Connection connection_;
};

}  // namespace rmb::e2e
