#pragma once

#include "core/pipe_security.hpp"
#include "rpc/peer.hpp"
#include "windows/security_descriptor.hpp"
#include "windows/token_api.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <set>
#include <string>

namespace spdlog {
class logger;
}

namespace rmb::win {

/// Connections over a named pipe. The name is owned from open() to close(): several instances wait
/// for clients at any time, and the next is made before one is handed over. On the loop thread.
class PipeListener final : public rpc::Listener {
public:
    struct Options {
        std::string name{core::kPipeName};
        std::string sddl = core::pipe_sddl(core::kServiceOwner);
        /// Instances that wait; a burst of more clients at once is told "busy" and comes again.
        std::size_t waiting = 8;
    };

    /// Fails with access_denied when the name is taken. `log` and `api` must outlive it.
    static result<std::unique_ptr<PipeListener>> open(boost::asio::io_context& loop,
                                                      const Options& options, spdlog::logger& log,
                                                      TokenApi& api = system_token_api());
    ~PipeListener() override;

    boost::asio::awaitable<core::result<rpc::Peer>> accept() override;
    void close() override;

private:
    /// Outlives the listener while connects that were cancelled still come home.
    struct State;

    explicit PipeListener(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace rmb::win
