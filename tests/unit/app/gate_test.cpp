#include "firmware/app/gate.hpp"

#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

class GateTest : public AppTest {
protected:
    void SetUp() override { start(); }

    http::Request handshake() {
        http::Request request = get("/api/v1/stream");
        request.upgrade_websocket = true;
        request.websocket_key = "dGhlIHNhbXBsZSBub25jZQ==";
        request.websocket_version = "13";
        return request;
    }
    server::Verdict head(const http::Request& request) {
        response = {};
        response.text = TextWriter(memory);
        admission = {};
        return app->on_head(request, response, admission);
    }

    std::array<char, limits::inline_body_bytes_min> memory;
    http::Response response;
    server::Admission admission;
};

constexpr std::uint16_t bit(http::Method method) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(method));
}

TEST_F(GateTest, AnUnknownPathIs404) {
    for (const auto* path :
         {"/nothing", "/api/v1/", "/api/v1/state/", "/api/v2/state", "/api/v1/outputs/", ""}) {
        EXPECT_EQ(ask(path).status, 404) << path;
    }
    EXPECT_EQ(ask("/nothing").json()["code"], "not_found");
    EXPECT_EQ(ask("/nothing").json()["instance"], "/nothing");
}

TEST_F(GateTest, AWrongMethodIs405AndAllowTellsTheRightOnes) {
    auto request = get("/api/v1/settings");
    request.method = http::Method::delete_;
    const auto answer = ask(request);
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(answer.allow, bit(http::Method::get) | bit(http::Method::head) | bit(http::Method::patch) |
                                bit(http::Method::options));
    EXPECT_EQ(ask("/api/v1/outputs/lamp").status, 405);
}

TEST_F(GateTest, OptionsTellsWhatAPathTakes) {
    auto request = get("/api/v1/outputs/lamp");
    request.method = http::Method::options;
    EXPECT_EQ(ask(request).status, 204);
    EXPECT_EQ(ask(request).allow, bit(http::Method::put) | bit(http::Method::options));
    request.target_is_asterisk = true;
    EXPECT_EQ(ask(request).status, 204);
}

TEST_F(GateTest, OnlyJsonIsTaken) {
    auto request = put("/api/v1/outputs/lamp", R"({"value":true})");
    for (const auto* good :
         {"application/json", "APPLICATION/JSON; charset=utf-8", "application/merge-patch+json"}) {
        request.content_type = good;
        EXPECT_EQ(ask(request).status, 200) << good;
    }
    for (const auto* bad : {"", "text/plain", "application/jsonx", "application/x-www-form-urlencoded"}) {
        request.content_type = bad;
        EXPECT_EQ(ask(request).status, 415) << bad;
    }
    request.content_type = "application/json";
    for (const auto* coding : {"gzip", "identity, gzip", "identity;a=b"}) {
        request.content_encoding = coding;
        EXPECT_EQ(ask(request).status, 415) << coding;
    }
    request.content_encoding = ", Identity";
    EXPECT_EQ(ask(request).status, 200);
}

TEST_F(GateTest, OptionsTakeNoBody) {
    auto request = put("/api/v1/outputs/lamp", "");
    request.method = http::Method::options;
    request.content_length = 1;
    EXPECT_EQ(ask(request).status, 413);
    request.target_is_asterisk = true;
    EXPECT_EQ(ask(request).status, 413);
}

TEST_F(GateTest, ABodyIsTakenUpToItsLimit) {
    auto request = put("/api/v1/outputs/lamp", "");
    request.content_length = limits::json_body_bytes_max;
    EXPECT_EQ(head(request), server::Verdict::proceed);
    EXPECT_EQ(admission.body_bytes_max, limits::json_body_bytes_max);
    request.content_length = limits::json_body_bytes_max + 1;
    EXPECT_EQ(head(request), server::Verdict::answer);
    EXPECT_EQ(response.status, 413);
}

