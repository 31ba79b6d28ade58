// Each listed difference from the independent parser is one: its example is refused by one and taken by the
// other.

#include "tests/fuzz/head_reasons.hpp"

#include <gtest/gtest.h>

#include "tests/fuzz/independent_parser.hpp"
#include "tests/support/head_feeder.hpp"

namespace boardwalk::fuzz {
namespace {

ParseError our_error(std::string_view head) {
    test::HeadFeeder feeder;
    EXPECT_TRUE(feeder.feed(head)) << "incomplete: " << head;
    return feeder.error;
}

/// Those about sizes are made here: an example that long would not be read.
std::string example_of(const Stricter& row) {
    const auto repeated = [](std::string_view text, std::size_t times) {
        std::string all;
        while (times-- > 0)
            all += text;
        return all;
    };
    switch (row.error) {
        case ParseError::target_too_long:
            return "GET /" + std::string(limits::target_bytes_max, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
        case ParseError::too_many_fields:
            return "GET / HTTP/1.1\r\nHost: a\r\n" + repeated("A: b\r\n", limits::fields_max) + "\r\n";
        case ParseError::head_too_large:
            return "GET / HTTP/1.1\r\nHost: a\r\nIf-Match: " + std::string(limits::head_bytes_max, 'b') +
                   "\r\n\r\n";
        default: return std::string(row.example);
    }
}

TEST(HeadReasons, WhatWeRefuseAndTheOtherParserTakesHasItsExample) {
    for (const auto& row : stricter) {
        const auto example = example_of(row);
        EXPECT_EQ(our_error(example), row.error) << row.why;
        EXPECT_TRUE(row.holds(example, RawHead(example))) << row.why;
        EXPECT_TRUE(read_independently(example).complete()) << row.why;
    }
}

TEST(HeadReasons, WhatTheOtherParserRefusesAndWeTakeHasItsExample) {
    for (const auto& row : laxer) {
        EXPECT_EQ(our_error(row.example), ParseError::none) << row.why;
        EXPECT_TRUE(row.holds(row.example, RawHead(row.example))) << row.why;
        EXPECT_EQ(read_independently(row.example).error, row.error) << row.why;
    }
}

TEST(HeadReasons, NoReasonHoldsForAnOrdinaryHead) {
    const std::string_view head =
        "PUT /api/v1/outputs/lamp?now=1 HTTP/1.1\r\nHost: board.local:8080\r\nContent-Length: 14\r\n\r\n";
    for (const auto& row : stricter)
        EXPECT_FALSE(row.holds(head, RawHead(head))) << row.why;
    for (const auto& row : laxer)
        EXPECT_FALSE(row.holds(head, RawHead(head))) << row.why;
}

}  // namespace
}  // namespace boardwalk::fuzz
