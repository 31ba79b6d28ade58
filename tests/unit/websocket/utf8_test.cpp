#include "firmware/core/utf8.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>

namespace boardwalk {
namespace {

/// RFC 3629 §3, the other way round: the one encoding that a code point has.
std::string encoded(std::uint32_t point) {
    const auto octet = [](std::uint32_t value) { return static_cast<char>(value); };
    const auto next = [&](unsigned shift) { return octet(0x80U | (point >> shift & 0x3fU)); };
    if (point < 0x80) return {octet(point)};
    if (point < 0x800) return {octet(0xc0U | point >> 6), next(0)};
    if (point < 0x10000) return {octet(0xe0U | point >> 12), next(6), next(0)};
    return {octet(0xf0U | point >> 18), next(12), next(6), next(0)};
}

/// True when some code point is encoded so: nothing else is UTF-8.
bool is_a_character(const std::string& text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::uint32_t point = octet(0) & (text.size() == 1 ? 0x7fU : 0x3fU >> (text.size() - 1));
    for (std::size_t i = 1; i < text.size(); ++i)
        point = point << 6 | (octet(i) & 0x3fU);
    const bool surrogate = point >= 0xd800 && point <= 0xdfff;
    return !surrogate && point <= 0x10ffff && encoded(point) == text;
}

TEST(Utf8, EachCodePointIsTakenButSurrogates) {
    for (std::uint32_t point = 0; point < 0x10000; ++point)
        ASSERT_EQ(is_utf8(encoded(point)), point < 0xd800 || point > 0xdfff) << point;
    for (std::uint32_t point = 0x10000; point < 0x110000; point += 61)
        ASSERT_TRUE(is_utf8(encoded(point))) << point;
    EXPECT_TRUE(is_utf8(encoded(0x10ffff)));
    EXPECT_FALSE(is_utf8(encoded(0x110000)));
}

TEST(Utf8, NothingElseIsTaken) {
    std::string text;
    for (unsigned lead = 0; lead < 0x100; ++lead) {
        text.assign(1, static_cast<char>(lead));
        ASSERT_EQ(is_utf8(text), is_a_character(text)) << lead;
        for (unsigned second = 0; second < 0x100; ++second) {
            text.assign({static_cast<char>(lead), static_cast<char>(second)});
            const bool two_characters = lead < 0x80 && second < 0x80;
            ASSERT_EQ(is_utf8(text), two_characters || is_a_character(text)) << lead << ' ' << second;
            if (lead < 0xe0) continue;  // further octets would begin characters of their own
            for (const unsigned third : {0x00U, 0x7fU, 0x80U, 0xa5U, 0xbfU, 0xc0U, 0xffU}) {
                text.assign({static_cast<char>(lead), static_cast<char>(second), static_cast<char>(third)});
                ASSERT_EQ(is_utf8(text), is_a_character(text)) << lead << ' ' << second << ' ' << third;
                for (const unsigned fourth : {0x00U, 0x7fU, 0x80U, 0xbfU, 0xc0U, 0xffU}) {
                    auto longer = text + static_cast<char>(fourth);
                    const bool three_and_one = fourth < 0x80 && is_a_character(text);
                    ASSERT_EQ(is_utf8(longer), three_and_one || is_a_character(longer))
                        << lead << ' ' << second << ' ' << third << ' ' << fourth;
                }
            }
        }
    }
}

TEST(Utf8, ACharacterMayBeSplitAnywhere) {
    const std::string text = "aß€𝄞z";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        Utf8Checker checker;
        EXPECT_TRUE(checker.feed(std::string_view(text).substr(0, cut))) << cut;
        const bool between = cut == text.size() || (static_cast<unsigned char>(text[cut]) & 0xc0U) != 0x80;
        EXPECT_EQ(checker.complete(), between) << cut;
        EXPECT_TRUE(checker.feed(std::string_view(text).substr(cut))) << cut;
        EXPECT_TRUE(checker.complete()) << cut;
    }
}

}  // namespace
}  // namespace boardwalk
