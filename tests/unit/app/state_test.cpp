#include <cmath>

#include "shared/messages_json.hpp"
#include "tests/support/allocations.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

using StateTest = AppTest;

TEST_F(StateTest, TheStateIsWhatTheProtocolsReaderTakes) {
    start();
    tick();
    const auto answer = ask("/api/v1/state");
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.type, "application/json");
    const auto state = protocol::decode<protocol::State>(answer.body);
    ASSERT_TRUE(state) << state.error;
    EXPECT_EQ(state->uptime_ms, 1'000U);
    EXPECT_EQ(state->time, "2026-11-21T04:49:38.120Z");
    ASSERT_EQ(state->readings.size(), 2U);
    const protocol::Reading expected{.id = "temperature",
                                     .name = "Temperature",
                                     .group = "Bench",
                                     .kind = "temperature",
                                     .unit = "°C",
                                     .value = 21.4,
                                     .min = -20,
                                     .max = 60,
                                     .decimals = 1,
                                     .status = protocol::ReadingStatus::ok};
    EXPECT_EQ(state->readings[0], expected);
    ASSERT_EQ(state->outputs.size(), 4U);
    EXPECT_EQ(state->outputs[1].kind, protocol::OutputKind::level);
    EXPECT_EQ(state->outputs[1].max, 100.0);
    EXPECT_EQ(state->outputs[0].max, std::nullopt);
    EXPECT_EQ(state->outputs[2].value, protocol::choice_value("open"));
    EXPECT_EQ(state->outputs[2].options.size(), 3U);
    // Read and written again by nlohmann, nothing is lost.
    EXPECT_EQ(nlohmann::json::parse(protocol::encode_message(*state)), answer.json());
}

TEST_F(StateTest, TheTimeIsNullWithoutAClock) {
    platform.utc.reset();
    start();
    tick();
    EXPECT_TRUE(ask("/api/v1/state").json()["time"].is_null());
}

TEST_F(StateTest, EachTickIsAnotherStateWithAnotherETag) {
    start();
    tick();
    const auto first = ask("/api/v1/state");
    EXPECT_EQ(ask("/api/v1/state").etag, first.etag);
    EXPECT_EQ(ask("/api/v1/state").body, first.body);
    tick();
    const auto second = ask("/api/v1/state");
    EXPECT_NE(second.etag, first.etag);
    EXPECT_EQ(second.json()["seq"], first.json()["seq"].get<int>() + 1);
    const std::string expected =
        "\"" + second.json()["boot_id"].get<std::string>() + "-" + second.json()["seq"].dump() + "\"";
    EXPECT_EQ(second.etag, expected);
}

TEST_F(StateTest, AStateThatTheClientHasIs304WithoutABody) {
    start();
    tick();
    const auto first = ask("/api/v1/state");
    auto request = get("/api/v1/state");
    const std::string list = "\"other\", W/" + first.etag;
    request.if_none_match = list;
    const auto again = ask(request);
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(again.etag, first.etag);
    tick();
    EXPECT_EQ(ask(request).status, 200);
}

TEST_F(StateTest, ValuesThatCameWithinATickDoNotShowUnderTheSeqBefore) {
    start();
    tick();
    device.values[0] = 30;
    platform.now += 1'000;
    app->on_turn(platform.now);                         // a sample is under way,
    ask(put("/api/v1/outputs/fan", R"({"value":5})"));  // an output wants another behind it,
    workers.work();                                     // and the first has come
    const auto before = ask("/api/v1/state").json();
    EXPECT_EQ(before["readings"][0]["value"], 21.4) << "a delta of this seq did not tell the new value";
    turn();
    const auto after = ask("/api/v1/state").json();
    EXPECT_GT(after["seq"], before["seq"]);
    EXPECT_EQ(after["readings"][0]["value"], 30);
}

