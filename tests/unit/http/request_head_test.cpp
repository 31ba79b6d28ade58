#include <gtest/gtest.h>

#include <string>

#include "firmware/http/request_parser.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::http {
namespace {

using namespace std::string_literals;

/// Feeds `text` in pieces of `step` bytes, as a connection would; returns the error, and the request.
ParseError parse(const std::string& text, Request& request, std::size_t step = 1'000'000) {
    HeadScanner scanner;
    for (std::size_t size = std::min(step, text.size());; size = std::min(size + step, text.size())) {
        ParseError error{};
        const auto head = scanner.scan(std::string_view(text).substr(0, size), error);
        if (error != ParseError::none) return error;
        if (head > 0) return parse_head(std::string_view(text).substr(0, head), request);
        if (size == text.size()) break;
    }
    ADD_FAILURE() << "incomplete: " << text;
    return ParseError::none;
}

ParseError error_of(const std::string& text) {
    Request request;
    return parse(text, request);
}

std::string with_fields(const std::string& fields) {
    return "GET / HTTP/1.1\r\nHost: board\r\n" + fields + "\r\n";
}

const std::string full_head =
    "PUT /api/v1/outputs/lamp?now=1 HTTP/1.1\r\nHost: board.local:8080\r\nContent-Type: application/json\r\n"
    "Content-Length: 14\r\nIf-Match:  \"abc\" \r\nExpect: "
    "100-continue\r\nAccept-Encoding:\r\nX-Empty:\r\n\r\n";

TEST(RequestHead, ParsesALineWithItsFields) {
    Request request;
    ASSERT_EQ(parse(full_head, request), ParseError::none);
    EXPECT_EQ(request.method, Method::put);
    EXPECT_EQ(request.path, "/api/v1/outputs/lamp");
    EXPECT_EQ(request.query, "now=1");
    EXPECT_EQ(request.host, "board.local:8080");
    EXPECT_EQ(request.content_type, "application/json");
    EXPECT_EQ(request.framing, Framing::length);
    EXPECT_EQ(request.content_length, 14U);
    EXPECT_EQ(request.if_match, "\"abc\"");
    EXPECT_TRUE(request.expect_continue);
    EXPECT_TRUE(request.has_accept_encoding);
    EXPECT_TRUE(request.keep_alive);
}

TEST(RequestHead, SplitAtAnyByteParsesTheSame) {
    for (std::size_t split = 1; split < full_head.size(); ++split) {
        HeadScanner scanner;
        ParseError error{};
        ASSERT_EQ(scanner.scan(std::string_view(full_head).substr(0, split), error), 0U) << split;
        ASSERT_EQ(error, ParseError::none) << split;
        ASSERT_EQ(scanner.scan(full_head, error), full_head.size()) << split;
    }
    Request request;
    EXPECT_EQ(parse(full_head, request, 1), ParseError::none);
    EXPECT_EQ(request.content_length, 14U);
}

TEST(RequestHead, EndsBeforeWhatFollowsIt) {
    HeadScanner scanner;
    ParseError error{};
    const auto first = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"s;
    EXPECT_EQ(scanner.scan(first + "GET /next HTTP/1.1\r\n", error), first.size());
}

TEST(RequestHead, EmptyLinesInFrontAreSkipped) {
    Request request;
    const auto head = "\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n"s;
    ASSERT_EQ(parse(head, request), ParseError::none);
    EXPECT_EQ(request.path, "/a");
}

TEST(RequestHead, KeepAliveFollowsTheVersion) {
    Request request;
    ASSERT_EQ(parse("GET / HTTP/1.0\r\n\r\n", request), ParseError::none);
    EXPECT_FALSE(request.keep_alive);
    request = {};
    ASSERT_EQ(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", request), ParseError::none);
    EXPECT_TRUE(request.keep_alive);
    request = {};
    ASSERT_EQ(parse(with_fields("Connection: foo, close\r\n"), request), ParseError::none);
    EXPECT_FALSE(request.keep_alive);
}

TEST(RequestHead, AbsoluteFormNamesTheHost) {
    Request request;
    const auto head = "GET http://other:81?q HTTP/1.1\r\nHost: board\r\n\r\n"s;
    ASSERT_EQ(parse(head, request), ParseError::none);
    EXPECT_EQ(request.host, "other:81");
    EXPECT_EQ(request.path, "/");
    EXPECT_EQ(request.query, "q");
}

TEST(RequestHead, AsteriskIsForOptionsOnly) {
    Request request;
    EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", request), ParseError::none);
    EXPECT_TRUE(request.target_is_asterisk);
    EXPECT_EQ(error_of("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), ParseError::bad_target);
}

TEST(RequestHead, UpgradeNeedsBothFields) {
    Request request;
    ASSERT_EQ(parse(with_fields("Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"), request),
              ParseError::none);
    EXPECT_TRUE(request.upgrade_websocket);
    request = {};
    ASSERT_EQ(parse(with_fields("Upgrade: websocket\r\n"), request), ParseError::none);
    EXPECT_FALSE(request.upgrade_websocket);
}

struct Refusal {
    std::string name;
    std::string text;
    ParseError error;
};

class RefusedHead : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedHead, IsToldWhy) {
    EXPECT_EQ(error_of(GetParam().text), GetParam().error);
    EXPECT_GE(problem_of(GetParam().error).status, 400);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RefusedHead,
    testing::Values(
        Refusal{"TlsHello", "\x16\x03\x01\x02\x01\x01", ParseError::bad_request_line},
        Refusal{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ParseError::version_not_supported},
        Refusal{"Http09", "GET /\r\n\r\n", ParseError::bad_request_line},
        Refusal{"TwoSpaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", ParseError::bad_request_line},
        Refusal{"TabForSpace", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", ParseError::bad_request_line},
        Refusal{"NoTarget", "GET HTTP/1.1\r\nHost: a\r\n\r\n", ParseError::bad_request_line},
        Refusal{"BareLf", "GET / HTTP/1.1\nHost: a\n\n", ParseError::bad_line_ending},
        Refusal{"BareCrInField", with_fields("A: b\rc\r\n"), ParseError::bad_field},
        Refusal{"Version", "GET / HTTP/1.x\r\nHost: a\r\n\r\n", ParseError::bad_version},
        Refusal{"VersionTwo", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", ParseError::version_not_supported},
        Refusal{"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n", ParseError::bad_version},
        Refusal{"UnknownMethod", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", ParseError::method_not_implemented},
        Refusal{"Connect", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", ParseError::method_not_implemented},
        Refusal{"FragmentInTarget", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", ParseError::bad_target},
        Refusal{"RelativeTarget", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", ParseError::bad_target},
        Refusal{"BackslashInTarget", "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n", ParseError::bad_target},
        Refusal{"NulInTarget", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"s, ParseError::bad_target},
        Refusal{"SpaceBeforeColon", with_fields("A : b\r\n"), ParseError::bad_field},
        Refusal{"NoColon", with_fields("A\r\n"), ParseError::bad_field},
        Refusal{"EmptyName", with_fields(": b\r\n"), ParseError::bad_field},
        Refusal{"TwoOrigins", with_fields("Origin: http://a\r\nOrigin: http://b\r\n"), ParseError::bad_field},
        Refusal{"NulInField", with_fields("A: b\0c\r\n"s), ParseError::bad_field},
        Refusal{"FoldedField", with_fields("A: b\r\n c\r\n"), ParseError::folded_field},
        Refusal{"NoHost", "GET / HTTP/1.1\r\n\r\n", ParseError::missing_host},
        Refusal{"TwoHosts", with_fields("Host: b\r\n"), ParseError::missing_host},
        Refusal{"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", ParseError::bad_host},
        Refusal{"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", ParseError::bad_host},
        Refusal{"LengthTwice", with_fields("Content-Length: 1\r\nContent-Length: 1\r\n"),
                ParseError::conflicting_framing},
        Refusal{"LengthAndChunked", with_fields("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
                ParseError::conflicting_framing},
        Refusal{"ChunkedIn10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                ParseError::conflicting_framing},
        Refusal{"GzipCoding", with_fields("Transfer-Encoding: gzip, chunked\r\n"),
                ParseError::transfer_coding_not_implemented},
        Refusal{"NegativeLength", with_fields("Content-Length: -1\r\n"), ParseError::bad_content_length},
        Refusal{"SignedLength", with_fields("Content-Length: +1\r\n"), ParseError::bad_content_length},
        Refusal{"ListedLength", with_fields("Content-Length: 1, 1\r\n"), ParseError::bad_content_length},
        Refusal{"WrappingLength", with_fields("Content-Length: 99999999999999999999\r\n"),
                ParseError::body_too_large},
        Refusal{"OtherExpectation", with_fields("Expect: tea\r\n"), ParseError::expectation_failed}),
    [](const auto& row) { return row.param.name; });

std::string head_of_size(std::size_t size) {
    const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
}

TEST(RequestHeadLimits, HeadBelowAtAndAboveItsSize) {
    EXPECT_EQ(error_of(head_of_size(limits::head_bytes_max - 1)), ParseError::none);
    EXPECT_EQ(error_of(head_of_size(limits::head_bytes_max)), ParseError::none);
    EXPECT_EQ(error_of(head_of_size(limits::head_bytes_max + 1)), ParseError::head_too_large);
}

std::string head_with_target(std::size_t size) {
    return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

TEST(RequestHeadLimits, TargetBelowAtAndAboveItsSize) {
    EXPECT_EQ(error_of(head_with_target(limits::target_bytes_max - 1)), ParseError::none);
    EXPECT_EQ(error_of(head_with_target(limits::target_bytes_max)), ParseError::none);
    EXPECT_EQ(error_of(head_with_target(limits::target_bytes_max + 1)), ParseError::target_too_long);
    EXPECT_EQ(error_of(head_with_target(limits::head_bytes_max + 1)), ParseError::target_too_long);
}

TEST(RequestHeadLimits, FieldsBelowAtAndAboveTheirNumber) {
    const auto with = [](std::size_t count) {
        std::string fields;
        for (std::size_t i = 1; i < count; ++i)
            fields += "A: b\r\n";
        return error_of(with_fields(fields));
    };
    EXPECT_EQ(with(limits::fields_max - 1), ParseError::none);
    EXPECT_EQ(with(limits::fields_max), ParseError::none);
    EXPECT_EQ(with(limits::fields_max + 1), ParseError::too_many_fields);
}

}  // namespace
}  // namespace boardwalk::http