TEST_F(GateTest, ABodyWhereNoneBelongsIs413) {
    auto request = get("/api/v1/state");
    request.framing = http::Framing::length;
    EXPECT_EQ(ask(request).status, 200) << "an empty one is none";
    request.content_length = 1;
    EXPECT_EQ(ask(request).status, 413);
    request.content_length = 0;
    request.framing = http::Framing::chunked;
    EXPECT_EQ(ask(request).status, 413);
}

TEST_F(GateTest, AForeignOriginIs403ForAnyRequest) {
    auto request = get("/api/v1/state");
    request.origin = "http://evil.example";
    EXPECT_EQ(ask(request).status, 403);
    EXPECT_EQ(ask(request).json()["code"], "foreign_origin");
    request.origin = "http://board:8080";
    EXPECT_EQ(ask(request).status, 200);
    auto socket = handshake();
    socket.origin = "http://board:8081";
    EXPECT_EQ(head(socket), server::Verdict::answer);
    EXPECT_EQ(response.status, 403);
}

TEST(OriginTest, AnOriginIsOwnWhenItNamesTheHost) {
    EXPECT_TRUE(app::is_own_origin("http://board.local", "board.local"));
    EXPECT_TRUE(app::is_own_origin("http://BOARD.local", "board.Local:80"));
    EXPECT_TRUE(app::is_own_origin("https://board.local:443", "board.local"));
    EXPECT_TRUE(app::is_own_origin("http://[::1]:8080", "[::1]:8080"));
    EXPECT_FALSE(app::is_own_origin("null", "null"));
    EXPECT_FALSE(app::is_own_origin("http://board.local", "board.local:8080"));
    EXPECT_FALSE(app::is_own_origin("http://board.local:443", "board.local"));
    EXPECT_FALSE(app::is_own_origin("http://board.local.evil", "board.local"));
    EXPECT_FALSE(app::is_own_origin("ftp://board.local", "board.local"));
    EXPECT_FALSE(app::is_own_origin("http://", ""));
}

TEST_F(GateTest, AHandshakeGetsTheSubprotocolThatItOffers) {
    auto request = handshake();
    EXPECT_EQ(head(request), server::Verdict::accept_websocket);
    EXPECT_EQ(admission.subprotocol, "");
    request.websocket_protocol = "other, boardwalk.v1";
    EXPECT_EQ(head(request), server::Verdict::accept_websocket);
    EXPECT_EQ(admission.subprotocol, "boardwalk.v1");
}

TEST_F(GateTest, AWebSocketIsOpenedWithGetOnly) {
    EXPECT_EQ(head(get("/api/v1/stream")), server::Verdict::accept_websocket)
        << "the server says what a handshake lacks";
    EXPECT_EQ(head(get("/api/v1/%73tream")), server::Verdict::accept_websocket);
    echo = true;
    start();
    for (const std::string_view path : {"/api/v1/stream", "/echo"}) {
        auto request = handshake();
        request.path = path;
        request.method = http::Method::post;
        EXPECT_EQ(head(request), server::Verdict::answer) << path;
        EXPECT_EQ(response.status, 405) << path;
        EXPECT_TRUE(response.allow & (1U << static_cast<unsigned>(http::Method::get))) << path;
    }
}

TEST_F(GateTest, ThePathForConformanceChecksIsThereWhenAskedFor) {
    auto request = handshake();
    request.path = "/echo";
    EXPECT_EQ(head(request), server::Verdict::answer);
    EXPECT_EQ(response.status, 404);
    echo = true;
    start();
    request.websocket_protocol = "boardwalk.v1";
    EXPECT_EQ(head(request), server::Verdict::accept_websocket);
    EXPECT_TRUE(admission.echo);
    EXPECT_EQ(admission.subprotocol, "") << "that one is the stream's";
}

TEST_F(GateTest, ABoardIsReadyAfterItsFirstSample) {
    EXPECT_EQ(ask("/healthz").status, 200);
    EXPECT_EQ(ask("/readyz").status, 503);
    tick();
    EXPECT_EQ(ask("/readyz").status, 200);
}

}  // namespace boardwalk::test
