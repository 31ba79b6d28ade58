#include "firmware/app/problems.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

TEST(Problems, EachRowHasAStatusWithATitleACodeOfOneWordAndASentence) {
    for (int index = 0; index <= static_cast<int>(app::last_refusal); ++index) {
        SCOPED_TRACE(index);
        const auto problem = app::problem_of(static_cast<Refusal>(index));
        EXPECT_GE(problem.status, 400);
        EXPECT_NE(http::reason_phrase(problem.status), "Unknown");
        EXPECT_FALSE(problem.code.empty());
        EXPECT_EQ(problem.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
        if (!problem.detail.empty()) {  // else it is made for the request
            EXPECT_TRUE(problem.detail.ends_with('.')) << problem.detail;
        }
    }
}

/// Which request is refused for which reason: the rows of the table that one request to a new board leads to.
class RefusalTest : public AppTest {
protected:
    void SetUp() override {
        static constexpr std::string_view page = "page";
        static constexpr app::Asset gzip_only{.path = "/app.js",
                                              .content_type = "text/javascript",
                                              .etag = "\"1\"",
                                              .gzip = page,
                                              .identity = {},
                                              .identity_etag = {},
                                              .immutable = true};
        table = {gzip_only};
        assets = table;
        start();
        tick();
    }

    void expect(Refusal reason, const http::Request& request) {
        const auto answer = ask(request);
        EXPECT_EQ(answer.status, app::problem_of(reason).status);
        EXPECT_EQ(answer.type, "application/problem+json");
        ASSERT_TRUE(is_refusal(answer.json(), reason));
        EXPECT_EQ(answer.json()["title"], std::string(http::reason_phrase(answer.status)));
        EXPECT_EQ(answer.json()["instance"], std::string(request.path));
    }
    static http::Request post(std::string_view path, std::string_view body, std::string_view type) {
        auto request = with_body(http::Method::post, path, body);
        request.content_type = type;
        return request;
    }

    std::vector<app::Asset> table;
};

TEST_F(RefusalTest, OfAnyRoute) {
    expect(Refusal::not_found, get("/api/v1/nothing"));
    expect(Refusal::method_not_allowed, put("/api/v1/info", "{}"));
    auto request = get("/api/v1/info");
    request.host = "elsewhere.example";
    expect(Refusal::unknown_host, request);
    request = put("/api/v1/outputs/lamp", R"({"value":true})");
    request.origin = "http://elsewhere.example";
    expect(Refusal::foreign_origin, request);
}

TEST_F(RefusalTest, OfABody) {
    auto request = get("/api/v1/info");
    request.framing = http::Framing::length;
    request.content_length = 1;
    expect(Refusal::body_unexpected, request);
    request = put("/api/v1/outputs/lamp", "{}");
    request.content_length = limits::json_body_bytes_max + 1;
    expect(Refusal::body_too_large, request);
    expect(Refusal::wants_empty_object, post("/api/v1/restart", "{}", "text/plain"));
    request = put("/api/v1/outputs/lamp", "{}");
    request.content_type = "text/plain";
    expect(Refusal::wants_json, request);
    request = put("/api/v1/firmware", "x");
    expect(Refusal::wants_octets, request);
    request = put("/api/v1/outputs/lamp", "{}");
    request.content_encoding = "gzip";
    expect(Refusal::unsupported_coding, request);
    expect(Refusal::bad_json, put("/api/v1/outputs/lamp", "{"));
    expect(Refusal::invalid, put("/api/v1/outputs/lamp", "{}"));
}

TEST_F(RefusalTest, OfAnAsset) {
    auto request = get("/app.js");
    request.accept_encoding = "identity";
    expect(Refusal::coding_refused, request);
    request = get("/app.js");
    request.range = "bytes=100-";
    expect(Refusal::range_not_satisfiable, request);
    request = get("/app.js");
    request.if_match = "\"2\"";
    expect(Refusal::stale_version, request);
    expect(Refusal::no_openapi, get("/api/v1/openapi.json"));
    expect(Refusal::no_contact, get("/.well-known/security.txt"));
}

TEST_F(RefusalTest, OfReadingsOutputsAndLines) {
    expect(Refusal::no_series, get("/api/v1/history"));
    expect(Refusal::unknown_series, get("/api/v1/history?series=nothing"));
    expect(Refusal::bad_since_ms, get("/api/v1/history?series=air&since=x"));
    expect(Refusal::bad_since_line, get("/api/v1/logs?since=x"));
    expect(Refusal::unknown_output, put("/api/v1/outputs/n%ff", R"({"value":true})"));
    auto request = put("/api/v1/outputs/lamp", R"({"value":true})");
    request.if_match = "\"old\"";
    expect(Refusal::stale_state, request);
    expect(Refusal::unknown_job, get("/api/v1/jobs/99"));
}

TEST_F(RefusalTest, OfSettings) {
    auto request = patch("{}");
    request.if_match = "\"old\"";
    expect(Refusal::stale_settings, request);
    expect(Refusal::wifi_without_radio, patch(R"({"wifi":{"ssid":"Attic"}})"));
}

TEST_F(RefusalTest, OfWhatTheBoardCannotDo) {
    expect(Refusal::joins_no_network, get("/api/v1/wifi"));
    expect(Refusal::no_radio, post("/api/v1/wifi/scan", "", ""));
    platform.can_restart = false;
    expect(Refusal::cannot_restart, post("/api/v1/restart", "", ""));
    auto image = put("/api/v1/firmware", "x");
    image.content_type = {};
    expect(Refusal::no_update, image);
}

TEST(Problems, OfABodyAreWhatItsDecoderSays) {
    const auto error = protocol::decode_set_output(R"({"value":null})").error();
    const auto problem = app::problem_of(error);
    EXPECT_EQ(problem.status, 422);
    EXPECT_EQ(problem.code, "invalid");
    EXPECT_EQ(problem.detail, error.detail.view());
    EXPECT_EQ(problem.pointer, "/value");
    EXPECT_EQ(app::problem_of(protocol::decode_set_output("{").error()).status, 400);
    const auto method = protocol::decode_stream_request(R"({"id":1,"method":"fly"})");
    EXPECT_EQ(app::problem_of(method.request.error()).code, "unknown_method");
}

}  // namespace boardwalk::test
