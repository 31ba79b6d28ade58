#include "shared/messages_json.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

class LogsTest : public AppTest {
protected:
    void SetUp() override { start(); }
    protocol::Logs logs(const std::string& query = {}) {
        const auto logs = protocol::decode<protocol::Logs>(ask("/api/v1/logs" + query).body);
        EXPECT_TRUE(logs) << logs.error;
        return logs ? *logs : protocol::Logs{};
    }
    void write(std::size_t lines) {
        for (std::size_t i = 0; i < lines; ++i)
            app->log().write(app::LogLevel::debug, {"line"});
    }
};

TEST_F(LogsTest, TheStartIsTheFirstLine) {
    const auto all = logs();
    ASSERT_EQ(all.lines.size(), 1U);
    EXPECT_EQ(all.lines[0].seq, 1U);
    EXPECT_EQ(all.lines[0].level, app::LogLevel::info);
    EXPECT_EQ(all.lines[0].time, "2026-11-21T04:49:38.120Z");
    EXPECT_THAT(all.lines[0].text, ::testing::HasSubstr("started as \"Bench\""));
    EXPECT_EQ(all.next, 1U);
    EXPECT_EQ(all.gap, 0U);
}

TEST_F(LogsTest, SinceLeavesOutItsOwnLineAndNextLeadsOn) {
    write(3);
    const auto page = logs("?since=2");
    ASSERT_EQ(page.lines.size(), 2U);
    EXPECT_EQ(page.lines[0].seq, 3U);
    EXPECT_EQ(page.next, 4U);
    EXPECT_TRUE(logs("?since=4").lines.empty());
    EXPECT_EQ(logs("?since=4").next, 4U);
}

TEST_F(LogsTest, LinesThatWereLostAreCounted) {
    write(limits::log_lines + 10);
    const auto page = logs("?since=1");
    EXPECT_EQ(page.lines.size(), limits::log_lines);
    EXPECT_EQ(page.gap, 10U);
    EXPECT_EQ(page.lines.front().seq, 12U);
    EXPECT_EQ(logs().gap, 0U) << "who asks for what there is has missed nothing";
}

TEST_F(LogsTest, ANumberFromBeforeARestartShowsAllAndSaysThatItIsAll) {
    write(1);
    const auto all = logs("?since=1000");
    EXPECT_EQ(all.lines.size(), 2U);
    EXPECT_TRUE(all.restarted);
    EXPECT_EQ(all.gap, 0U);
    EXPECT_EQ(all.boot_id, ask("/api/v1/info").json()["boot_id"].get<std::string>());
    EXPECT_TRUE(logs("?since=3").restarted);
    EXPECT_FALSE(logs("?since=2").restarted);
    EXPECT_TRUE(logs("?since=1&boot_id=other").restarted);
    EXPECT_EQ(logs("?since=1&boot_id=other").lines.size(), 2U);
    EXPECT_FALSE(logs("?since=1&boot_id=" + all.boot_id).restarted);
    EXPECT_EQ(logs("?since=1&boot_id=" + all.boot_id).lines.size(), 1U);
    EXPECT_FALSE(logs("?boot_id=other").restarted);
}

TEST_F(LogsTest, AWarningOutlivesAnyAmountOfChatter) {
    app->log().write(app::LogLevel::warning, {"careful"});
    app->log().write(app::LogLevel::error, {"broken"});
    write(10 * limits::log_lines);
    const auto all = logs();
    ASSERT_EQ(all.lines.size(), limits::log_lines);
    EXPECT_EQ(all.lines[0].text, "careful");
    EXPECT_EQ(all.lines[1].text, "broken");
    EXPECT_EQ(all.gap, 0U);
    EXPECT_EQ(all.next, 3 + 10 * limits::log_lines);
    EXPECT_TRUE(std::ranges::is_sorted(all.lines, {}, &protocol::LogLine::seq));
    const auto behind = logs("?since=2");
    EXPECT_EQ(behind.lines[0].text, "broken");
    EXPECT_EQ(behind.gap, 10 * limits::log_lines - (limits::log_lines - 2));
    EXPECT_EQ(behind.lines.size() + behind.gap, behind.next - 2);
}

TEST_F(LogsTest, TheNewestWarningsAreKeptAndNoMoreThanTheirNumber) {
    const auto warnings = [this] {
        std::vector<std::string> texts;
        for (const auto& line : logs().lines) {
            if (line.level == app::LogLevel::warning) texts.push_back(line.text);
        }
        return texts;
    };
    for (std::size_t i = 1; i <= limits::log_warnings_kept + 1; ++i)
        app->log().write(app::LogLevel::warning, {"warning ", std::to_string(i)});
    write(limits::log_lines - limits::log_warnings_kept - 1);
    EXPECT_EQ(warnings().size(), limits::log_warnings_kept + 1) << "there was room for one more";
    write(limits::log_lines);
    EXPECT_EQ(warnings().size(), limits::log_warnings_kept);
    EXPECT_EQ(warnings().front(), "warning 2");
    for (std::size_t i = 0; i < 2 * limits::log_lines; ++i)
        app->log().write(app::LogLevel::warning, {"again"});
    EXPECT_EQ(warnings().size(), limits::log_lines) << "when nothing else is told they may have all";
}

