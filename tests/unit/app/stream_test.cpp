#include <cmath>

#include "shared/messages_json.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

class StreamTest : public AppTest {
protected:
    void SetUp() override {
        start();
        tick();
        open(a);
        open(b);
    }
    void open(server::SlotId slot) { open_stream(slot); }
    void say(server::SlotId slot, std::string_view text) { app->on_websocket_message(slot, text); }
    /// Subscribes and takes the answer and what comes at once.
    std::vector<nlohmann::json> subscribe(server::SlotId slot, std::string_view topics,
                                          std::string_view max_hz = "20") {
        say(slot, std::string(R"({"id":1,"method":"subscribe","params":{"topics":)") + std::string(topics) +
                      R"(,"max_hz":)" + std::string(max_hz) + "}}");
        turn();
        return received(slot);
    }

    server::SlotId a{5, 1}, b{6, 1};
};

TEST_F(StreamTest, NothingIsPushedBeforeASubscription) {
    for (int i = 0; i < 5; ++i)
        tick();
    EXPECT_TRUE(received(a).empty());
}

TEST_F(StreamTest, ASubscriptionIsAnsweredThenASnapshotThenDeltas) {
    const auto first = subscribe(a, R"(["state"])");
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].dump(), R"({"id":1,"result":{}})");
    EXPECT_EQ(first[1]["topic"], "state");
    EXPECT_EQ(first[1]["snapshot"], ask("/api/v1/state").json());

    device.values[0] = 22.5;
    tick();
    const auto second = received(a);
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0]["since"], first[1]["snapshot"]["seq"]);
    EXPECT_EQ(second[0]["seq"], ask("/api/v1/state").json()["seq"]);
    EXPECT_EQ(second[0]["delta"].dump(), R"({"outputs":{},"readings":{"temperature":22.5}})");
    const auto message = protocol::decode<protocol::StreamMessage>(second[0].dump());
    ASSERT_TRUE(message) << message.error;
    EXPECT_TRUE(std::holds_alternative<protocol::StateDelta>(*message));
}

TEST_F(StreamTest, APingIsAnsweredByAnEmptyResultAndStartsNothing) {
    say(a, R"({"id":7,"method":"ping"})");
    tick();
    const auto answers = received(a);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].dump(), R"({"id":7,"result":{}})");
}

TEST_F(StreamTest, APingLeavesASubscriptionAsItIs) {
    subscribe(a, R"(["state"])");
    say(a, R"({"id":2,"method":"ping"})");
    device.values[0] = 22.5;
    tick();
    const auto messages = received(a);
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0].dump(), R"({"id":2,"result":{}})");
    EXPECT_EQ(messages[1]["topic"], "state");
}

TEST_F(StreamTest, SnapshotAndDeltasAddUpToTheState) {
    auto state = subscribe(a, R"(["state"])")[1]["snapshot"];
    turn(100);
    ask(put("/api/v1/outputs/shade", R"({"value":"closed"})"));
    turn();
    turn(100);
    device.values = {-3.25, 990};
    tick();
    turn(100);
    const auto deltas = received(a);
    EXPECT_EQ(deltas.size(), 3U);
    for (const auto& message : deltas) {
        ASSERT_TRUE(message.contains("since")) << message.dump();
        ASSERT_EQ(message["since"], state["seq"]);
        state["seq"] = message["seq"];
        for (auto& reading : state["readings"]) {
            const auto id = reading["id"].get<std::string>();
            if (message["delta"]["readings"].contains(id))
                reading["value"] = message["delta"]["readings"][id];
        }
        for (auto& output : state["outputs"]) {
            const auto id = output["id"].get<std::string>();
            if (message["delta"]["outputs"].contains(id)) output["value"] = message["delta"]["outputs"][id];
        }
    }
    const auto now = ask("/api/v1/state").json();
    EXPECT_EQ(state["seq"], now["seq"]);
    EXPECT_EQ(state["readings"], now["readings"]);
    EXPECT_EQ(state["outputs"], now["outputs"]);
}

TEST_F(StreamTest, AnotherStatusNeedsASnapshot) {
    subscribe(a, R"(["state"])");
    device.values[0] = std::nan("");
    tick();
    const auto messages = received(a);
    ASSERT_EQ(messages.size(), 1U);
    ASSERT_TRUE(messages[0].contains("snapshot")) << messages[0].dump();
    EXPECT_EQ(messages[0]["snapshot"]["readings"][0]["status"], "fault");
}

