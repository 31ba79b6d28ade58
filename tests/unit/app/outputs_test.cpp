#include "tests/support/allocations.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

class OutputsTest : public AppTest {
protected:
    void SetUp() override {
        start();
        tick();
    }
    nlohmann::json output(std::size_t index) { return ask("/api/v1/state").json()["outputs"][index]; }
};

TEST_F(OutputsTest, SettingAnOutputIsANewStateAtOnce) {
    const auto before = ask("/api/v1/state").json()["seq"].get<int>();
    const auto answer = ask(put("/api/v1/outputs/lamp", R"({"value":true})"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.json(), nlohmann::json({{"id", "lamp"}, {"value", true}, {"seq", before + 1}}));
    EXPECT_EQ(ask("/api/v1/state").json()["seq"], before + 1);
    EXPECT_EQ(output(0)["value"], true);
}

TEST_F(OutputsTest, TheDeviceIsToldWithoutWaitingForATickAndItsValuesShow) {
    device.values[0] = 30;
    ask(put("/api/v1/outputs/fan", R"({"value":45})"));
    turn();
    EXPECT_EQ(device.last_outputs, (std::vector<double>{0, 45, 0, 0}));
    EXPECT_EQ(ask("/api/v1/state").json()["readings"][0]["value"], 30.0);
}

TEST_F(OutputsTest, AnOutputSetWhileItsDeviceIsBusyReachesItAfterwards) {
    platform.now += 1'000;
    app->on_turn(platform.now);  // the tick's sample waits for a worker
    ask(put("/api/v1/outputs/fan", R"({"value":45})"));
    workers.work();
    EXPECT_EQ(device.last_outputs[1], 0);
    workers.work();
    EXPECT_EQ(device.last_outputs[1], 45);
}

TEST_F(OutputsTest, AButtonIsPressedOnceForEachTrueAndStaysFalse) {
    EXPECT_EQ(ask(put("/api/v1/outputs/mist", R"({"value":true})")).json()["value"], true);
    ask(put("/api/v1/outputs/mist", R"({"value":true})"));
    workers.work();
    EXPECT_EQ(device.last_outputs[3], 1) << "told at once";
    workers.work();
    EXPECT_EQ(device.last_outputs[3], 1) << "the second press, while the device was busy";
    tick();
    EXPECT_EQ(device.last_outputs[3], 0);
    EXPECT_EQ(output(3)["value"], false);
}

TEST_F(OutputsTest, IfMatchOfAnOlderStateIs412) {
    const auto etag = ask("/api/v1/state").etag;
    auto request = put("/api/v1/outputs/lamp", R"({"value":true})");
    request.if_match = etag;
    EXPECT_EQ(ask(request).status, 200);
    EXPECT_EQ(ask(request).status, 412) << "that made another state";
}

TEST_F(OutputsTest, ARepeatAddsNoLineToTheLog) {
    ask(put("/api/v1/outputs/lamp", R"({"value":true})"));
    const auto lines = ask("/api/v1/logs").json()["next"];
    ask(put("/api/v1/outputs/lamp", R"({"value":true})"));
    EXPECT_EQ(ask("/api/v1/logs").json()["next"], lines);
}

TEST_F(OutputsTest, AChoiceTakesItsOptions) {
    EXPECT_EQ(ask(put("/api/v1/outputs/shade", R"({"value":"half"})")).status, 200);
    EXPECT_EQ(output(2)["value"], "half");
}

TEST_F(OutputsTest, AnIdentifierMayBePercentEncoded) {
    EXPECT_EQ(ask(put("/api/v1/outputs/l%61mp", R"({"value":true})")).status, 200);
}

TEST_F(OutputsTest, EachBoundOfALevelIsTakenAndNothingBeyond) {
    for (const auto* good : {"0", "5", "100", "45.0"}) {
        EXPECT_EQ(ask(put("/api/v1/outputs/fan", std::string(R"({"value":)") + good + "}")).status, 200)
            << good;
    }
    for (const auto* bad : {"-5", "105", "3", "0.1", "1e300", "true", "\"40\""}) {
        const auto answer = ask(put("/api/v1/outputs/fan", std::string(R"({"value":)") + bad + "}"));
        EXPECT_EQ(answer.status, 422) << bad;
        EXPECT_EQ(answer.type, "application/problem+json");
        EXPECT_EQ(answer.json()["errors"][0]["pointer"], "/value");
        EXPECT_EQ(answer.json()["detail"], "A number from 0 to 100 in steps of 5 is expected.");
    }
    EXPECT_EQ(output(1)["value"], 45);
}

TEST_F(OutputsTest, WhatAnOutputDoesNotTakeIsAProblemAndChangesNothing) {
    struct Row {
        std::string_view path, body;
        std::uint16_t status;
        std::string_view code;
    };
    const auto before = ask("/api/v1/state").body;
    for (const Row& row : {
             Row{"/api/v1/outputs/nothing", R"({"value":true})", 404, "unknown_output"},
             Row{"/api/v1/outputs/%zz", R"({"value":true})", 404, "unknown_output"},
             Row{"/api/v1/outputs/lamp", R"({"value":)", 400, "bad_json"},
             Row{"/api/v1/outputs/lamp", "", 400, "bad_json"},
             Row{"/api/v1/outputs/lamp", "{}", 422, "invalid"},
             Row{"/api/v1/outputs/lamp", R"({"value":1})", 422, "invalid"},
             Row{"/api/v1/outputs/lamp", R"({"value":true,"more":1})", 422, "invalid"},
             Row{"/api/v1/outputs/shade", R"({"value":"ajar"})", 422, "invalid"},
             Row{"/api/v1/outputs/mist", R"({"value":false})", 422, "invalid"},
         }) {
        const auto answer = ask(put(row.path, row.body));
        EXPECT_EQ(answer.status, row.status) << row.body;
        EXPECT_EQ(answer.json()["code"], row.code) << row.body;
        EXPECT_EQ(answer.json()["status"], row.status);
        EXPECT_EQ(answer.json()["instance"], row.path);
    }
    EXPECT_EQ(ask("/api/v1/state").body, before);
}

}  // namespace boardwalk::test
