#include <cmath>

#include "shared/messages_json.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

class HistoryTest : public AppTest {
protected:
    void SetUp() override { start(); }
    std::vector<protocol::Sample> samples(const std::string& query) {
        const auto history = protocol::decode<protocol::History>(ask("/api/v1/history?" + query).body);
        EXPECT_TRUE(history) << history.error;
        return history ? history->samples : std::vector<protocol::Sample>{};
    }
};

TEST_F(HistoryTest, EachTickIsASampleOfEachReadingAndNullWhereThereWasNone) {
    tick();
    device.values = {std::nan(""), 1'000};
    tick();
    EXPECT_EQ(samples("series=temperature"),
              (std::vector<protocol::Sample>{{1'000, 21.4}, {2'000, std::nullopt}}));
    EXPECT_EQ(samples("series=pressure"), (std::vector<protocol::Sample>{{1'000, 1'013}, {2'000, 1'000}}));
}

TEST_F(HistoryTest, TheAnswerSaysWhatItIsAndWhen) {
    tick();
    platform.now += 250;
    const auto answer = ask("/api/v1/history?series=pressure").json();
    EXPECT_EQ(answer["series"], "pressure");
    EXPECT_EQ(answer["unit"], "hPa");
    EXPECT_EQ(answer["uptime_ms"], 1'250);
    EXPECT_EQ(answer["boot_id"], ask("/api/v1/info").json()["boot_id"]);
}

TEST_F(HistoryTest, SinceLeavesOutItsOwnMoment) {
    for (int i = 0; i < 3; ++i)
        tick();
    EXPECT_EQ(samples("series=pressure&since=999").size(), 3U);
    EXPECT_EQ(samples("series=pressure&since=1000").size(), 2U);
    EXPECT_EQ(samples("since=1001&series=pressure").size(), 2U);
    EXPECT_EQ(samples("series=pressure&since=3000").size(), 0U);
}

TEST_F(HistoryTest, ALoggerThatAsksWithAnUptimeOfBeforeARestartIsToldAllAndThatItIsAll) {
    tick();
    tick();
    const auto answer = [this](const std::string& query) {
        return ask("/api/v1/history?series=pressure&" + query).json();
    };
    EXPECT_EQ(answer("since=2000")["samples"].size(), 0U) << "the moment of now is known";
    EXPECT_FALSE(answer("since=2000").contains("restarted"));
    for (const auto* since : {"2001", "99999999999", "18446744073709551615"}) {
        const auto all = answer(std::string("since=") + since);
        EXPECT_EQ(all["samples"].size(), 2U) << since;
        EXPECT_EQ(all["restarted"], true) << since;
    }
    EXPECT_EQ(answer("since=1500&boot_id=of-another-start")["samples"].size(), 2U);
    EXPECT_EQ(answer("since=1500&boot_id=of-another-start")["restarted"], true);
    const auto own = "since=1500&boot_id=" + answer("")["boot_id"].get<std::string>();
    EXPECT_EQ(answer(own)["samples"].size(), 1U);
    EXPECT_FALSE(answer(own).contains("restarted"));
    EXPECT_FALSE(answer("boot_id=of-another-start").contains("restarted"))
        << "who has nothing missed nothing";
}

TEST_F(HistoryTest, ASampleHasTheDigitsThatTheStateHad) {
    const auto at = [this](const char* id) {
        const auto state = ask("/api/v1/state").json();
        for (const auto& reading : state["readings"]) {
            if (reading["id"] == id) return reading["value"].dump();
        }
        return std::string();
    };
    const auto last = [this](const char* id) {
        const auto body = ask(std::string("/api/v1/history?series=") + id).body;
        const auto begin = body.rfind(',') + 1;
        return body.substr(begin, body.find(']', begin) - begin);
    };
    // Above 2^24 a float has no odd numbers, and above 10^6 no tenths.
    for (const double value : {16'777'217.0, 123'456'789.0, 999'999'999.0, -16'777'217.0, 0.0, 7.0, -3.0}) {
        device.values = {value / 10, value};
        tick();
        EXPECT_EQ(last("pressure"), nlohmann::json(static_cast<std::int64_t>(value)).dump());
        EXPECT_EQ(nlohmann::json::parse(last("pressure")), nlohmann::json::parse(at("pressure")));
        EXPECT_EQ(nlohmann::json::parse(last("temperature")), nlohmann::json::parse(at("temperature")));
    }
    device.values = {-0.04, 1e9};
    tick();
    EXPECT_EQ(last("temperature"), "0.0");
    EXPECT_EQ(last("pressure"), "null") << "no sensor says that: the state has none either";
    EXPECT_EQ(at("pressure"), "null");
    device.values = {99'999'999.9, -999'999'999};
    tick();
    EXPECT_EQ(last("temperature"), "99999999.9");
    EXPECT_EQ(last("pressure"), "-999999999");
}

TEST_F(HistoryTest, TheOldestGoWhenTheRingIsFull) {
    for (std::size_t i = 0; i < limits::history_samples + 7; ++i)
        tick();
    const auto kept = samples("series=pressure");
    ASSERT_EQ(kept.size(), limits::history_samples);
    EXPECT_EQ(kept.front().uptime_ms, 8'000U);
    EXPECT_EQ(kept.back().uptime_ms, (limits::history_samples + 7) * 1'000);
    EXPECT_EQ(samples("series=pressure&since=2").size(), limits::history_samples);
}

TEST_F(HistoryTest, ASlowClientLosesOnlyWhatWasOverwrittenMeanwhile) {
    for (std::size_t i = 0; i < limits::history_samples; ++i)
        tick();
    const auto request = get("/api/v1/history?series=pressure");
    http::Response response;
    ASSERT_TRUE(answer(request, response));
    std::array<char, limits::inline_body_bytes_min> memory;
    TextWriter out(memory);
    ASSERT_FALSE(response.producer.next(response.producer.context, response.producer.cursor, out));
    std::string body(out.view());
    for (std::size_t i = 0; i < limits::history_samples; ++i)
        tick();
    body += body_of(response);
    const auto history = protocol::decode<protocol::History>(body);
    ASSERT_TRUE(history) << history.error;
    EXPECT_GT(history->samples.size(), limits::history_samples);
    EXPECT_TRUE(std::ranges::is_sorted(history->samples, {}, &protocol::Sample::uptime_ms));
}

TEST_F(HistoryTest, BadQueriesAreProblems) {
    tick();
    EXPECT_EQ(ask("/api/v1/history?series=nothing").status, 404);
    EXPECT_EQ(ask("/api/v1/history?series=nothing").json()["code"], "unknown_series");
    EXPECT_EQ(ask("/api/v1/history").status, 422);
    EXPECT_EQ(ask("/api/v1/history?since=1").status, 422);
    for (const auto* since : {"", "-1", "1.5", "x", "18446744073709551616"}) {
        EXPECT_EQ(ask(std::string("/api/v1/history?series=pressure&since=") + since).status, 422) << since;
    }
}

}  // namespace boardwalk::test