TEST_F(StreamTest, AClientThatMissedAStateGetsOneSnapshotOfTheLatest) {
    subscribe(a, R"(["state"])");
    subscribe(b, R"(["state"])");
    outlet.blocked[a.slot] = true;
    for (int i = 0; i < 3; ++i)
        tick();
    EXPECT_TRUE(received(a).empty());
    EXPECT_EQ(received(b).size(), 3U) << "others do not wait";
    outlet.blocked.erase(a.slot);
    turn();
    const auto messages = received(a);
    ASSERT_EQ(messages.size(), 1U);
    ASSERT_TRUE(messages[0].contains("snapshot")) << messages[0].dump();
    EXPECT_EQ(messages[0]["snapshot"], ask("/api/v1/state").json());
    EXPECT_THAT(ask("/metrics").body, ::testing::HasSubstr("websocket_messages_dropped_total 2\n"));
    tick();
    EXPECT_TRUE(received(a).at(0).contains("delta")) << "and goes on with deltas";
}

TEST_F(StreamTest, AClientThatWasBlockedForOneStateOnlyStillGetsItsDelta) {
    subscribe(a, R"(["state"])");
    outlet.blocked[a.slot] = true;
    tick();
    outlet.blocked.erase(a.slot);
    turn();
    EXPECT_TRUE(received(a).at(0).contains("delta"));
}

TEST_F(StreamTest, NobodyGetsMoreThanItsMaxHz) {
    subscribe(a, R"(["state"])", "2");
    subscribe(b, R"(["state"])", "20");
    received(a);
    for (int i = 0; i < 20; ++i) {
        ask(put("/api/v1/outputs/fan", i % 2 == 0 ? R"({"value":5})" : R"({"value":10})"));
        turn(100);
    }
    EXPECT_EQ(received(a).size(), 4U);
    EXPECT_GE(received(b).size(), 20U);
    turn(500);
    const auto last = received(a);
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].contains("delta") ? last[0]["seq"] : last[0]["snapshot"]["seq"],
              ask("/api/v1/state").json()["seq"])
        << "the last one comes";
}

TEST_F(StreamTest, WhatComesAboutWithinTheWindowOfMaxHzIsOneDelta) {
    const auto state = subscribe(a, R"(["state"])", "2").at(1)["snapshot"];
    device.values[0] = 30;
    ask(put("/api/v1/outputs/fan", R"({"value":5})"));
    turn(100);  // the output's state, and another one with what the device then measures
    ask(put("/api/v1/outputs/fan", R"({"value":10})"));
    turn(100);
    EXPECT_TRUE(received(a).empty());
    turn(300);
    const auto messages = received(a);
    ASSERT_EQ(messages.size(), 1U);
    ASSERT_TRUE(messages[0].contains("delta")) << messages[0].dump();
    EXPECT_EQ(messages[0]["since"], state["seq"]);
    EXPECT_EQ(messages[0]["seq"], ask("/api/v1/state").json()["seq"]);
    EXPECT_EQ(messages[0]["delta"].dump(), R"({"outputs":{"fan":10},"readings":{"temperature":30.0}})");
}

TEST_F(StreamTest, AnOnlyClientThatWasBlockedGetsOneDeltaOfItAll) {
    const auto state = subscribe(a, R"(["state"])").at(1)["snapshot"];
    outlet.blocked[a.slot] = true;
    for (int i = 0; i < 5; ++i) {
        device.values[0] += 1;
        tick();
    }
    outlet.blocked.erase(a.slot);
    turn();
    const auto messages = received(a);
    ASSERT_EQ(messages.size(), 1U);
    ASSERT_TRUE(messages[0].contains("delta")) << messages[0].dump();
    EXPECT_EQ(messages[0]["since"], state["seq"]);
    EXPECT_EQ(messages[0]["delta"]["readings"]["temperature"], 26.4);
}

