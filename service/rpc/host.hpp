#pragma once

#include "core/accounts.hpp"
#include "core/broker.hpp"
#include "core/config.hpp"
#include "core/ports.hpp"
#include "engine/control.hpp"
#include "engine/session_agent.hpp"
#include "engine/system.hpp"
#include "rpc/peer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace spdlog {
class logger;
}

namespace rmb::rpc {

/// The platform's part of a broker. References must outlive the host.
struct HostPorts {
    core::SessionStore& store;
    core::ProcessWatch& processes;
    core::Random& random;
    engine::System& system;
    engine::Control& control;
    engine::AgentDirectory& agents;
    Listener& listener;
    spdlog::logger& log;
    /// Settings, strongest first; read at construction and again by reload().
    std::vector<const core::SettingsSource*> settings;
    std::uint32_t pid;  // of this process, for broker.status
};

/// A whole broker between its ports: what rmbroker.exe and rmb-testhost share. Everything is
/// called on the thread that runs `loop`; blocking work goes to a pool of its own.
class Host {
public:
    Host(boost::asio::io_context& loop, const HostPorts& ports);
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    ~Host();

    /// Restores the stored sessions and begins to accept. An error (the store cannot be read)
    /// leaves nothing running. Returns at once; `listener_failed` is told if the listener fails
    /// later.
    core::result<void> start(std::function<void(const core::Error&)> listener_failed);

    /// Refuses new connections and calls, lets what runs finish for at most `grace`, cancels the
    /// rest (1223), closes. Sessions stay in the store. `stopped` is called once.
    void stop(std::chrono::milliseconds grace, std::function<void()> stopped);

    /// A user has logged off: Ledgers::logged_off().
    void logged_off(std::uint32_t windows_session);

    /// Reads the settings again; what they change applies from the next charge on.
    void reload();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace rmb::rpc
