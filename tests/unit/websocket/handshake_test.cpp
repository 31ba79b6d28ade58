#include "firmware/websocket/handshake.hpp"

#include <gtest/gtest.h>

namespace boardwalk::websocket {
namespace {

TEST(WebSocketHandshake, AnswersTheKeyOfTheRfc) {
    const auto key = accept_key("dGhlIHNhbXBsZSBub25jZQ==");  // RFC 6455 §1.3
    EXPECT_EQ(std::string_view(key.data(), key.size()), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

http::Request handshake() {
    http::Request request;
    request.upgrade_websocket = true;
    request.websocket_version = "13";
    request.websocket_key = "dGhlIHNhbXBsZSBub25jZQ==";
    request.websocket_protocol = "other, boardwalk.v1";
    return request;
}

TEST(WebSocketHandshake, EachFaultHasItsAnswer) {
    EXPECT_EQ(check_handshake(handshake()), std::nullopt);
    EXPECT_EQ(check_handshake(http::Request()), HandshakeError::upgrade_required) << "a plain request";
    auto request = handshake();
    request.upgrade_websocket = false;
    EXPECT_EQ(check_handshake(request), HandshakeError::no_upgrade);
    request = handshake();
    request.minor_version = 0;
    EXPECT_EQ(check_handshake(request), HandshakeError::not_get);
    request = handshake();
    request.method = http::Method::head;
    EXPECT_EQ(check_handshake(request), HandshakeError::not_get);
    request = handshake();
    request.framing = http::Framing::chunked;
    EXPECT_EQ(check_handshake(request), HandshakeError::has_body);
    request = handshake();
    request.framing = http::Framing::length;
    EXPECT_EQ(check_handshake(request), std::nullopt) << "Content-Length: 0 is no body";
    request.content_length = 1;
    EXPECT_EQ(check_handshake(request), HandshakeError::has_body);
    for (const std::string_view version : {"", "8", "12", "14", "13, 8", "013", "13 "}) {
        request = handshake();
        request.websocket_version = version;
        EXPECT_EQ(check_handshake(request), HandshakeError::other_version) << version;
    }
}

TEST(WebSocketHandshake, AKeyIs16BytesInBase64) {
    auto request = handshake();
    request.websocket_key = "AAAAAAAAAAAAAAAAAAAAAA==";
    EXPECT_EQ(check_handshake(request), std::nullopt);
    for (const std::string_view key :
         {"", "c2hvcnQ=", "AAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAA=A",
          "AAAAAAAAAAAAAAAAAAAAA===", "AAAAAAAAAA AAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAA_==",
          "AAAAAAAAAAAAAAAAAAAAAA==AAAA", "========================"}) {
        request.websocket_key = key;
        EXPECT_EQ(check_handshake(request), HandshakeError::bad_key) << key;
    }
}

TEST(WebSocketHandshake, FindsAProtocolInTheList) {
    EXPECT_TRUE(offers_protocol(handshake(), "boardwalk.v1"));
    EXPECT_FALSE(offers_protocol(handshake(), "boardwalk"));
    EXPECT_FALSE(offers_protocol(handshake(), "Boardwalk.v1")) << "names are compared with their case";
    EXPECT_FALSE(offers_protocol(http::Request(), "boardwalk.v1"));
}

}  // namespace
}  // namespace boardwalk::websocket