TEST_F(StreamTest, SnapshotAndDeltaAreEncodedOnceForAllClients) {
    // Each encoding of a frame asks the clock for its time, once.
    const auto encodings = [&](std::size_t clients) {
        start();
        tick();
        for (std::uint16_t i = 0; i < clients; ++i) {
            open({i, 9});
            say({i, 9}, R"({"id":1,"method":"subscribe","params":{"topics":["state"],"max_hz":20}})");
        }
        platform.clock_asked = 0;
        turn();
        const int snapshots = std::exchange(platform.clock_asked, 0);
        device.values[0] += 1;
        tick();
        return std::pair(snapshots, platform.clock_asked);
    };
    const auto one = encodings(1);
    EXPECT_EQ(one, std::pair(1, 1));
    outlet.frames.clear();
    EXPECT_EQ(encodings(limits::websocket_max), one);
    for (std::uint16_t i = 0; i < limits::websocket_max; ++i) {
        ASSERT_EQ(outlet.frames[i].size(), 3U) << i;
        EXPECT_EQ(outlet.frames[i], outlet.frames[0]);
        EXPECT_EQ(outlet.last_frame_at[i], outlet.last_frame_at[0]) << "from one place in memory";
    }
}

TEST_F(StreamTest, TheLoopIsWokenWhenAThrottledStateIsDue) {
    subscribe(a, R"(["state"])", "2");
    ask(put("/api/v1/outputs/fan", R"({"value":5})"));
    workers.work();  // while a device is asked, the loop is woken for its deadline too
    EXPECT_EQ(app->on_turn(platform.now), platform.now + 500);
}

TEST_F(StreamTest, AnOutputIsSetAndAnsweredWithItsSeq) {
    const auto before = ask("/api/v1/state").json()["seq"].get<int>();
    say(a, R"({"id":9,"method":"output.set","params":{"id":"lamp","value":true}})");
    const auto messages = received(a);
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(
        messages[0],
        nlohmann::json({{"id", 9}, {"result", {{"id", "lamp"}, {"value", true}, {"seq", before + 1}}}}));
}

TEST_F(StreamTest, WhatCannotBeDoneIsAnErrorAndTheConnectionStays) {
    struct Row {
        std::string_view text;
        nlohmann::json id;
        Refusal reason;
    };
    for (const Row& row : {
             Row{"{", nullptr, Refusal::bad_json},
             Row{R"({"id":7,"method":"fly"})", 7, Refusal::unknown_method},
             Row{R"({"id":8,"method":"output.set","params":{"id":"none","value":1}})", 8,
                 Refusal::unknown_output_id},
             Row{R"({"id":9,"method":"output.set","params":{"id":"fan","value":3}})", 9, Refusal::invalid},
             Row{R"({"id":9,"method":"subscribe","params":{"topics":["weather"]}})", 9, Refusal::invalid},
         }) {
        say(a, row.text);
        const auto messages = received(a);
        ASSERT_EQ(messages.size(), 1U) << row.text;
        EXPECT_EQ(messages[0]["id"], row.id) << row.text;
        EXPECT_TRUE(is_refusal(messages[0]["error"], row.reason)) << row.text;
        EXPECT_TRUE(protocol::decode<protocol::StreamMessage>(messages[0].dump()));
    }
    EXPECT_TRUE(outlet.closed.empty());
    EXPECT_EQ(subscribe(a, R"(["state"])").size(), 2U);
}

TEST_F(StreamTest, SettingsThatAnotherClientChangedReachWhoShowsThem) {
    const auto first = subscribe(a, R"(["settings","info"])");
    ASSERT_EQ(first.size(), 3U) << "what they are now comes at once";
    EXPECT_EQ(first[1]["topic"], "settings");
    EXPECT_EQ(first[1]["data"], ask("/api/v1/settings").json());
    EXPECT_EQ(first[1]["etag"], ask("/api/v1/settings").etag);
    EXPECT_EQ(first[2]["topic"], "info");
    EXPECT_EQ(first[2]["data"], ask("/api/v1/info").json());

    ask(patch(R"({"telemetry":{"period_ms":250}})"));
    turn();
    const auto period = received(a);
    ASSERT_EQ(period.size(), 1U) << "the name is what it was";
    EXPECT_EQ(period[0]["data"]["telemetry"]["period_ms"], 250);
    EXPECT_EQ(period[0]["etag"], ask("/api/v1/settings").etag);

    ask(patch(R"({"name":"Renamed elsewhere"})"));
    turn();
    const auto renamed = received(a);
    ASSERT_EQ(renamed.size(), 2U);
    for (const auto& message : renamed) {
        EXPECT_EQ(message["data"]["name"], "Renamed elsewhere");
        EXPECT_TRUE(protocol::decode<protocol::StreamMessage>(message.dump()));
    }
}

