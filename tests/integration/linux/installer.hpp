#pragma once

#include "client/lib/caller.hpp"
#include "client/lib/unix_dialer.hpp"
#include "proto/codec.hpp"
#include "proto/methods.hpp"

#include <nlohmann/json.hpp>

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rmb::test {

/// A token that nobody else uses.
[[nodiscard]] proto::Token new_token();

/// The broker as this process calls it.
class LocalClient {
public:
    explicit LocalClient(std::string socket, const client::Timeouts& timeouts = {})
        : dialer_(std::move(socket), clock_), caller_(dialer_, clock_, timeouts) {}

    template <class M>
    proto::result<typename M::Result> call(const typename M::Params& params = {}) {
        return caller_.call<M>(params);
    }
    client::Caller& caller() {
        return caller_;
    }

private:
    client::SystemClock clock_;
    client::UnixDialer dialer_;
    client::Caller caller_;
};

/// A process of its own, under a user of its own, that calls the broker as the test tells it.
class Installer {
public:
    /// Users that nobody has to set up; 0 is an administrator.
    static constexpr uid_t kAdministrator = 0;
    static constexpr uid_t kAlice = 61'001;
    static constexpr uid_t kBob = 61'002;

    Installer(const std::string& socket, uid_t user);
    Installer(const Installer&) = delete;
    Installer& operator=(const Installer&) = delete;
    /// Kills it.
    ~Installer();

    template <class M>
    proto::result<typename M::Result> call(const typename M::Params& params = {}) {
        const auto answer = call_json(M::kName, proto::write(params));
        if (!answer) {
            return answer.error();
        }
        return proto::decode<typename M::Result>(*answer, "result");
    }
    proto::result<nlohmann::json> call_json(std::string_view method, const nlohmann::json& params);

    proto::result<proto::StartResult> start(const proto::Token& token = new_token()) {
        return call<proto::method::SessionStart>({0, token});
    }
    proto::result<std::uint32_t> join(const std::string& key);
    /// The code; ok where it ended.
    proto::Code end(std::uint32_t handle);
    [[nodiscard]] std::size_t visible_sessions();

    /// Connections that say one thing and then stay; how many of them were answered by a result.
    std::size_t hold_connections(std::size_t count);

    /// SIGKILL; returns when the process is gone but not yet reaped.
    void kill();
    void reap();
    [[nodiscard]] std::uint32_t pid() const {
        return static_cast<std::uint32_t>(pid_);
    }

private:
    void serve(const std::string& socket, uid_t user) const;
    nlohmann::json ask(const nlohmann::json& question);

    pid_t pid_ = -1;
    int control_ = -1;
};

/// Whether this process may become other users; a test of several users needs it.
[[nodiscard]] bool can_change_user();

}  // namespace rmb::test
