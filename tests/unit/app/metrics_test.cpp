#include <cmath>
#include <regex>
#include <set>
#include <sstream>

#include "firmware/app/api/diagnostics.hpp"
#include "shared/messages_json.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

using MetricsTest = AppTest;
using DiagnosticsTest = AppTest;

TEST_F(MetricsTest, EveryNameOfTheContractIsThereAndEveryLineParses) {
    start();
    tick();
    statistics.figures.by_status[1] = 7;
    statistics.figures.by_status.back() = 1;
    const auto answer = ask("/metrics");
    EXPECT_EQ(answer.type, "text/plain; version=0.0.4; charset=utf-8");
    ASSERT_TRUE(answer.body.ends_with('\n'));
    static const std::regex sample(
        R"re(boardwalk_[a-z0-9_]+(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? (NaN|-?[0-9]+(\.[0-9]+)?))re");
    static const std::regex comment(
        R"(# (HELP boardwalk_[a-z0-9_]+ .+|TYPE boardwalk_[a-z0-9_]+ (gauge|counter|histogram)))");
    std::set<std::string> names;
    std::istringstream lines(answer.body);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_TRUE(std::regex_match(line, sample) || std::regex_match(line, comment)) << line;
        if (!line.starts_with('#')) names.insert(line.substr(0, line.find_first_of("{ ")));
    }
    for (const auto* name : {"connections",
                             "connections_max",
                             "connections_accepted_total",
                             "connections_evicted_total",
                             "connections_refused_total",
                             "connections_timed_out_total",
                             "buffers_in_use",
                             "buffers_allocated",
                             "buffers_max",
                             "buffer_waits_total",
                             "requests_total",
                             "request_duration_seconds_bucket",
                             "request_duration_seconds_sum",
                             "request_duration_seconds_count",
                             "websocket_messages_dropped_total",
                             "log_lines_dropped_total",
                             "bytes_sent_total",
                             "bytes_received_total",
                             "heap_free_bytes",
                             "heap_minimum_free_bytes",
                             "uptime_seconds",
                             "build_info",
                             "info",
                             "waiting",
                             "peak_connections",
                             "peak_buffers",
                             "wait_seconds_bucket",
                             "connections_closed_total",
                             "workers_overdue",
                             "reading_ok",
                             "output",
                             "reading"}) {
        EXPECT_TRUE(names.contains(std::string("boardwalk_") + name)) << name;
    }
    EXPECT_THAT(answer.body, ::testing::HasSubstr("boardwalk_requests_total{code=\"200\"} 7\n"));
    EXPECT_THAT(answer.body, ::testing::HasSubstr("boardwalk_requests_total{code=\"other\"} 1\n"));
    EXPECT_THAT(answer.body, ::testing::HasSubstr("boardwalk_connections{state=\"websocket\"} 0\n"));
    EXPECT_THAT(answer.body,
                ::testing::HasSubstr("boardwalk_reading{id=\"temperature\",unit=\"°C\"} 21.4\n"));
    EXPECT_THAT(answer.body, ::testing::HasSubstr("boardwalk_uptime_seconds 1.000\n"));
}

TEST_F(MetricsTest, LabelsAreEscapedAndAMissingValueIsNaN) {
    device.reading_table[0].unit = "a\"b\\c\nd";
    start();
    device.values[0] = std::nan("");
    tick();
    EXPECT_THAT(ask("/metrics").body,
                ::testing::HasSubstr(R"(boardwalk_reading{id="temperature",unit="a\"b\\c\nd"} NaN)"));
}

TEST_F(MetricsTest, TheHistogramAddsUp) {
    start();
    statistics.figures.durations.counts = {1, 2, 3};
    statistics.figures.durations.counts.back() = 4;
    statistics.figures.durations.sum_us = 1'500'000;
    statistics.figures.waits.counts[5] = 9;
    statistics.figures.waits.sum_us = 12;
    const auto body = ask("/metrics").body;
    const std::string name = "boardwalk_request_duration_seconds";
    for (const auto* line : {"_bucket{le=\"0.00005\"} 1\n", "_bucket{le=\"0.00025\"} 6\n",
                             "_bucket{le=\"0.005\"} 6\n", "_bucket{le=\"1\"} 6\n", "_bucket{le=\"10\"} 6\n",
                             "_bucket{le=\"+Inf\"} 10\n", "_sum 1.5\n", "_count 10\n"})
        EXPECT_THAT(body, ::testing::HasSubstr(name + line));
    EXPECT_THAT(body, ::testing::HasSubstr("boardwalk_wait_seconds_bucket{le=\"0.0025\"} 9\n"));
    EXPECT_THAT(body, ::testing::HasSubstr("boardwalk_wait_seconds_sum 0.000012\n"));
}