TEST_F(StateTest, TheDocumentTellsTheMomentOfItsSeqHoweverLateItIsAsked) {
    start();
    tick();
    platform.now += 700;
    *platform.utc += 700;
    const auto state = ask("/api/v1/state").json();
    EXPECT_EQ(state["uptime_ms"], 1'000);
    EXPECT_EQ(state["time"], "2026-11-21T04:49:38.120Z");
}

TEST_F(StateTest, AReadingThatCannotBeHadIsNullAndAFault) {
    start();
    device.values = {std::nan(""), 2e9};
    tick();
    const auto state = ask("/api/v1/state").json();
    ASSERT_EQ(state["readings"].size(), 2U);
    for (const auto& reading : state["readings"]) {
        EXPECT_TRUE(reading["value"].is_null());
        EXPECT_EQ(reading["status"], "fault");
    }
}

TEST_F(StateTest, AReadingGoesStaleAfterThreePeriodsAndKeepsItsValue) {
    start();
    tick();
    workers.full = true;
    for (int i = 0; i < 3; ++i)
        tick();
    EXPECT_EQ(ask("/api/v1/state").json()["readings"][0]["status"], "ok");
    tick();
    const auto reading = ask("/api/v1/state").json()["readings"][0];
    EXPECT_EQ(reading["status"], "stale");
    EXPECT_EQ(reading["value"], 21.4);
}

TEST_F(StateTest, ADeviceThatBlocksDelaysNoOther) {
    ScriptedDevice other;
    other.reading_table = {{"speed", "Speed", "Bench", "speed", "m/s", 0, 10, 0}};
    other.output_table = {};
    other.values = {3};
    devices.push_back(&other);
    start();
    tick();
    const auto seq = ask("/api/v1/state").json()["seq"].get<int>();
    platform.now += 1'000;
    app->on_turn(platform.now);  // both are asked; no worker answers
    EXPECT_EQ(ask("/api/v1/state").json()["seq"], seq);
    platform.now += 1'000;
    app->on_turn(platform.now);
    EXPECT_EQ(ask("/api/v1/state").json()["seq"], seq + 1) << "the tick ends without the late ones";
}

TEST_F(StateTest, AnImmediateDeviceIsSampledAndSetWithoutAWorker) {
    device.immediate = true;
    start();
    platform.now += 1'000;
    app->on_turn(platform.now);
    EXPECT_EQ(workers.usage().busy, 0U);
    EXPECT_EQ(ask("/api/v1/state").json()["readings"][0]["value"], 21.4);
    device.values[0] = 30;
    EXPECT_EQ(ask(put("/api/v1/outputs/fan", R"({"value":40})")).status, 200);
    EXPECT_EQ(workers.usage().busy, 0U);
    EXPECT_EQ(device.last_outputs[1], 40) << "at once";
    EXPECT_EQ(ask("/api/v1/state").json()["readings"][0]["value"], 30);
}

TEST_F(StateTest, ADeviceThatRestsIsSampledNoMoreOftenAndIsNotStaleMeanwhile) {
    device.rest = 10'000;
    start();
    tick();
    ASSERT_EQ(device.samples, 1);
    for (int second = 1; second < 10; ++second)
        tick();
    EXPECT_EQ(device.samples, 1);
    EXPECT_EQ(ask("/api/v1/state").json()["readings"][0]["status"], "ok");
    tick();
    EXPECT_EQ(device.samples, 2);
    EXPECT_EQ(ask(put("/api/v1/outputs/fan", R"({"value":40})")).status, 200);
    turn();
    EXPECT_EQ(device.samples, 3) << "an output does not wait for its rest";
    workers.full = true;  // from here on it cannot be asked
    for (int second = 0; second < 13; ++second)
        tick();
    EXPECT_EQ(ask("/api/v1/state").json()["readings"][0]["status"], "ok");
    tick();
    EXPECT_EQ(ask("/api/v1/state").json()["readings"][0]["status"], "stale");
}

TEST_F(StateTest, StateTickAndNotModifiedTakeNothingFromTheHeap) {
    start();
    tick();
    platform.keep_lines = false;
    outlet.keep_frames = false;
    open_stream({5, 1});
    app->on_websocket_message({5, 1},
                              R"({"id":1,"method":"subscribe","params":{"topics":["state","diagnostics"]}})");
    device.last_outputs.reserve(16);
    std::array<char, limits::inline_body_bytes_min> memory;
    const auto request = get("/api/v1/state");
    const AllocationCount allocations;
    for (int i = 0; i < 5; ++i) {
        tick();
        http::Response response;
        response.text = TextWriter(memory);
        ASSERT_TRUE(answer(request, response));
        auto again = request;
        again.if_none_match = response.etag;
        http::Response not_modified;
        ASSERT_TRUE(answer(again, not_modified));
        ASSERT_EQ(not_modified.status, 304);
    }
    EXPECT_EQ(allocations.count(), 0U);
    EXPECT_GE(outlet.frame_count, 10U);
}

TEST_F(StateTest, DevicesWhoseStateCannotFitAreRefusedAtStart) {
    const std::string long_name(300, 'x');
    device.reading_table.clear();
    static constexpr std::array<std::string_view, 16> ids = {"a", "b", "c", "d", "e", "f", "g", "h",
                                                             "i", "j", "k", "l", "m", "n", "o", "p"};
    for (const auto id : ids)
        device.reading_table.push_back({id, long_name, "", "", "", 0, 1, 0});
    app::App too_large(seams(), "Bench");
    EXPECT_THAT(std::string(too_large.start()), ::testing::HasSubstr("state_bytes_max"));
}

TEST_F(StateTest, MoreReadingsThanPlacesAreRefusedAtStart) {
    static constexpr std::array<std::string_view, 17> ids = {"a", "b", "c", "d", "e", "f", "g", "h", "i",
                                                             "j", "k", "l", "m", "n", "o", "p", "q"};
    device.reading_table.clear();
    for (const auto id : ids)
        device.reading_table.push_back({id, "", "", "", "", 0, 1, 0});
    EXPECT_NE(app::App(seams(), "Bench").start(), "");
    device.reading_table.pop_back();
    EXPECT_EQ(app::App(seams(), "Bench").start(), "");
    device.reading_table.back().id = "a";
    EXPECT_NE(app::App(seams(), "Bench").start(), "") << "two alike";
}

}  // namespace boardwalk::test
