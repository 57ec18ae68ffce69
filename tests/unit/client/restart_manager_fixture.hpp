#pragma once

#include "client/lib/caller.hpp"
#include "client/lib/restart_manager.hpp"
#include "fake_broker.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <set>
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
    /// Of the codes that one function or another documents, `call` lets out those common to all and
    /// `besides`, and no other.
    template <class Call>
    void expect_lets_out(const std::set<proto::Code>& besides, Call call) {
        using enum proto::Code;
        const std::set common{out_of_memory, write_fault, sem_timeout, bad_arguments,
                              service_not_active};
        const std::set of_some{file_not_found,
                               access_denied,
                               invalid_handle,
                               more_data,
                               fail_noaction_reboot,
                               fail_shutdown,
                               fail_restart,
                               max_sessions_reached,
                               request_out_of_sequence,
                               session_credential_conflict,
                               cancelled};
        for (const auto& codes : {common, of_some}) {
            for (const auto code : codes) {
                refuse_all(code);
                const proto::Code told = call();
                const bool is_let_out = common.contains(code) || besides.contains(code);
                EXPECT_EQ(told == code, is_let_out)
                    << static_cast<int>(code) << " became " << static_cast<int>(told);
                EXPECT_NE(told, ok);
            }
        }
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