TEST_F(StreamTest, AClientThatTakesNothingGetsTheNewestSettingsOnceItDoes) {
    subscribe(a, R"(["settings","info"])");
    outlet.blocked[a.slot] = true;
    for (const std::string_view name : {"One", "Two"}) {
        ask(patch(std::string(R"({"name":")") + std::string(name) + R"("})"));
        turn();
    }
    EXPECT_TRUE(received(a).empty());
    outlet.blocked.erase(a.slot);
    turn();
    const auto messages = received(a);
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0]["data"]["name"], "Two");
    EXPECT_EQ(messages[1]["data"]["name"], "Two");
}

TEST_F(StreamTest, ASubscriptionReplacesTheOneBefore) {
    subscribe(a, R"(["state","log"])");
    EXPECT_EQ(subscribe(a, R"(["log"])").size(), 1U);
    tick();
    EXPECT_TRUE(received(a).empty());
    EXPECT_EQ(subscribe(a, R"(["state"])").size(), 2U) << "with a new snapshot";
    subscribe(a, "[]");
    tick();
    EXPECT_TRUE(received(a).empty());
}

TEST_F(StreamTest, NewLogLinesComeAsTheyAreWritten) {
    EXPECT_EQ(subscribe(a, R"(["log"])").size(), 1U) << "older lines are for GET /api/v1/logs";
    app->log().write(app::LogLevel::warning, {"look"});
    turn();
    const auto messages = received(a);
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0]["topic"], "log");
    EXPECT_EQ(messages[0]["line"]["text"], "look");
    EXPECT_TRUE(protocol::decode<protocol::StreamMessage>(messages[0].dump()));
}

TEST_F(StreamTest, ASlowClientIsToldHowManyLinesItMissed) {
    subscribe(a, R"(["log"])");
    outlet.blocked[a.slot] = true;
    for (std::size_t i = 0; i < limits::log_lines + 31; ++i)
        app->log().write(app::LogLevel::info, {"line"});
    turn();
    outlet.blocked.erase(a.slot);
    turn();
    const auto messages = received(a);
    ASSERT_EQ(messages.size(), 1 + limits::log_lines);
    EXPECT_EQ(messages[0].dump(), R"({"gap":31,"topic":"log"})");
    EXPECT_EQ(messages[1]["line"]["seq"].get<int>(),
              messages.back()["line"]["seq"].get<int>() - int{limits::log_lines} + 1);
}

TEST_F(StreamTest, DiagnosticsComeOnceASecondAndFitAMessage) {
    statistics.figures.connections_max = 512;
    const auto first = subscribe(a, R"(["diagnostics"])");
    ASSERT_EQ(first.size(), 2U);
    const auto message = protocol::decode<protocol::StreamMessage>(first[1].dump());
    ASSERT_TRUE(message) << message.error;
    EXPECT_GE(std::get<protocol::Diagnostics>(*message).slots.size(), limits::connections_default)
        << "all slots of a chip's board";
    for (int i = 0; i < 20; ++i)
        turn(100);
    EXPECT_EQ(received(a).size(), 2U);
}

TEST_F(StreamTest, EachSecondsPeakIsToldAndToldOnceHoweverTheTurnsFall) {
    statistics.figures.second_ends_ms = platform.now + 1'000;
    ASSERT_EQ(subscribe(a, R"(["diagnostics"])").size(), 2U);
    std::vector<int> told;
    for (int turns = 0; turns < 400; ++turns) {
        platform.now += 70;  // does not divide a second
        if (platform.now >= statistics.figures.second_ends_ms) {
            statistics.figures.second_ends_ms += 1'000;
            ++statistics.figures.peak.connections;
        }
        turn();
        for (const auto& message : received(a))
            told.push_back(message["data"]["peak"]["connections"].get<int>());
    }
    ASSERT_EQ(told.size(), 28U);
    for (std::size_t i = 0; i < told.size(); ++i)
        EXPECT_EQ(told[i], static_cast<int>(i) + 1);
}

TEST_F(StreamTest, AClosedWebSocketGetsNothingAndItsSlotStartsAfresh) {
    subscribe(a, R"(["state"])");
    app->on_websocket_closed(a);
    tick();
    EXPECT_TRUE(received(a).empty());
    const server::SlotId next{a.slot, 2};
    open(next);
    tick();
    EXPECT_TRUE(received(next).empty());
}

}  // namespace boardwalk::test
