#include "firmware/app/api/gate/gate.hpp"

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

TEST_F(GateTest, APostOrADeleteThatWantsNoBodyTakesTheEmptyObjectThatLibrariesSend) {
    struct Row {
        http::Method method;
        std::string_view path;
    };
    for (const auto [method, path] :
         {Row{http::Method::post, "/api/v1/restart"}, Row{http::Method::post, "/api/v1/wifi/scan"},
          Row{http::Method::delete_, "/api/v1/firmware"}}) {
        const auto status = [&, method, path](std::string_view body, std::string_view type,
                                              bool chunked = false) {
            auto request = with_body(method, path, body);
            request.content_type = type;
            if (chunked) {
                request.framing = http::Framing::chunked;
                request.content_length = 0;
            }
            return ask(request).status;
        };
        const auto as_without = status("", "");
        EXPECT_TRUE(as_without == 202 || as_without == 501) << "the board has no radio and no slots";
        for (const bool chunked : {false, true}) {
            for (const auto* body : {"{}", " {\r\n\t} ", ""}) {
                EXPECT_EQ(status(body, "application/json", chunked), as_without) << path << body;
                EXPECT_EQ(status(body, "Application/JSON; charset=utf-8", chunked), as_without)
                    << path << body;
            }
            EXPECT_EQ(status("", "", chunked), as_without) << path;
            EXPECT_EQ(status("{}", "", chunked), 415) << path;
            EXPECT_EQ(status("{}", "text/plain", chunked), 415) << path;
            EXPECT_EQ(status("a=b", "application/x-www-form-urlencoded", chunked), 415) << path;
            for (const auto* body : {"{", "{}{}", "a", " "})
                EXPECT_EQ(status(body, "application/json", chunked), 400) << path << body;
            for (const auto* body : {R"({"a":1})", "[]", "1", "null", R"("")"})
                EXPECT_EQ(status(body, "application/json", chunked), 422) << path << body;
        }
        auto large = with_body(method, path, "");
        large.content_length = limits::json_body_bytes_max + 1;
        EXPECT_EQ(ask(large).status, 413);
        large.content_length = 2;
        large.content_encoding = "gzip";
        EXPECT_EQ(ask(large).status, 415);
    }
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
    EXPECT_TRUE(is_refusal(ask("/readyz").json(), Refusal::starting));
    tick();
    EXPECT_EQ(ask("/readyz").status, 200);
}

}  // namespace boardwalk::test
