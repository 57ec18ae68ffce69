#pragma once

#include "client/lib/channel.hpp"
#include "client/lib/clock.hpp"
#include "proto/error.hpp"
#include "proto/framing.hpp"
#include "proto/message.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace rmb::client {

/// Is given the params of each $/progress.
using OnProgress = std::function<void(const nlohmann::json& params)>;

/// JSON-RPC frames over one channel, one call at a time. Not thread-safe. After a failure the
/// connection is of no use: an answer may be on its way that nobody waits for.
class Connection {
public:
    Connection(std::unique_ptr<Channel> channel, Clock& clock);

    /// The two clocks of a call (DESIGN 7).
    struct Limits {
        TimePoint total = kNever;
        /// Without a byte for this long the connection counts as lost.
        Milliseconds silence{};
    };

    /// One call. Frames that are not its answer only show that the service lives; an error under
    /// id null is its answer, as no other call waits. `timed_out` is the total deadline; silence
    /// and a stream that cannot be understood are `lost`.
    [[nodiscard]] io_result<proto::Response> call(std::string_view method, nlohmann::json params,
                                                  const Limits& limits,
                                                  const OnProgress& on_progress = {});

    /// Puts a call before the next one, whose answer nobody waits for: both go out in one piece.
    void queue_unawaited(std::string_view method, nlohmann::json params);

    /// Whether the last call left in full: the service may have carried it out.
    [[nodiscard]] bool has_sent() const {
        return has_sent_;
    }
    /// Whether a whole frame has come since the last call began.
    [[nodiscard]] bool has_heard() const {
        return has_heard_;
    }
    /// False after a failure or an answer under id null: it must not be used for another call.
    [[nodiscard]] bool is_usable() const {
        return usable_;
    }

    /// Frames as they are, for `rmbctl raw`. The text may be anything, valid or not.
    [[nodiscard]] io_result<void> send_frame(std::string_view body, TimePoint deadline);
    /// The next frame. `silence` runs from the start of the call and anew with each byte.
    [[nodiscard]] io_result<std::string> receive_frame(const Limits& limits);

private:
    proto::Request next_request(std::string_view method, nlohmann::json params);
    io_result<proto::Response> refusal(const proto::Id& id, const Limits& limits);
    io_result<proto::Response> await(const proto::Id& id, const Limits& limits,
                                     const OnProgress& on_progress);
    io_result<void> receive_more(const Limits& limits, TimePoint heard);

    static constexpr std::size_t kReceiveBytes = 4096;

    std::unique_ptr<Channel> channel_;
    Clock& clock_;
    proto::FrameParser parser_;
    std::array<char, kReceiveBytes> buffer_{};
    std::string_view unread_;  // in buffer_
    std::string unawaited_;    // frames to go before the next call's
    std::int64_t last_id_ = 0;
    bool usable_ = true;
    bool has_sent_ = false;
    bool has_heard_ = false;
};

}  // namespace rmb::client