TEST_F(MetricsTest, EachOutputAndTheStatusOfEachReadingAreThere) {
    start();
    tick();
    auto body = ask("/metrics").body;
    for (const auto* line :
         {"output{id=\"lamp\"} 0\n", "output{id=\"fan\"} 0\n", "output{id=\"shade\",option=\"open\"} 1\n",
          "output{id=\"shade\",option=\"half\"} 0\n", "output{id=\"mist\"} 0\n",
          "reading_ok{id=\"temperature\"} 1\n", "reading_ok{id=\"pressure\"} 1\n"})
        EXPECT_THAT(body, ::testing::HasSubstr(std::string("boardwalk_") + line));
    EXPECT_EQ(ask(put("/api/v1/outputs/lamp", R"({"value":true})")).status, 200);
    EXPECT_EQ(ask(put("/api/v1/outputs/fan", R"({"value":35})")).status, 200);
    EXPECT_EQ(ask(put("/api/v1/outputs/shade", R"({"value":"half"})")).status, 200);
    device.values[0] = std::nan("");
    tick();
    body = ask("/metrics").body;
    for (const auto* line :
         {"output{id=\"lamp\"} 1\n", "output{id=\"fan\"} 35\n", "output{id=\"shade\",option=\"open\"} 0\n",
          "output{id=\"shade\",option=\"half\"} 1\n", "reading_ok{id=\"temperature\"} 0\n",
          "reading_ok{id=\"pressure\"} 1\n"})
        EXPECT_THAT(body, ::testing::HasSubstr(std::string("boardwalk_") + line));
}

TEST_F(MetricsTest, TheFirstAnswerIsAStepFrom0AndNoLineComesTwice) {
    start("a \"b\" \\c");
    const auto body = ask("/metrics").body;
    EXPECT_THAT(body, ::testing::HasSubstr("boardwalk_requests_total{code=\"200\"} 0\n"));
    EXPECT_THAT(body, ::testing::Not(::testing::HasSubstr("code=\"404\"")));
    EXPECT_THAT(body, ::testing::HasSubstr(R"(name="a \"b\" \\c",model="Test board",version=)"));
    EXPECT_THAT(body, ::testing::HasSubstr("boardwalk_connections_closed_total{reason=\"idle\"} 0\n"));
    std::set<std::string> series;
    std::istringstream lines(body);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#') && !line.starts_with("# TYPE")) continue;
        EXPECT_TRUE(series.insert(line.substr(0, line.rfind(' '))).second) << line;
    }
}

TEST_F(DiagnosticsTest, TheDocumentIsWhatTheProtocolsReaderTakesWithAllSlots) {
    statistics.figures = {
        .connections_max = 512, .silent = 1, .active = 2, .idle = 3, .websocket = 4, .websocket_max = 12};
    statistics.figures.buffers_max = 10;
    statistics.figures.requests_total = 9;
    statistics.figures.requests_per_s = 2.5;
    statistics.figures.peak = {.connections = 24, .buffers = 7, .waiting = 31};
    statistics.figures.minimum_rate_bytes_per_s = 512;
    start();
    tick();
    const auto answer = protocol::decode<protocol::Diagnostics>(ask("/api/v1/diagnostics").body);
    ASSERT_TRUE(answer) << answer.error;
    EXPECT_EQ(answer->uptime_ms, 1'000U);
    EXPECT_EQ(answer->connections.active, 2U);
    EXPECT_EQ(answer->connections.websocket_max, limits::websocket_max);
    EXPECT_EQ(answer->buffers.max, 10U);
    EXPECT_EQ(answer->workers.max, 2U);
    EXPECT_EQ(answer->heap.minimum_free_bytes, 90'000U);
    EXPECT_EQ(answer->requests.per_s, 2.5);
    EXPECT_EQ(answer->requests.p50_ms, std::nullopt);
    ASSERT_TRUE(answer->peak);
    EXPECT_EQ(answer->peak->window_ms, 1'000U);
    EXPECT_EQ(answer->peak->connections, 24U);
    EXPECT_EQ(answer->peak->buffers, 7U);
    EXPECT_EQ(answer->peak->waiting, 31U);
    EXPECT_EQ(answer->minimum_rate_bytes_per_s, 512U);
    ASSERT_EQ(answer->slots.size(), 512U);
    EXPECT_EQ(answer->slots[511].busy_ms, 1'000U);
    EXPECT_EQ(answer->slots[511].slot, 511U);
    EXPECT_EQ(answer->slots[511].state, protocol::SlotState::websocket);
}

TEST(PercentileTest, ItLiesInTheBucketWhereTheRankIsReached) {
    server::Statistics figures;
    EXPECT_EQ(app::percentile_ms(figures, 0.5), std::nullopt);
    figures.durations.counts[3] = 100;  // 250 to 500 µs
    EXPECT_NEAR(*app::percentile_ms(figures, 0.5), 0.375, 1e-9);
    figures.durations.counts[0] = 300;
    EXPECT_NEAR(*app::percentile_ms(figures, 0.99), 0.49, 1e-9);
    EXPECT_LT(*app::percentile_ms(figures, 0.5), 0.05);
    figures.durations.counts.back() = 10'000;
    EXPECT_EQ(app::percentile_ms(figures, 0.99), 10'000);
}

}  // namespace boardwalk::test
