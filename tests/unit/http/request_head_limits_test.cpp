#include "tests/support/refused_requests.hpp"
#include "tests/unit/http/parse_head.hpp"

/// The sizes of a head, and fields that are dropped when it is too large.
namespace boardwalk::http {
namespace {

using namespace std::string_literals;

std::string head_of_size(std::size_t size) {
    const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\nIf-Match: ";
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

/// A head of which all but `unread` is read.
std::string head_with_unread(const std::string& unread) {
    return "PUT /a HTTP/1.1\r\nHost: board\r\n" + unread +
           "If-Match: \"a\"\r\nContent-Length: 5\r\nif-match: \"b\"\r\n\r\n";
}

TEST(LargeHead, CookiesOfAnotherServiceOnTheSameHostAreNo431) {
    for (const std::size_t bytes : {2'400U, 2'500U, 2'560U, 4'096U, 8'192U, 16'384U}) {
        test::HeadFeeder feeder;
        const auto text = head_with_unread(cookie_of(bytes));
        ASSERT_TRUE(feeder.feed(text + "GET /next HTTP/1.1\r\n")) << bytes;
        EXPECT_EQ(feeder.error, ParseError::none) << bytes;
        EXPECT_EQ(feeder.head_bytes, text.size()) << bytes;
        EXPECT_EQ(feeder.request.path, "/a");
        EXPECT_EQ(feeder.request.host, "board");
        EXPECT_EQ(feeder.request.content_length, 5U);
        EXPECT_EQ(feeder.request.if_match.next(), "\"a\"");
        EXPECT_EQ(feeder.request.if_match.next(), "\"b\"");
    }
}

TEST(LargeHead, SplitAtAnyByteItReadsTheSame) {
    const auto text = head_with_unread(cookie_of(1'500) + "X-Other: " + std::string(300, 'x') + "\r\n" +
                                       cookie_of(1'200) + "Y:\r\n");
    test::HeadFeeder whole;
    ASSERT_TRUE(whole.feed(text));
    ASSERT_EQ(whole.error, ParseError::none);
    for (std::size_t split = 1; split < text.size(); ++split) {
        test::HeadFeeder feeder;
        ASSERT_FALSE(feeder.feed(std::string_view(text).substr(0, split))) << split;
        ASSERT_TRUE(feeder.feed(std::string_view(text).substr(split))) << split;
        ASSERT_EQ(feeder.error, ParseError::none) << split;
        ASSERT_EQ(feeder.head_bytes, text.size()) << split;
        ASSERT_EQ(feeder.memory(), whole.memory()) << split;
    }
    test::HeadFeeder slow;
    for (const char c : text)
        slow.feed({&c, 1});
    EXPECT_EQ(slow.head_bytes, text.size());
    EXPECT_EQ(slow.memory(), whole.memory());
}

TEST(LargeHead, TheBoardsOwnCookieIsFoundAmongThoseOfOtherServicesSplitAtAnyByte) {
    const std::string noise(1'400, 'c');
    const auto text = head_with_unread("Cookie: a=" + noise + "; bw-0123456789ab=one; b=" + noise +
                                       ";bw_=no; bw-ba9876543210=two\r\nX: y\r\nCookie: c=" + noise + "\r\n");
    const auto kept = head_with_unread("Cookie:bw-0123456789ab=one;bw-ba9876543210=two\r\n");
    for (std::size_t split = 1; split < text.size(); ++split) {
        test::HeadFeeder feeder;
        ASSERT_FALSE(feeder.feed(std::string_view(text).substr(0, split))) << split;
        ASSERT_TRUE(feeder.feed(std::string_view(text).substr(split))) << split;
        ASSERT_EQ(feeder.error, ParseError::none) << split;
        ASSERT_EQ(feeder.memory(), kept) << split;
    }
    test::HeadFeeder slow;
    for (const char c : text)
        slow.feed({&c, 1});
    EXPECT_EQ(slow.memory(), kept);
}

TEST(LargeHead, CookiesOfBoardsCountTowardsTheHead) {
    const auto with = [](std::size_t bytes) {
        return error_of(head_with_unread("Cookie: " + std::string(3'000, 'c') + "; bw-" +
                                         std::string(bytes, 'x') + "\r\n"));
    };
    const auto others = head_with_unread("Cookie:bw-\r\n").size();
    EXPECT_EQ(with(limits::head_bytes_max - others), ParseError::none);
    EXPECT_EQ(with(limits::head_bytes_max - others + 1), ParseError::head_too_large);
}

TEST(LargeHead, WhatIsDroppedIsCheckedAsStrictly) {
    const auto large = cookie_of(3'000);
    for (const auto& [field, error] : std::initializer_list<std::pair<std::string, ParseError>>{
             {"A: b\x01"
              "c\r\n",
              ParseError::bad_field},
             {"A: b\0c\r\n"s, ParseError::bad_field},
             {"A: b\rc\r\n", ParseError::bad_field},
             {"A: b\r\r\n", ParseError::bad_field},
             {"A : b\r\n", ParseError::bad_field},
             {"A(: b\r\n", ParseError::bad_field},
             {": b\r\n", ParseError::bad_field},
             {"A\r\n", ParseError::bad_field},
             {"\rA: b\r\n", ParseError::bad_field},
             {"Host\r: b\r\n", ParseError::bad_field},
             {"If-Match: \x7f\r\n", ParseError::bad_field},
             {"A: b\n", ParseError::bad_line_ending},
             {"A\n", ParseError::bad_line_ending},
             {"If-Match: b\n", ParseError::bad_line_ending},
             {" A: b\r\n", ParseError::folded_field},
             {"\tA: b\r\n", ParseError::folded_field},
             {"Host: b\r\n", ParseError::missing_host},
             {"Content-Length: 5\r\n", ParseError::conflicting_framing},
             {"Transfer-Encoding: chunked\r\n", ParseError::conflicting_framing},
             {"Expect: tea\r\n", ParseError::expectation_failed},
             {"Origin: a\r\nOrigin: a\r\n", ParseError::repeated_field}}) {
        for (const auto& text : {head_with_unread(large + field), head_with_unread(field + large)}) {
            for (const std::size_t step : {1'000'000U, 1U, 7U}) {
                Request request;
                EXPECT_EQ(parse(text, request, step), error) << field << " in steps of " << step;
            }
        }
    }
    Request request;
    EXPECT_EQ(parse("GET /#a HTTP/1.1\r\nHost: a\r\n" + large + "A: b\n", request), ParseError::bad_target)
        << "the first line is judged before all of it has come";
}

TEST(LargeHead, ValuesThatFieldsMayHaveAreDroppedToo) {
    for (const std::string value : {"", " ", " \t ", "\x80\xff", "a:b", "Host: evil"}) {
        const auto text = head_with_unread(cookie_of(3'000) + "A:" + value + "\r\n");
        for (const std::size_t step : {1'000'000U, 1U}) {
            Request request;
            EXPECT_EQ(parse(text, request, step), ParseError::none) << value;
            EXPECT_EQ(request.host, "board");
        }
    }
}

TEST(LargeHead, UnreadFieldsBelowAtAndAboveTheirSize) {
    for (const std::size_t step : {1'000'000U, 1U, 1'000U}) {
        const auto with = [&](std::size_t bytes) {
            Request request;
            return parse(head_with_unread(cookie_of(bytes / 2) + cookie_of(bytes - bytes / 2)), request,
                         step);
        };
        EXPECT_EQ(with(limits::head_unread_bytes_max - 1), ParseError::none);
        EXPECT_EQ(with(limits::head_unread_bytes_max), ParseError::none);
        EXPECT_EQ(with(limits::head_unread_bytes_max + 1), ParseError::head_too_large);
    }
}

TEST(LargeHead, AHeadWithoutEndIsToldSo) {
    test::HeadFeeder feeder;
    EXPECT_TRUE(feeder.feed("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + std::string(100'000, 'c')));
    EXPECT_EQ(feeder.error, ParseError::head_too_large);
    test::HeadFeeder name;
    EXPECT_TRUE(name.feed("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(100'000, 'c')));
    EXPECT_EQ(name.error, ParseError::head_too_large);
}

TEST(LargeHead, WhatIsReadBelowAtAndAboveItsSizeBesideALargeCookie) {
    const auto with = [](std::size_t read_bytes) {
        auto text = head_of_size(read_bytes);
        text.insert(text.find("If-Match"), cookie_of(4'000));
        return error_of(text);
    };
    EXPECT_EQ(with(limits::head_bytes_max - 1), ParseError::none);
    EXPECT_EQ(with(limits::head_bytes_max), ParseError::none);
    EXPECT_EQ(with(limits::head_bytes_max + 1), ParseError::head_too_large);
}

TEST(LargeHead, FieldsBelowAtAndAboveTheirNumber) {
    const auto with = [](std::size_t count) {
        std::string fields = cookie_of(3'000);
        for (std::size_t i = 5; i < count; ++i)
            fields += i % 2 == 0 ? "A: b\r\n" : "Accept: b\r\n";
        return error_of(head_with_unread(fields));
    };
    EXPECT_EQ(with(limits::fields_max - 1), ParseError::none);
    EXPECT_EQ(with(limits::fields_max), ParseError::none);
    EXPECT_EQ(with(limits::fields_max + 1), ParseError::too_many_fields);
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
        return error_of(test::get_with_fields(fields));
    };
    EXPECT_EQ(with(limits::fields_max - 1), ParseError::none);
    EXPECT_EQ(with(limits::fields_max), ParseError::none);
    EXPECT_EQ(with(limits::fields_max + 1), ParseError::too_many_fields);
}

}  // namespace
}  // namespace boardwalk::http
