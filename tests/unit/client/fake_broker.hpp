#pragma once

#include "client/lib/channel.hpp"
#include "client/lib/clock.hpp"
#include "proto/framing.hpp"
#include "proto/message.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rmb::client::test {

/// Time passes where somebody waits, and at once.
class FakeClock final : public Clock {
public:
    TimePoint now() override {
        return now_;
    }
    void sleep_until(TimePoint when) override {
        now_ = std::max(now_, when);
    }
    void advance(Milliseconds span) {
        now_ += span;
    }
    [[nodiscard]] Milliseconds elapsed() const {
        return std::chrono::duration_cast<Milliseconds>(now_ - kStart);
    }

private:
    static constexpr TimePoint kStart{std::chrono::hours{1}};
    TimePoint now_ = kStart;
};

/// The broker's end of one connection, as a test scripts it. What is sent goes out at the time of
/// the script, which after() moves on.
class Peer {
public:
    explicit Peer(int number) : number_(number) {}

    /// Which connection this is, from 1.
    [[nodiscard]] int number() const {
        return number_;
    }

    Peer& after(Milliseconds span) {
        when_ += span;
        return *this;
    }
    Peer& send(std::string bytes) {
        events_.push_back({when_, std::move(bytes)});
        return *this;
    }
    Peer& result(const proto::Request& request, nlohmann::json value) {
        return message(proto::to_json(proto::Response{request.id, std::move(value)}));
    }
    Peer& error(const proto::Id& id, proto::Code code) {
        return message(proto::to_json(proto::Response{id, proto::Error{code, "no"}}));
    }
    Peer& notify(std::string_view method, nlohmann::json params = nlohmann::json::object()) {
        return message(proto::to_json(proto::Notification{std::string{method}, std::move(params)}));
    }
    Peer& message(const nlohmann::json& json) {
        return send(proto::make_frame(proto::dump(json)));
    }
    /// After what was sent so far, if anything.
    Peer& close() {
        return send({});
    }

private:
    friend class FakeChannel;
    struct Event {
        TimePoint when;
        std::string bytes;  // empty: the end of the stream
    };

    const int number_;
    TimePoint when_{};
    std::deque<Event> events_;
};

/// What the broker was asked.
struct Asked {
    int connection;
    proto::Request request;
};

/// Scripts and observations shared by all connections of a test.
struct Script {
    using Handler = std::function<void(Peer&, const proto::Request&)>;
    /// Is told each connection; says nothing by default.
    std::function<void(Peer&)> on_connect = [](Peer&) {};
    /// Is told each request; answers nothing by default.
    Handler on_request = [](Peer&, const proto::Request&) {};
    std::vector<Asked> asked;
    int open_connections = 0;
    /// The connections of these numbers break when something is sent.
    std::vector<int> refuse_to_receive;
};

class FakeChannel final : public Channel {
public:
    FakeChannel(FakeClock& clock, Script& script, int number)
        : clock_(clock), script_(script), peer_(number) {
        ++script_.open_connections;
        script_.on_connect(peer_);
    }
    ~FakeChannel() override {
        --script_.open_connections;
    }

    io_result<void> send(std::string_view bytes, TimePoint /*deadline*/) override {
        if (std::ranges::find(script_.refuse_to_receive, peer_.number()) !=
            script_.refuse_to_receive.end()) {
            return IoFailure::lost;
        }
        for (;;) {
            auto step = parser_.next(bytes);
            if (auto* frame = std::get_if<proto::FrameParser::Frame>(&step)) {
                take(frame->body);
            } else if (!std::holds_alternative<proto::FrameParser::Announced>(step)) {
                return {};
            }
        }
    }

    io_result<std::size_t> receive(std::span<char> into, TimePoint deadline) override {
        auto& events = peer_.events_;
        if (events.empty() || events.front().when > deadline) {
            clock_.sleep_until(deadline);
            return IoFailure::timed_out;
        }
        clock_.sleep_until(events.front().when);
        auto& bytes = events.front().bytes;
        if (bytes.empty()) {
            return IoFailure::lost;
        }
        const auto count = std::min(bytes.size(), into.size());
        std::copy_n(bytes.begin(), count, into.begin());
        bytes.erase(0, count);
        if (bytes.empty()) {
            events.pop_front();
        }
        return count;
    }

private:
    void take(std::string_view body) {
        for (auto& message : proto::parse_message(body).messages) {
            if (auto* request = std::get_if<proto::Request>(&message)) {
                script_.asked.push_back({peer_.number(), *request});
                peer_.when_ = std::max(peer_.when_, clock_.now());
                const auto handler = script_.on_request;  // which may replace it
                handler(peer_, *request);
            }
        }
    }

    FakeClock& clock_;
    Script& script_;
    Peer peer_;
    proto::FrameParser parser_;
};

/// Dials FakeChannels, numbered from 1.
class FakeBroker final : public Dialer {
public:
    explicit FakeBroker(FakeClock& clock) : clock_(clock) {}

    Script script;
    /// What the next dials come to, one each; a nullopt succeeds.
    std::deque<std::optional<proto::Error>> dials;
    std::vector<TimePoint> deadlines;  // of all dials

    proto::result<std::unique_ptr<Channel>> dial(TimePoint deadline) override {
        deadlines.push_back(deadline);
        if (!dials.empty()) {
            const auto next = std::move(dials.front());
            dials.pop_front();
            if (next) {
                return *next;
            }
        }
        return std::unique_ptr<Channel>{
            std::make_unique<FakeChannel>(clock_, script, ++connections_)};
    }
    ServerReport inspect() override {
        return {};
    }

    /// The methods asked so far, in order.
    [[nodiscard]] std::vector<std::string> methods() const {
        std::vector<std::string> names;
        for (const auto& asked : script.asked) {
            names.push_back(asked.request.method);
        }
        return names;
    }

private:
    FakeClock& clock_;
    int connections_ = 0;
};

}  // namespace rmb::client::test
