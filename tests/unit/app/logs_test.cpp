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

TEST_F(LogsTest, ANumberFromBeforeARestartShowsAll) { EXPECT_EQ(logs("?since=1000").lines.size(), 1U); }

TEST_F(LogsTest, ABadNumberIs422) { EXPECT_EQ(ask("/api/v1/logs?since=x").status, 422); }

TEST_F(LogsTest, OutputChangesAreTold) {
    ask(put("/api/v1/outputs/fan", R"({"value":45})"));
    EXPECT_EQ(logs().lines.back().text, "output fan set to 45");
}

TEST_F(LogsTest, ControlCharactersCannotForgeALine) {
    app->log().write(app::LogLevel::info, {"a\nb\x1b", "\x7f", "c"});
    EXPECT_EQ(logs().lines.back().text, "a b  c");
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
