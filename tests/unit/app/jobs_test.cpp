#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

app::WifiNetwork network(std::string_view ssid, int rssi_dbm, unsigned channel, bool secure) {
    return {.ssid = cut(ssid), .rssi_dbm = rssi_dbm, .channel = channel, .secure = secure};
}

/// A radio that finds what a test says.
class ScriptedRadio final : public app::WifiRadio {
public:
    [[nodiscard]] bool simulated() const override { return true; }
    [[nodiscard]] bool scan(std::span<app::WifiNetwork> room, std::size_t& found) override {
        ++scans;
        found = std::min(room.size(), networks.size());
        std::copy_n(networks.begin(), found, room.begin());
        return works;
    }
    std::vector<app::WifiNetwork> networks = {network("Far", -80, 1, true), network("Near", -40, 6, false)};
    bool works = true;
    int scans = 0;
};

class JobsTest : public AppTest {
protected:
    void SetUp() override { start_on(workers); }
    void start_on(server::Workers& chosen) {
        auto with_radio = seams(chosen);
        with_radio.wifi = &radio;
        app = std::make_unique<app::App>(with_radio, "Bench");
        ASSERT_EQ(app->start(), "");
        app->attach(outlet, statistics);
    }
    http::Request post(std::string_view path) {
        http::Request request = get(path);
        request.method = http::Method::post;
        return request;
    }
    nlohmann::json scan() { return ask(post("/api/v1/wifi/scan")).json(); }
    nlohmann::json job(const nlohmann::json& started) {
        return ask("/api/v1/jobs/" + started["id"].get<std::string>()).json();
    }
    void subscribe(server::SlotId slot) {
        open_stream(slot);
        app->on_websocket_message(slot, R"({"id":1,"method":"subscribe","params":{"topics":["job"]}})");
        outlet.frames.clear();
    }

    ScriptedRadio radio;
};

TEST_F(JobsTest, AScanIsAJobWhoseResultNamesTheNetworksStrongestFirst) {
    const auto answer = ask(post("/api/v1/wifi/scan"));
    EXPECT_EQ(answer.status, 202);
    const auto started = answer.json();
    EXPECT_EQ(started["kind"], "wifi.scan");
    EXPECT_EQ(started["state"], "running");
    EXPECT_TRUE(started["result"].is_null());
    EXPECT_EQ(job(started), started);
    workers.work();
    const auto done = job(started);
    EXPECT_EQ(done["state"], "done");
    EXPECT_EQ(done["progress"], 1);
    EXPECT_TRUE(done["error"].is_null());
    EXPECT_EQ(done["result"], nlohmann::json::parse(R"({"simulated":true,"networks":[
        {"ssid":"Near","rssi_dbm":-40,"channel":6,"secure":false},
        {"ssid":"Far","rssi_dbm":-80,"channel":1,"secure":true}]})"));
}

TEST_F(JobsTest, ASecondScanWhileOneRunsIsTheSameJob) {
    const auto first = scan();
    EXPECT_EQ(scan()["id"], first["id"]);
    workers.work();
    EXPECT_EQ(radio.scans, 1);
    const auto next = scan();
    EXPECT_NE(next["id"], first["id"]);
    EXPECT_EQ(ask("/api/v1/jobs/" + first["id"].get<std::string>()).status, 404)
        << "the later one took its place";
}

TEST_F(JobsTest, ARadioThatFailsIsAFailedJobWithAProblem) {
    radio.works = false;
    const auto started = scan();
    workers.work();
    const auto failed = job(started);
    EXPECT_EQ(failed["state"], "failed");
    EXPECT_TRUE(is_refusal(failed["error"], Refusal::radio_failed));
    EXPECT_TRUE(failed["result"].is_null());
}

TEST_F(JobsTest, TheLongestResultFits) {
    radio.networks.assign(2 * limits::wifi_networks_max, network(std::string(32, '"'), -100, 196, false));
    const auto started = scan();
    workers.work();
    const auto answer = ask("/api/v1/jobs/" + started["id"].get<std::string>());
    EXPECT_LE(answer.body.size(), limits::job_bytes_max);
    EXPECT_EQ(answer.json()["result"]["networks"].size(), limits::wifi_networks_max);
}

