#include "shared/fixed_string.hpp"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

namespace boardwalk::test {
namespace {

using std::string_view_literals::operator""sv;
using Four = FixedString<4>;

TEST(FixedString, TakesTextUpToItsCapacity) {
    Four text;
    EXPECT_TRUE(text.assign("abc"));
    EXPECT_EQ(text.view(), "abc");
    EXPECT_TRUE(text.assign("abcd"));
    EXPECT_EQ(text.view(), "abcd");
    EXPECT_TRUE(text.assign(""));
    EXPECT_TRUE(text.empty());
}

TEST(FixedString, RefusesTextAboveItsCapacityAndStaysAsItWas) {
    Four text = "old";
    EXPECT_FALSE(text.assign("abcde"));
    EXPECT_EQ(text.view(), "old");
}

TEST(FixedString, AppendsUpToItsCapacityAndNothingBeyond) {
    Four text = "ab";
    EXPECT_TRUE(text.append("c"));
    EXPECT_FALSE(text.append("de"));
    EXPECT_EQ(text.view(), "abc");
    EXPECT_TRUE(text.append("d"));
    EXPECT_FALSE(text.append("e"));
    EXPECT_EQ(text.view(), "abcd");
}

TEST(FixedString, CutKeepsWhatFits) {
    const Four below = cut("abc");
    const Four at = cut("abcd");
    const Four above = cut("abcde");
    EXPECT_EQ(below.view(), "abc");
    EXPECT_EQ(at.view(), "abcd");
    EXPECT_EQ(above.view(), "abcd");
}

/// A character of 2, 3 and 4 bytes behind each number of letters: with capacity 4 it is kept whole or left
/// out.
TEST(FixedString, CutSplitsNoCharacter) {
    for (const std::string& character : {std::string("é"), std::string("€"), std::string("🔥")}) {
        for (std::size_t letters = 0; letters <= Four::capacity; ++letters) {
            const std::string text = std::string(letters, 'a') + character + "b";
            const Four kept = cut(text);
            const bool fits = letters + character.size() <= Four::capacity;
            EXPECT_EQ(kept.view().substr(0, letters + character.size()),
                      std::string(letters, 'a') + (fits ? character : ""))
                << letters << " letters before " << character;
        }
    }
}

TEST(FixedString, TruncateSplitsNoCharacterEither) {
    FixedString<8> text = "aé€";
    text.truncate(5);
    EXPECT_EQ(text.view(), "aé");
    text.truncate(3);
    EXPECT_EQ(text.view(), "aé");
    text.truncate(2);
    EXPECT_EQ(text.view(), "a");
    text.truncate(7);
    EXPECT_EQ(text.view(), "a");
}

/// Such text is not ours to mend: what is no character costs none of the bytes before it.
TEST(FixedString, CutKeepsBytesThatAreNoUtf8) {
    const Four stray = cut("\x80\x80\x80\x80\x80"sv);
    EXPECT_EQ(stray.view(), "\x80\x80\x80\x80"sv);
    const Four behind_a_character = cut("ab\xc3\xa9\x80"sv);
    EXPECT_EQ(behind_a_character.view(), "ab\xc3\xa9"sv);
    const Four many = cut("\xf0\x9f\x94\xa5\xa5\xa5"sv);
    EXPECT_EQ(many.view(), "\xf0\x9f\x94\xa5"sv);
}

TEST(FixedString, GrowsFromAShorterOneAndComparesByText) {
    const FixedString<8> longer = Four("abcd");
    EXPECT_EQ(longer, "abcd"sv);
    EXPECT_EQ(longer.size(), 4U);
    EXPECT_FALSE(longer == FixedString<8>("abc"));
}

TEST(FixedString, IsAssignedWhatWasCutAndNothing) {
    Four text = "old";
    text = cut("aé€");
    EXPECT_EQ(text.view(), "aé");
    text = cut(text);
    EXPECT_EQ(text.view(), "aé");
    text = {};
    EXPECT_TRUE(text.empty());
    static_assert(std::is_trivially_copyable_v<Four>);
}

}  // namespace
}  // namespace boardwalk::test
