#include "firmware/http/response_head.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

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

TEST(ResponseHead, NoMadeValueBeginsALineOfItsOwn) {
    using namespace std::string_literals;
    for (const std::string& value : {"\"a\"\r\nX-Injected: 1"s, "\"a\"\nX-Injected: 1"s,
                                     "\"a\"\rX-Injected: 1"s, "\r\n\r\n<script>"s, "\"a\0\""s}) {
        Response response;
        response.etag = std::string_view(value);
        response.location = std::string_view(value);
        const auto head = head_of(response);
        EXPECT_THAT(head, Not(HasSubstr("ETag")));
        EXPECT_THAT(head, Not(HasSubstr("Location")));
        EXPECT_THAT(head, Not(HasSubstr("X-Injected")));
        EXPECT_EQ(head.find("\r\n\r\n"), head.size() - 4);
    }
    Response response;
    response.etag = std::string_view("\"a\"");
    EXPECT_THAT(head_of(response), HasSubstr("\r\nETag: \"a\"\r\n"));
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