TEST_F(JobsTest, ANameThatIsNoTextIsShownAllTheSame) {
    radio.networks = {network("\xff\x01x", -40, 6, false)};
    const auto started = scan();
    workers.work();
    EXPECT_EQ(job(started)["result"]["networks"][0]["ssid"], "??x");
}

TEST_F(JobsTest, ABoardWithoutARadioSaysSo) {
    start();
    EXPECT_EQ(ask(post("/api/v1/wifi/scan")).status, 501);
}

TEST_F(JobsTest, WithoutAPlaceAmongTheWorkersAScanIs503) {
    workers.full = true;
    const auto answer = ask(post("/api/v1/wifi/scan"));
    EXPECT_TRUE(is_refusal(answer.json(), Refusal::workers_busy));
    EXPECT_EQ(answer.retry_after_s, 1U);
}

TEST_F(JobsTest, AScanEndsAlsoOnWorkersThatAreDoneBeforeTheyReturn) {
    HastyWorkers hasty;
    start_on(hasty);
    EXPECT_EQ(job(scan())["state"], "done");
    EXPECT_EQ(job(scan())["state"], "done");
    radio.works = false;
    EXPECT_EQ(job(scan())["state"], "failed");
    EXPECT_EQ(radio.scans, 3);
}

TEST_F(JobsTest, ARadioThatNeverComesBackFailsTheScanAndTheNextIsToldToWait) {
    const auto started = scan();
    app->on_turn(platform.now);
    app->on_turn(platform.now += limits::job_ms_max);
    EXPECT_EQ(job(started)["state"], "running");
    app->on_turn(platform.now += 1);
    EXPECT_EQ(job(started)["error"]["code"], "radio_failed");
    EXPECT_EQ(ask(post("/api/v1/wifi/scan")).status, 503) << "it is still with the radio";

    workers.work();
    EXPECT_EQ(job(started)["state"], "failed") << "what comes so late is nothing that a client waits for";
    const auto next = scan();
    workers.work();
    EXPECT_EQ(job(next)["state"], "done");
}

TEST_F(JobsTest, OtherIdsAre404) {
    (void)scan();
    for (const auto* id : {"0", "01", "2", "-1", "x", "1x", "99999999999999999999"}) {
        EXPECT_EQ(ask(std::string("/api/v1/jobs/") + id).status, 404) << id;
    }
    EXPECT_EQ(ask("/api/v1/jobs/1").status, 200);
}

TEST_F(JobsTest, SubscribersHearEachChangeOfAJob) {
    subscribe(client);
    const auto started = scan();
    turn();
    auto messages = received(client);
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0]["topic"], "job");
    EXPECT_EQ(messages[0]["data"], started);
    EXPECT_EQ(messages[1]["data"], job(started));
    turn();
    EXPECT_TRUE(received(client).empty()) << "once";
}

TEST_F(JobsTest, WhoSubscribesLaterHearsOfAJobThatRunsAndNotOfOneThatIsOver) {
    (void)scan();
    subscribe(client);
    app->on_turn(platform.now);
    EXPECT_EQ(received(client).size(), 1U);
    workers.work();
    subscribe({5, 1});
    app->on_turn(platform.now);
    EXPECT_TRUE(received({5, 1}).empty());
    EXPECT_EQ(received(client).size(), 1U) << "the one who was there hears of the end";
}

TEST_F(JobsTest, ASlowSubscriberGetsTheEnd) {
    subscribe(client);
    outlet.blocked[client.slot] = true;
    (void)scan();
    turn();
    EXPECT_TRUE(received(client).empty());
    outlet.blocked.clear();
    turn();
    const auto messages = received(client);
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0]["data"]["state"], "done");
}

TEST_F(JobsTest, ARestartIsAnsweredAndAskedOfThePlatformOnce) {
    const auto answer = ask(post("/api/v1/restart"));
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.json()["boot_id"], ask("/api/v1/info").json()["boot_id"]);
    EXPECT_EQ(platform.restarts, 1);
    EXPECT_EQ(platform.lines.back(),
              "restarting, as was asked from [2001:db8:1234:5678:9abc:def0:1234:5678]:54321");
    platform.can_restart = false;
    EXPECT_EQ(ask(post("/api/v1/restart")).status, 501);
}

}  // namespace boardwalk::test
