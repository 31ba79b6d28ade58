#include "firmware/app/wifi/setup_password.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/app_doubles.hpp"

namespace boardwalk::test {

class SetupPasswordTest : public ::testing::Test {
protected:
    std::string load() { return std::string(app::load_setup_password(storage, platform, log).view()); }

    FakePlatform platform;
    MemoryStorage storage;
    app::Log log{platform};
};

TEST_F(SetupPasswordTest, IsMadeOnceAndKept) {
    const auto made = load();
    EXPECT_THAT(made, ::testing::MatchesRegex("[2-9a-km-np-z]{4}-[2-9a-km-np-z]{4}-[2-9a-km-np-z]{4}"));
    EXPECT_TRUE(app::is_setup_password(made));
    EXPECT_EQ(load(), made);
    storage.files.clear();
    EXPECT_NE(load(), made) << "another board";
}

TEST_F(SetupPasswordTest, EachLetterIsAsLikely) {
    std::multiset<char> seen;
    for (int i = 0; i < 64; ++i) {
        storage.files.clear();
        for (const char c : load())
            seen.insert(c);
    }
    seen.erase('-');
    for (const char c : std::set<char>(seen.begin(), seen.end()))
        EXPECT_EQ(seen.count(c), 64U * 12 / 32) << c;
}

TEST_F(SetupPasswordTest, OneThatMakesNoSenseIsMadeAnew) {
    for (const auto& stored :
         {std::string("short12"), std::string(63, 'x') + 'x', std::string("caf\xC3\xA9 au lait")}) {
        storage.files["setup-password"] = stored;
        const auto made = load();
        EXPECT_NE(made, stored);
        EXPECT_EQ(storage.files["setup-password"], made);
    }
}

TEST_F(SetupPasswordTest, OneThatCannotBeStoredHoldsUntilTheNextStart) {
    storage.works = false;
    EXPECT_TRUE(app::is_setup_password(load()));
    EXPECT_THAT(platform.lines, ::testing::Contains(::testing::HasSubstr("could not be stored")));
}

TEST_F(SetupPasswordTest, NoLineOfTheLogHoldsIt) {
    storage.works = false;
    const auto made = load();
    for (const auto& line : platform.lines)
        EXPECT_THAT(line, ::testing::Not(::testing::HasSubstr(made)));
}

TEST(SetupPassword, HasEightTo63CharactersThatALabelShows) {
    EXPECT_FALSE(app::is_setup_password(std::string(7, 'x')));
    EXPECT_TRUE(app::is_setup_password(std::string(8, ' ')));
    EXPECT_TRUE(app::is_setup_password(std::string(63, '~')));
    EXPECT_FALSE(app::is_setup_password(std::string(64, 'x')));
    EXPECT_FALSE(app::is_setup_password("correct\thorse"));
    EXPECT_FALSE(app::is_setup_password("correct hors\xC3\xA9"));
}

TEST(SetupPassword, IsPartOfWhatAPhonesCameraTakes) {
    EXPECT_EQ(app::wifi_uri("Boardwalk-3F2A", "k7mq-x3fd-9hwt"),
              "WIFI:T:WPA;S:Boardwalk-3F2A;P:k7mq-x3fd-9hwt;;");
    EXPECT_EQ(app::wifi_uri("My \"own\"", R"(a;b:c\d,e)"), R"(WIFI:T:WPA;S:My \"own\";P:a\;b\:c\\d\,e;;)");
    const std::string longest =
        "WIFI:T:WPA;S:" + std::string(64, '\\') + ";P:" + std::string(126, '\\') + ";;";
    EXPECT_EQ(app::wifi_uri(std::string(32, '\\'), std::string(63, '\\')), std::string_view(longest));
}

}  // namespace boardwalk::test
