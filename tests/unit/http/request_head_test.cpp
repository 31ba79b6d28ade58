#include <set>

#include "tests/support/refused_requests.hpp"
#include "tests/unit/http/parse_head.hpp"

/// What a head says, and why one is refused.
namespace boardwalk::http {
namespace {

using namespace std::string_literals;

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
    EXPECT_EQ(request.if_match.next(), "\"abc\"");
    EXPECT_TRUE(request.expect_continue);
    EXPECT_TRUE(request.accept_encoding.present());
    EXPECT_TRUE(request.keep_alive);
}

TEST(RequestHead, SplitAtAnyByteParsesTheSame) {
    for (std::size_t split = 1; split < full_head.size(); ++split) {
        HeadScanner scanner;
        ParseError error{};
        ASSERT_EQ(scanner.scan(std::string_view(full_head).substr(0, split), error), 0U) << split;
        ASSERT_EQ(error, ParseError::none) << split;
        expect_read_whole(full_head.substr(0, split), 0);
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
    expect_read_whole(first + "GET /next HTTP/1.1\r\n", first.size());
}

TEST(RequestHead, TheLinesOfAListEndWithTheirHead) {
    Request request;
    const auto first = "GET / HTTP/1.1\r\nHost: a\r\nIf-Match: \"1\"\r\nIf-Match: \"2\"\r\n\r\n"s;
    const auto both = first + "GET / HTTP/1.1\r\nIf-Match: \"3\"\r\n\r\n";
    ASSERT_EQ(read_head(both, request), first.size());
    EXPECT_EQ(request.if_match.next(), "\"1\"");
    EXPECT_EQ(request.if_match.next(), "\"2\"");
    EXPECT_EQ(request.if_match.next(), "");
    EXPECT_EQ(request.if_match.next(), "");
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
    ASSERT_EQ(parse(test::get_with_fields("Connection: foo, close\r\n"), request), ParseError::none);
    EXPECT_FALSE(request.keep_alive);
}

TEST(RequestHead, CloseStandsAboveKeepAlive) {
    for (const std::string version : {"1.0", "1.1"}) {
        for (const std::string fields :
             {"Connection: close, keep-alive\r\n", "Connection: keep-alive, CLOSE\r\n",
              "Connection: close\r\nConnection: keep-alive\r\n",
              "Connection: keep-alive\r\nconnection: ,, close ,\r\n"}) {
            Request request;
            ASSERT_EQ(parse("GET / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n", request),
                      ParseError::none);
            EXPECT_FALSE(request.keep_alive) << version << fields;
        }
    }
}

TEST(RequestHead, ALaterMinorVersionIsReadAs11) {
    Request request;
    ASSERT_EQ(parse("GET / HTTP/1.7\r\nHost: a\r\n\r\n", request), ParseError::none);
    EXPECT_EQ(request.minor_version, 1);
    EXPECT_TRUE(request.keep_alive);
}

TEST(RequestHead, A10RequestNeedsNoHostAndExpectsNothing) {
    Request request;
    ASSERT_EQ(parse("PUT / HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n", request),
              ParseError::none);
    EXPECT_FALSE(request.expect_continue);
    EXPECT_EQ(request.content_length, 3U);
}

TEST(RequestHead, OddButValidValuesPass) {
    for (const std::string fields :
         {"A:\r\n", "A: \t \r\n", "A: \x80\xff\r\n", "A: b\tc\r\n", "A:b\r\n", "!#$%&'*+-.^_`|~09azAZ: x\r\n",
          "A: b\r\nA: c\r\n", "Content-Length: 00000\r\n", "Expect:\r\n", "Expect: 100-Continue, ,\r\n",
          "Transfer-Encoding: ,Chunked,\r\n", "Connection:\r\n", "Accept-Encoding:\r\n"}) {
        EXPECT_EQ(error_of(test::get_with_fields(fields)), ParseError::none) << fields;
    }
}

TEST(RequestHead, AbsoluteFormNamesTheHost) {
    Request request;
    const auto head = "GET http://other:81?q HTTP/1.1\r\nHost: board\r\n\r\n"s;
    ASSERT_EQ(parse(head, request), ParseError::none);
    EXPECT_EQ(request.host, "other:81");
    EXPECT_EQ(request.path, "/");
    EXPECT_EQ(request.query, "q");
    request = {};
    const auto with_address = test::get_target("HTTP://[::1]/a?b=/?");
    ASSERT_EQ(parse(with_address, request), ParseError::none);
    EXPECT_EQ(request.host, "[::1]");
    EXPECT_EQ(request.path, "/a");
    EXPECT_EQ(request.query, "b=/?");
}

TEST(RequestHead, AsteriskIsForOptionsOnly) {
    Request request;
    EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", request), ParseError::none);
    EXPECT_TRUE(request.target_is_asterisk);
    // RFC 9112 §3.2.4: what a proxy makes of it.
    request = {};
    EXPECT_EQ(parse("OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n", request), ParseError::none);
    EXPECT_TRUE(request.target_is_asterisk);
}

TEST(RequestHead, UpgradeNeedsBothFields) {
    Request request;
    ASSERT_EQ(
        parse(test::get_with_fields("Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"), request),
        ParseError::none);
    EXPECT_TRUE(request.upgrade_websocket);
    request = {};
    ASSERT_EQ(parse(test::get_with_fields("Upgrade: websocket\r\n"), request), ParseError::none);
    EXPECT_FALSE(request.upgrade_websocket);
    request = {};
    ASSERT_EQ(parse(test::get_with_fields("Connection: keep-alive\r\nUpgrade: h2c\r\nConnection: upgrade\r\n"
                                          "Upgrade: websocket\r\n"),
                    request),
              ParseError::none);
    EXPECT_TRUE(request.upgrade_websocket);
    request = {};
    ASSERT_EQ(parse("GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", request),
              ParseError::none);
    EXPECT_FALSE(request.upgrade_websocket) << "RFC 9110 §7.8";
}

TEST(RequestHead, EveryErrorHasAnExample) {
    std::set<ParseError> met;
    for (const auto& row : test::refused_requests())
        met.insert(row.error);
    for (int error = 1; error <= static_cast<int>(last_parse_error); ++error)
        EXPECT_TRUE(met.contains(static_cast<ParseError>(error)))
            << problem_of(static_cast<ParseError>(error)).code;
}

TEST(RequestHead, WhatIsRefusedIsToldWhyWholeAndByteByByte) {
    for (const auto& row : test::refused_requests()) {
        const auto expected = row.in_body ? ParseError::none : row.error;
        for (const std::size_t step : {1'000'000U, 1U, 7U}) {
            Request request;
            EXPECT_EQ(parse(row.text, request, step), expected) << row.name << " in steps of " << step;
        }
    }
}

TEST(RequestHead, EveryErrorSaysSomethingOfItsOwn) {
    std::set<std::string_view> codes;
    for (int error = 1; error <= static_cast<int>(last_parse_error); ++error) {
        const auto problem = problem_of(static_cast<ParseError>(error));
        EXPECT_GE(problem.status, 400);
        EXPECT_NE(reason_phrase(problem.status), "Unknown");
        EXPECT_TRUE(problem.detail.ends_with('.'));
        EXPECT_TRUE(codes.insert(problem.code).second) << problem.code;
    }
}

TEST(RequestHead, LinesOfAListAreOneList) {
    Request request;
    const auto head = test::get_with_fields(
        "If-None-Match: \"a\", \"b\"\r\nX: y\r\nif-none-match: ,\"c\",\r\n"
        "Accept-Encoding: br\r\nIF-NONE-MATCH:\r\nIf-None-Match: \"d\"\r\n"
        "Accept-Encoding: gzip;q=0\r\nIf-Match: *\r\n");
    ASSERT_EQ(parse(head, request), ParseError::none);
    const auto all = [](ListField list) {
        std::string text;
        for (auto element = list.next(); !element.empty(); element = list.next())
            text += std::string(element) + "|";
        return text;
    };
    EXPECT_EQ(all(request.if_none_match), "\"a\"|\"b\"|\"c\"|\"d\"|");
    EXPECT_EQ(all(request.accept_encoding), "br|gzip;q=0|");
    EXPECT_EQ(all(request.if_match), "*|");
    EXPECT_TRUE(request.if_match.present());
    EXPECT_FALSE(request.content_encoding.present());
    EXPECT_EQ(all(request.websocket_protocol), "");
}

TEST(RequestHead, UnreadFieldsAreDroppedWithoutAnyDifferenceToTheRest) {
    auto head =
        "\r\nPUT /a?b HTTP/1.1\r\nCookie: c\r\nHost: board\r\nUser-Agent: x\r\nIf-Match: \"a\"\r\nA:\r\n"
        "Content-Length: 5\r\nif-match: \"b\"\r\nCookie: d\r\n\r\n"s;
    const auto size = drop_unread_fields(head);
    EXPECT_EQ(head.substr(0, size),
              "PUT /a?b HTTP/1.1\r\nHost: board\r\nIf-Match: \"a\"\r\nContent-Length: 5\r\nif-match: "
              "\"b\"\r\n\r\n");
    head.resize(size);
    EXPECT_EQ(drop_unread_fields(head), size);
}

TEST(RequestHead, OfCookiesOnlyABoardsAreKept) {
    const auto kept = [](std::string_view cookies) {
        auto head = "GET / HTTP/1.1\r\nHost: a\r\nCookie:" + std::string(cookies) + "\r\n\r\n";
        head.resize(drop_unread_fields(head));
        const auto begin = head.find("Cookie:");
        return begin == std::string::npos ? "" : head.substr(begin + 7, head.size() - begin - 7 - 4);
    };
    EXPECT_EQ(kept(" a=b; bw-1=x; c=d"), "bw-1=x");
    EXPECT_EQ(kept("bw-1=x"), "bw-1=x");
    EXPECT_EQ(kept("__Host-bw-1=y;bw-2=z ; bw=3;"), "__Host-bw-1=y;bw-2=z");
    EXPECT_EQ(kept(" a=bw-1=x; b"), "");
    EXPECT_EQ(kept(" ;;\t; "), "");
    EXPECT_EQ(kept(""), "");
}

TEST(RequestHead, TheFirstLineOfABrokenHeadTellsThePath) {
    const auto path = [](const std::string& text) {
        Request request;
        parse_first_line(text, request);
        return std::string(request.path);
    };
    EXPECT_EQ(path("GET /a?b HTTP/1.1\r\nbroken\r\n"), "/a");
    EXPECT_EQ(path("\r\nGET /a HTTP/1.1\r\n"), "/a");
    EXPECT_EQ(path("GET /a HTTP/1.1"), "");
    EXPECT_EQ(path("GET /a HTTP/1.1\nHost: a\r\n"), "");
    EXPECT_EQ(path("GET a HTTP/1.1\r\n"), "");
    EXPECT_EQ(path(""), "");
}

TEST(RequestHead, TheMethodIsKnownBeforeTheRestOfTheFirstLine) {
    const auto method = [](const std::string& text) {
        Request request;
        parse_first_line(text, request);
        return request.method;
    };
    EXPECT_EQ(method("HEAD /?"), Method::head);
    EXPECT_EQ(method("\r\nHEAD "), Method::head);
    EXPECT_EQ(method("HEAD a HTTP/1.1\r\n"), Method::head);
    EXPECT_EQ(method("HEAD /a\r\n"), Method::head);
    EXPECT_EQ(method("HEAD"), Request{}.method) << "it may become another";
    EXPECT_EQ(method("HEADER /a"), Method::other);
    EXPECT_EQ(method(""), Request{}.method);
}

TEST(RequestHead, AProxysFieldsAreSeen) {
    for (const std::string field : {"Forwarded: for=192.0.2.1\r\n", "X-Forwarded-For: 192.0.2.1\r\n",
                                    "via: 1.1 proxy\r\n", "Via:\r\n"}) {
        Request request;
        ASSERT_EQ(parse(test::get_with_fields(field), request), ParseError::none);
        EXPECT_TRUE(request.through_proxy) << field;
        ASSERT_EQ(parse(test::get_with_fields(cookie_of(3'000) + field + cookie_of(3'000)), request),
                  ParseError::none);
        EXPECT_TRUE(request.through_proxy) << field;
    }
    Request request;
    ASSERT_EQ(parse(test::get_with_fields("X-Forwarded-Proto: https\r\n"), request), ParseError::none);
    EXPECT_FALSE(request.through_proxy);
}

}  // namespace
}  // namespace boardwalk::http
