#pragma once

#include "rpc/peer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <filesystem>

namespace rmb::os_linux {

/// Connections over a unix socket that every user may connect to; who it is says SO_PEERCRED. A
/// user id N stands for the SID S-1-22-1-N (as Samba has it), 0 for an administrator, and everybody
/// is in Windows session 1.
class UnixListener final : public rpc::Listener {
public:
    /// Throws boost::system::system_error when the path cannot be bound. A socket left behind by a
    /// dead host is replaced; one that answers is not.
    UnixListener(boost::asio::io_context& loop, const std::filesystem::path& path);

    boost::asio::awaitable<core::result<rpc::Peer>> accept() override;
    void close() override;

private:
    boost::asio::local::stream_protocol::acceptor acceptor_;
};

}  // namespace rmb::os_linux
