#pragma once

#include "core/identity.hpp"
#include "core/ports.hpp"

#include <boost/asio/awaitable.hpp>
#ifdef _WIN32
#include <boost/asio/windows/stream_handle.hpp>
#else
#include <boost/asio/local/stream_protocol.hpp>
#endif

#include <memory>

namespace rmb::rpc {

#ifdef _WIN32
using Stream = boost::asio::windows::stream_handle;
#else
using Stream = boost::asio::local::stream_protocol::socket;
#endif

/// Tells who is at the other end of one connection. Both calls may block for as long as the
/// operating system takes and are made on a thread of the pool, never two at a time.
class PeerIdentity {
public:
    PeerIdentity() = default;
    PeerIdentity(const PeerIdentity&) = delete;
    PeerIdentity& operator=(const PeerIdentity&) = delete;
    virtual ~PeerIdentity() = default;

    /// Right after accepting: the process behind the connection, from its own token. Good enough
    /// to say on whose account the connection is; gives no rights.
    virtual core::result<core::Caller> process() = 0;

    /// After the first bytes were read: the caller, once the connection's token has been shown to
    /// agree with the process's. Fails with access_denied and the field that differs,
    /// bad_impersonation_level, or what the system said.
    virtual core::result<core::Caller> caller() = 0;
};

/// A connection that was accepted and is not yet known.
struct Peer {
    Stream stream;
    std::unique_ptr<PeerIdentity> identity;
};

/// Where connections come from.
class Listener {
public:
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    virtual ~Listener() = default;

    /// The next connection. An error is final: the name is lost or close() was called
    /// (Code::cancelled). A client that vanished while connecting is no error and is passed over.
    virtual boost::asio::awaitable<core::result<Peer>> accept() = 0;

    /// Stops accepting; a pending accept() ends with Code::cancelled. On the loop thread.
    virtual void close() = 0;
};

}  // namespace rmb::rpc
