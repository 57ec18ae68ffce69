#pragma once

#include "client/lib/clock.hpp"
#include "client/lib/server_facts.hpp"
#include "proto/error.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace rmb::client {

/// Why bytes could not be moved.
enum class IoFailure {
    lost,       // the other end is gone, for whatever reason
    timed_out,  // the deadline passed first
};

template <class T>
using io_result = boost::system::result<T, IoFailure>;

/// A byte stream to a server that has been verified. One thread may send while another receives;
/// otherwise it is used by one thread at a time. Destroying it closes the stream.
class Channel {
public:
    virtual ~Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// Sends all of `bytes`. When it fails the server may have got a part of them, never all, and
    /// the channel is of no more use for sending.
    [[nodiscard]] virtual io_result<void> send(std::string_view bytes, TimePoint deadline) = 0;

    /// Waits for the next bytes: at least one, at most `into.size()`. The end of the stream is
    /// `lost`. One that timed out has taken nothing and can be repeated.
    [[nodiscard]] virtual io_result<std::size_t> receive(std::span<char> into,
                                                         TimePoint deadline) = 0;

protected:
    Channel() = default;
};

/// Makes channels to the one broker of this machine. May be used from several threads at once.
class Dialer {
public:
    virtual ~Dialer() = default;
    Dialer(const Dialer&) = delete;
    Dialer& operator=(const Dialer&) = delete;

    /// Connects and verifies the server, trying until `deadline`. Errors:
    /// - service_does_not_exist: SCM does not know the service; told at once;
    /// - service_not_active: installed, and nobody served by the deadline;
    /// - sem_timeout: somebody serves, and had no time for us by the deadline;
    /// - access_denied: the caller may not connect, or the server is not the broker (the subject
    ///   is the check that failed, see to_string(Verdict)). Nothing has been sent to it.
    [[nodiscard]] virtual proto::result<std::unique_ptr<Channel>> dial(TimePoint deadline) = 0;

    /// Looks once, without waiting, for diagnostics.
    [[nodiscard]] virtual ServerReport inspect() = 0;

protected:
    Dialer() = default;
};

}  // namespace rmb::client
