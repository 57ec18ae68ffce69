#pragma once

#include "client/lib/caller.hpp"
#include "client/lib/restart_manager.hpp"
#include "fake_broker.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace rmb::client::test {

inline const std::string kKey = "00112233445566778899aabbccddeeff";
inline constexpr std::uint32_t kHandle = 77;

inline std::optional<proto::Token> next_token() {
    static std::uint8_t counter = 0;
    return proto::Token{{0, ++counter, 0, 0, 0, 0, 0x40, 0, 0x80}};
}
inline std::optional<proto::Token> no_token() {
    return std::nullopt;
}

/// A RestartManager whose broker answers as the test says.
class RestartManagerTest : public testing::Test {
protected:
    using Handler = Script::Handler;
    void on_request(Handler handler) {
        broker_.script.on_request = std::move(handler);
    }
    void answer_all(const nlohmann::json& result) {
        on_request(
            [result](Peer& peer, const proto::Request& request) { peer.result(request, result); });
    }
    void refuse_all(proto::Code code) {
        on_request(
            [code](Peer& peer, const proto::Request& request) { peer.error(request.id, code); });
    }
    [[nodiscard]] const proto::Request& asked(std::size_t index = 0) const {
        return broker_.script.asked.at(index).request;
    }

    FakeClock clock_;
    FakeBroker broker_{clock_};
    Caller caller_{broker_, clock_};
    RestartManager manager_{caller_, &next_token};
};

}  // namespace rmb::client::test
