#include "firmware/http/body_decoder.hpp"

#include <gtest/gtest.h>

#include <string>

#include "firmware/limits.hpp"

namespace boardwalk::http {
namespace {

struct Outcome {
    std::string body;
    std::size_t consumed = 0;
    bool done = false;
    ParseError error = ParseError::none;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Decodes `text`, of which `split` bytes come first.
Outcome decode(Framing framing, std::uint64_t length, const std::string& text, std::size_t split) {
    BodyDecoder decoder(framing, length);
    Outcome outcome;
    for (const auto end : {split, text.size()}) {
        while (!outcome.done && outcome.error == ParseError::none) {
            const auto step =
                decoder.decode(std::string_view(text).substr(outcome.consumed, end - outcome.consumed));
            outcome.body += step.data;
            outcome.consumed += step.consumed;
            outcome.done = step.done;
            outcome.error = step.error;
            if (step.consumed == 0) break;
        }
    }
    return outcome;
}

TEST(BodyDecoder, TakesExactlyItsLength) {
    const auto outcome = decode(Framing::length, 5, "helloGET /", 3);
    EXPECT_EQ(outcome.body, "hello");
    EXPECT_EQ(outcome.consumed, 5U);
    EXPECT_TRUE(outcome.done);
}

TEST(BodyDecoder, ChunkedSplitAtAnyByteDecodesTheSame) {
    const std::string text = "5;a=\"b\"\r\nhello\r\nA\r\n, world...\r\n0\r\nTrailer: x\r\n\r\n";
    for (std::size_t split = 0; split <= text.size(); ++split) {
        const auto outcome = decode(Framing::chunked, 0, text + "GET", split);
        EXPECT_EQ(outcome.body, "hello, world...") << split;
        EXPECT_EQ(outcome.consumed, text.size()) << split;
        EXPECT_TRUE(outcome.done) << split;
    }
}

TEST(BodyDecoder, MalformedChunksAreRefusedWhereverTheyAreSplit) {
    for (const std::string text : {"x\r\n", "\r\n", "5\nhello", "5\r\nhelloX", "5\r\nhello\rX", "-1\r\n",
                                   "0x5\r\n", "1234567890abcdef0\r\n", "5;\nhello", "0\r\nA: b\n\r\n"}) {
        for (std::size_t split = 0; split <= text.size(); ++split) {
            EXPECT_EQ(decode(Framing::chunked, 0, text, split).error, ParseError::bad_chunk) << text << split;
        }
    }
}

TEST(BodyDecoder, ExtensionsBelowAtAndAboveTheirSize) {
    const auto with = [](std::size_t bytes) {  // the CR counts too
        return decode(Framing::chunked, 0, "1;" + std::string(bytes - 1, 'x') + "\r\na\r\n0\r\n\r\n", 0)
            .error;
    };
    EXPECT_EQ(with(1023), ParseError::none);
    EXPECT_EQ(with(1024), ParseError::none);
    EXPECT_EQ(with(1025), ParseError::bad_chunk);
}

TEST(BodyDecoder, ExtensionsOfManyChunksCountTogether) {
    const auto with = [](std::size_t chunks) {  // 64 bytes each, the semicolon included
        std::string text;
        for (std::size_t i = 0; i < chunks; ++i)
            text += "1;" + std::string(63, 'x') + "\r\na\r\n";
        return decode(Framing::chunked, 0, text + "0\r\n\r\n", 0).error;
    };
    EXPECT_EQ(with(limits::body_overhead_bytes_max / 64), ParseError::none);
    EXPECT_EQ(with(limits::body_overhead_bytes_max / 64 + 1), ParseError::bad_chunk);
}

TEST(BodyDecoder, ExtensionsAndTrailersAreReadOver) {
    for (const std::string text : {"5;a\r\nhello\r\n0\r\n\r\n", "5 ; a = \"b;c\"\r\nhello\r\n0;x\r\n\r\n",
                                   "5\t;a\r\nhello\r\n00\r\nA:\r\nB-c: d e\r\n\r\n",
                                   "005\r\nhello\r\n0\r\nContent-Length: 7\r\nHost: evil\r\n\r\n",
                                   "5;\xff\r\nhello\r\n0\r\nA:\xff\r\n\r\n"}) {
        for (std::size_t split = 0; split <= text.size(); ++split) {
            const auto outcome = decode(Framing::chunked, 0, text, split);
            EXPECT_EQ(outcome.body, "hello") << text << split;
            EXPECT_EQ(outcome.consumed, text.size()) << text << split;
            EXPECT_TRUE(outcome.done) << text << split;
        }
    }
}

TEST(BodyDecoder, ASizeOf15DigitsIsTheLargest) {
    const auto with = [](const std::string& size) {
        return decode(Framing::chunked, 0, size + "\r\nx", 0).error;
    };
    EXPECT_EQ(with("fffffffffffffff"), ParseError::none);
    EXPECT_EQ(with("000000000000001"), ParseError::none);
    EXPECT_EQ(with("0000000000000001"), ParseError::bad_chunk);
    EXPECT_EQ(with("8000000000000000"), ParseError::bad_chunk);
}

TEST(BodyDecoder, EndlessTrailersAreRefused) {
    std::string text = "0\r\n";
    for (int i = 0; i < 300; ++i)
        text += "A: b\r\n";
    EXPECT_EQ(decode(Framing::chunked, 0, text, 0).error, ParseError::bad_chunk);
}

}  // namespace
}  // namespace boardwalk::http