TEST_F(LogsTest, ASliderThatIsDraggedIsTwoLines) {
    for (int i = 1; i <= 60; ++i) {
        ask(put("/api/v1/outputs/fan", R"({"value":)" + std::to_string(i % 20 * 5) + "}"));
        turn(50);
    }
    ask(put("/api/v1/outputs/lamp", R"({"value":true})"));
    std::vector<std::string> texts;
    for (const auto& line : logs("?since=1").lines)
        texts.push_back(line.text);
    EXPECT_THAT(texts, ::testing::ElementsAre("output fan set to 5", "output lamp set to true"));
    turn(limits::log_repeat_ms - 51);
    EXPECT_EQ(logs().next, 3U);
    turn(1);
    EXPECT_EQ(logs().lines.back().text, "output fan set to 0 (the last of 59)");
    EXPECT_EQ(logs().next, 4U) << "the lamp was set once";
    EXPECT_EQ(platform.lines.size(), 1U + 60 + 1) << "the console is told each";
}

TEST_F(LogsTest, TwoChangesThatFollowEachOtherAreBothTold) {
    ask(put("/api/v1/outputs/lamp", R"({"value":true})"));
    ask(put("/api/v1/outputs/lamp", R"({"value":false})"));
    EXPECT_EQ(logs().lines.back().text, "output lamp set to true");
    const auto due_ms = turn();
    EXPECT_LE(due_ms, platform.now + limits::log_repeat_ms) << "the loop wakes for it";
    turn(limits::log_repeat_ms);
    EXPECT_EQ(logs().lines.back().text, "output lamp set to false");
    ask(put("/api/v1/outputs/lamp", R"({"value":true})"));
    EXPECT_EQ(logs().lines.back().text, "output lamp set to true") << "told at once again";
}

TEST_F(LogsTest, WhatIsRepeatedWithoutEndIsALineAMinute) {
    for (int i = 0; i < 600; ++i) {
        app->log().write_repeated(app::Notice::scan, 0, app::LogLevel::warning, {"no radio"});
        turn(500);
    }
    turn(limits::log_repeat_ms);
    EXPECT_LE(logs().lines.size(), 1U + 1 + 6);
    EXPECT_THAT(logs().lines.back().text, ::testing::StartsWith("no radio (the last of "));
}

TEST_F(LogsTest, MoreKindsOfNoticesThanPlacesEndTheOneThatIsQuietest) {
    const auto notice = [this](std::uint8_t item) {
        app->log().write_repeated(app::Notice::output, item, app::LogLevel::info,
                                  {"n", std::to_string(item)});
        ++platform.now;
    };
    for (std::uint8_t item = 0; item < limits::log_repeats_max; ++item) {
        notice(item);
        notice(item);
    }
    EXPECT_EQ(logs().next, 1 + limits::log_repeats_max);
    notice(limits::log_repeats_max);
    const auto lines = logs().lines;
    EXPECT_EQ(lines[lines.size() - 2].text, "n0") << "its second, which was waiting";
    EXPECT_EQ(lines.back().text, "n" + std::to_string(limits::log_repeats_max));
}

TEST_F(LogsTest, ABadNumberIs422) { EXPECT_EQ(ask("/api/v1/logs?since=x").status, 422); }

TEST_F(LogsTest, OutputChangesAreTold) {
    ask(put("/api/v1/outputs/fan", R"({"value":45})"));
    EXPECT_EQ(logs().lines.back().text, "output fan set to 45");
}

TEST_F(LogsTest, ControlCharactersCannotForgeALine) {
    app->log().write(app::LogLevel::info, {"a\nb\x1b", "\x7f", "c"});
    EXPECT_EQ(logs().lines.back().text, "a b  c");
    app->log().write(app::LogLevel::info, {"\xc2\x9b"
                                           "2J\xe2\x80\xae"
                                           "d\xe2\x80\xa8"
                                           "e\xff"
                                           "f"});
    EXPECT_EQ(logs().lines.back().text, " 2J d e?f")
        << "C1, an override of direction, a line separator, no UTF-8";
}

TEST_F(LogsTest, ALongLineIsCutBetweenCharacters) {
    std::string text(limits::log_text_bytes_max - 1, 'x');
    app->log().write(app::LogLevel::info, {text + "é"});
    EXPECT_EQ(logs().lines.back().text, text);
    text.pop_back();
    app->log().write(app::LogLevel::info, {text, "é"});
    EXPECT_EQ(logs().lines.back().text, text + "é");
    app->log().write(app::LogLevel::info, {text, "éy"});
    EXPECT_EQ(logs().lines.back().text, text + "é");
}

}  // namespace boardwalk::test
