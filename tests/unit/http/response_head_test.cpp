#include "firmware/http/response_head.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "firmware/http/kept_fields.hpp"
#include "firmware/http/problem.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string head_of(const Response& response) {
    std::array<char, limits::response_head_bytes_max> memory;
    TextWriter out(memory);
    write_head(out, response, {});
    EXPECT_FALSE(out.overflowed());
    return std::string(out.view());
}

TEST(ResponseHead, FieldsThatAreKeptAreThoseThatWouldBeMade) {
    Response response;
    response.content_type = "application/json";
    response.cache_control = "no-cache";
    response.etag = "\"0123456789abcdef-1\"";
    response.fixed = "{}";
    const auto made = [&] {
        std::array<char, limits::response_head_bytes_max> memory;
        TextWriter out(memory);
        write_fields(out, response, {.content_length = response.fixed.size()});
        return std::string(out.view());
    };
    KeptFields kept;
    const auto first = made();
    EXPECT_EQ(kept.of(1, response), first);
    response.etag = "\"0123456789abcdef-2\"";
    response.fixed = "{\"a\":1}";
    EXPECT_EQ(kept.of(1, response), first);
    EXPECT_EQ(kept.of(2, response), made());
    response.etag = cut(std::string(64, 'e'));
    EXPECT_EQ(kept.of(3, response), made()) << "an ETag of the largest size fits";
}

TEST(ResponseHead, NoMadeValueBeginsALineOfItsOwn) {
    using namespace std::string_literals;
    for (const std::string& value : {"\"a\"\r\nX-Injected: 1"s, "\"a\"\nX-Injected: 1"s,
                                     "\"a\"\rX-Injected: 1"s, "\r\n\r\n<script>"s, "\"a\0\""s}) {
        Response response;
        response.etag = cut(value);
        response.location = cut(value);
        const auto head = head_of(response);
        EXPECT_THAT(head, Not(HasSubstr("ETag")));
        EXPECT_THAT(head, Not(HasSubstr("Location")));
        EXPECT_THAT(head, Not(HasSubstr("X-Injected")));
        EXPECT_EQ(head.find("\r\n\r\n"), head.size() - 4);
    }
    Response response;
    response.etag = "\"a\"";
    EXPECT_THAT(head_of(response), HasSubstr("\r\nETag: \"a\"\r\n"));
}

TEST(ResponseHead, APageAsksNobodyButItsBoardAndTellsNobodyOfIt) {
    Response response;
    response.content_type = "text/html; charset=utf-8";
    const auto head = head_of(response);
    EXPECT_THAT(head, HasSubstr("default-src 'self';"));
    EXPECT_THAT(head, HasSubstr("base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nReferrer-Policy: no-referrer\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nCross-Origin-Resource-Policy: same-origin\r\n"));
    for (const char* elsewhere : {"connect-src", "script-src", "ws:", "wss:", "http:", "https:", "*"})
        EXPECT_THAT(head, Not(HasSubstr(elsewhere)));
    response.content_type = "application/json";
    EXPECT_THAT(head_of(response), Not(HasSubstr("Policy")));
}

TEST(ResponseHead, TheLongestHeadOfAPageFits) {
    Response response;
    response.status = 206;
    response.content_type = "text/html; charset=utf-8";
    response.content_encoding = "gzip";
    response.cache_control = "no-cache";
    response.etag = "\"0123456789abcdef0123456789abcdef\"";
    response.range_first = 100'000;
    response.range_total = 999'999;
    response.accept_ranges = true;
    response.vary_accept_encoding = true;
    head_of(response);
}

TEST(ResponseHead, AProblemCarriesNoBytesOfAPathUnescaped) {
    std::array<char, limits::inline_body_bytes_min> memory;
    Response response;
    response.text = TextWriter(memory);
    answer(response, {.status = 404, .code = "not_found", .detail = "No.", .instance = "/a\"\r\nX: y\x01"});
    EXPECT_THAT(std::string(response.text.view()), HasSubstr(R"("instance":"/a\"\u000d\nX: y\u0001")"));
}

}  // namespace
}  // namespace boardwalk::http
