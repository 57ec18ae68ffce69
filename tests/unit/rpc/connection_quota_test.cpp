#include "connection_world.hpp"
#include "rpc/connection.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

/// Connections of a user who may use little.
namespace {

using namespace rmb;
using namespace rmb::test;

core::Config one_mebibyte() {
    core::Config config;
    config.megabytes_per_user = 1;
    return config;
}

struct RpcConnectionOfAPoorUser : RpcConnection {
    RpcConnectionOfAPoorUser() : RpcConnection(one_mebibyte()) {}
};

TEST_F(RpcConnectionOfAPoorUser, FrameAboveTheQuota_Is14BeforeItIsBuffered) {
    auto peer = connect();
    peer.send("Content-Length: 262145\r\n\r\n");
    expect_refusal(peer, 14);
    EXPECT_EQ(peer.frames()[0]["error"]["data"]["subject"], "bytesPerUser");
    expect_nothing_left(peer);
}

TEST_F(RpcConnectionOfAPoorUser, BytesUsedUp_ShortCallsAreServedAndWhatNeedsBytesIs14) {
    auto peer = connect();
    {
        const auto all = accounts->charge_bytes(std::string{kAlice}, 1'048'576).value();
        peer.call(1, "broker.status");
        peer.call(2, "session.start", {{"flags", 0}, {"token", proto::write(token(1))}});
        peer.send("Content-Length: 5000\r\n\r\n");
        ASSERT_TRUE(pump_until_ended(peer));
    }
    ASSERT_EQ(peer.frames().size(), 3U);
    EXPECT_EQ(code_in(peer.frames()[0]), 0);
    EXPECT_EQ(code_in(peer.frames()[1]), 14);
    EXPECT_EQ(peer.frames()[1]["id"], 2);
    EXPECT_EQ(code_in(peer.frames()[2]), 14);
    EXPECT_TRUE(peer.frames()[2]["id"].is_null());
    expect_nothing_left(peer);
}

TEST_F(RpcConnectionOfAPoorUser, FrameWithinTheQuota_IsChargedWhileItIsRead) {
    auto peer = connect();
    peer.send("Content-Length: 262000\r\n\r\n");
    ASSERT_TRUE(pump_until_known());
    EXPECT_EQ(bytes_left(kAlice), 1'048'576U - 4U * 262'000U);
    EXPECT_EQ(bytes_left(kBob), 1'048'576U);
    expect_nothing_left(peer);
}

TEST_F(RpcConnectionOfAPoorUser, DoesNotRead_IsDroppedAtTheQuotaAndTheRestIsNotCarriedOut) {
    auto peer = connect();
    std::string bytes;
    for (int n = 0; n < 400; ++n) {
        bytes += RawPeer::frame_of(1, "rpc.discover");  // a long answer to a short question
    }
    bytes +=
        RawPeer::frame_of(2, "session.start", {{"flags", 0}, {"token", proto::write(token(1))}});
    std::size_t sent = 0;
    ASSERT_TRUE(pump_until([&] {
        sent += peer.send_some(std::string_view{bytes}.substr(sent));
        return gone == 1;
    }));
    EXPECT_EQ(broker->session_count(), 0U);
    expect_nothing_left(peer);
}

}  // namespace
