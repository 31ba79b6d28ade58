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
    EXPECT_EQ(samples("series=pressure&since=18446744073709551615").size(), 0U);
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
