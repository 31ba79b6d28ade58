#include "firmware/app/wifi/portal.hpp"

#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

/// A radio that keeps what it is told.
class FakeRadio final : public app::WifiRadio {
public:
    [[nodiscard]] bool simulated() const override { return true; }
    [[nodiscard]] bool scan(std::span<app::WifiNetwork>, std::size_t& found) override {
        found = 0;
        return true;
    }
    [[nodiscard]] const app::Portal* portal() const override { return &own; }
    void join(const app::WifiCredentials& credentials) override { told.push_back(credentials); }

    app::Portal own{"192.168.4.1"};
    std::vector<app::WifiCredentials> told;
};

class PortalTest : public AppTest {
protected:
    void start_with_radio() {
        auto with_radio = seams();
        with_radio.wifi = &radio;
        app = std::make_unique<app::App>(with_radio, "Bench");
        ASSERT_EQ(app->start(), "");
        app->attach(outlet, statistics);
    }
    void open() { radio.own.tell(true, app::WifiState::off); }
    /// Where a request is led to; empty when it is led nowhere else.
    std::string led_to(std::string_view host, std::string_view path) {
        std::array<char, limits::inline_body_bytes_min> memory;
        http::Response response;
        response.text = TextWriter(memory);
        auto request = get(path);
        request.host = host;
        answer(request, response);
        return response.status == 302 ? std::string(response.location.view()) : "";
    }
    Answer patched(std::string_view body) {
        auto request = patch(body);
        request.host = "192.168.4.1";
        return ask(request);
    }

    static app::WifiCredentials credentials(std::string_view ssid, std::string_view password) {
        return {.ssid = cut(ssid), .password = cut(password)};
    }

    FakeRadio radio;
};

TEST_F(PortalTest, WhatPhonesAndComputersAskForIsLedToThePage) {
    start_with_radio();
    open();
    for (const auto& [host, path] : std::initializer_list<std::pair<const char*, const char*>>{
             {"connectivitycheck.gstatic.com", "/generate_204"},
             {"clients3.google.com", "/gen_204"},
             {"captive.apple.com", "/hotspot-detect.html"},
             {"captive.apple.com", "/"},
             {"www.msftconnecttest.com", "/connecttest.txt"},
             {"www.msftconnecttest.com", "/redirect"},
             {"www.msftncsi.com", "/ncsi.txt"},
             {"detectportal.firefox.com", "/canonical.html"},
             {"detectportal.firefox.com", "/success.txt"},
             {"nmcheck.gnome.org", "/check_network_status.txt"},
             {"example.org", "/api/v1/state"},
             {"192.168.4.1:8080", "/"},
             {"192.168.4.1", "/generate_204"},
             {"192.168.4.1:80", "/hotspot-detect.html"}}) {
        EXPECT_EQ(led_to(host, path), "http://192.168.4.1/setup.html") << host << path;
    }
}

TEST_F(PortalTest, WhoAsksForTheBoardGetsTheBoard) {
    start_with_radio();
    open();
    EXPECT_EQ(led_to("192.168.4.1", "/api/v1/state"), "");
    EXPECT_EQ(led_to("192.168.4.1:80", "/api/v1/wifi"), "");
    auto request = put("/api/v1/outputs/lamp", R"({"value":true})");
    request.host = "192.168.4.1";
    EXPECT_EQ(ask(request).status, 200);
    request.host = "example.org";
    EXPECT_EQ(ask(request).status, 421) << "not a GET, so it is not led away";
}

TEST_F(PortalTest, APageOfAnotherSiteThatIsStillOpenMayNotAskThoughItsNameLeadsToTheBoard) {
    start_with_radio();
    open();
    auto request = patch(R"({"wifi":{"ssid":"Theirs","password":"long enough"}})");
    request.host = "news.example";
    request.origin = "http://news.example";
    const auto refused = ask(request);
    EXPECT_EQ(refused.status, 421);
    EXPECT_FALSE(refused.later);
    workers.work();
    EXPECT_EQ(radio.told.size(), 1U) << "at start: none";
    request.host = "192.168.4.1";
    request.origin = "http://192.168.4.1";
    EXPECT_TRUE(ask(request).later) << "the board's own page may";
    workers.work();
    EXPECT_EQ(radio.told.size(), 2U);
}

TEST_F(PortalTest, AClosedPortalLeadsNobody) {
    start_with_radio();
    EXPECT_EQ(led_to("captive.apple.com", "/hotspot-detect.html"), "");
    open();
    radio.own.tell(false, app::WifiState::joined);
    EXPECT_EQ(led_to("captive.apple.com", "/hotspot-detect.html"), "");
}

TEST_F(PortalTest, TheOwnersNetworkIsNotLedToThePageWhileTheBoardsOwnCloses) {
    start_with_radio();
    radio.own.tell(true, app::WifiState::joined, {192, 168, 1, 50});
    EXPECT_EQ(led_to("192.168.1.50", "/"), "");
    EXPECT_EQ(led_to("boardwalk-00.local", "/generate_204"), "");
    EXPECT_EQ(led_to("captive.apple.com", "/hotspot-detect.html"), "");
}

TEST_F(PortalTest, OnlyTheOwnerSendsTheBoardElsewhereFromWhichNetworkEver) {
    start_with_radio();
    for (const bool open : {true, false}) {
        radio.own.tell(open, app::WifiState::joined, {192, 168, 1, 50});
        for (const auto* body : {R"({"wifi":{"ssid":"Evil"}})", R"({"wifi":{"password":"correct horse"}})",
                                 R"({"name":"Shed","wifi":{"ssid":""}})"}) {
            auto request = patch(body);
            request.host = "192.168.4.1";
            request.fields = "\r\n";
            EXPECT_TRUE(is_refusal(ask(request).json(), Refusal::sign_in)) << body;
        }
        EXPECT_TRUE(patched(open ? R"({"wifi":{"ssid":"Attic"}})" : R"({"wifi":{"ssid":"Cellar"}})").later);
        workers.work();
    }
    EXPECT_EQ(radio.told.back().ssid, "Cellar");
}

TEST_F(PortalTest, ANetworkThatIsToldIsStoredAndJoined) {
    start_with_radio();
    open();
    EXPECT_EQ(radio.told.size(), 1U) << "at start: none";
    EXPECT_TRUE(patched(R"({"wifi":{"ssid":"Attic","password":"correct horse"}})").later);
    EXPECT_EQ(radio.told.size(), 1U) << "not before it is stored";
    workers.work();
    ASSERT_EQ(radio.told.size(), 2U);
    EXPECT_EQ(radio.told[1].ssid, "Attic");
    EXPECT_EQ(radio.told[1].password, "correct horse");
    start_with_radio();
    EXPECT_EQ(radio.told.back(), radio.told[1]) << "and again after a restart";
}

TEST_F(PortalTest, APasswordIsNeverGivenBack) {
    start_with_radio();
    open();
    patched(R"({"wifi":{"ssid":"Attic","password":"correct horse"}})");
    workers.work();
    EXPECT_EQ(nlohmann::json::parse(outlet.answers.back().body)["wifi"], nlohmann::json({{"ssid", "Attic"}}));
    radio.own.tell(false, app::WifiState::joined);
    for (const auto* path :
         {"/api/v1/settings", "/api/v1/settings/backup", "/api/v1/wifi", "/api/v1/logs", "/api/v1/info"}) {
        EXPECT_THAT(ask(path).body, ::testing::Not(::testing::HasSubstr("correct horse"))) << path;
    }
    EXPECT_THAT(storage.files["settings.json"], ::testing::HasSubstr("correct horse"));
}

TEST_F(PortalTest, TheETagDoesNotTellThePassword) {
    start_with_radio();
    open();
    patched(R"({"wifi":{"ssid":"Attic","password":"correct horse"}})");
    workers.work();
    const auto before = outlet.answers.back().etag;
    patched(R"({"wifi":{"password":"battery staple"}})");
    workers.work();
    EXPECT_EQ(outlet.answers.back().etag, before);
    EXPECT_EQ(radio.told.back().password, "battery staple");
}

TEST_F(PortalTest, OneNetworksPasswordIsNotShownToAnother) {
    start_with_radio();
    open();
    patched(R"({"wifi":{"ssid":"Attic","password":"correct horse"}})");
    workers.work();
    patched(R"({"wifi":{"ssid":"Attic"}})");
    workers.work();
    EXPECT_EQ(radio.told.back().password, "correct horse");
    patched(R"({"wifi":{"ssid":"Shed"}})");
    workers.work();
    EXPECT_EQ(radio.told.back(), (credentials("Shed", "")));
}

TEST_F(PortalTest, AnotherNetworkLeavesMembersOfALaterVersionAsTheyAreButForTheSecretsOfTheOneBefore) {
    auto& file = storage.files["settings.json"];
    file =
        R"({"name":"Shed","telemetry":{"period_ms":500},"wifi":{"ssid":"Attic","password":"correct horse",)"
        R"("bssid":null,"eap":{"password":"hunter22"}}})";
    start_with_radio();
    open();
    patched(R"({"wifi":{"ssid":"Attic","password":"battery staple"}})");
    workers.work();
    EXPECT_THAT(file, ::testing::HasSubstr(R"("bssid":null,"eap":{"password":"hunter22"})"));
    patched(R"({"wifi":{"ssid":"Cellar","password":"correct horse"}})");
    workers.work();
    EXPECT_THAT(file, ::testing::HasSubstr(R"("ssid":"Cellar","password":"correct horse","bssid":null)"));
    EXPECT_THAT(file, ::testing::Not(::testing::HasSubstr("hunter22")));
    patched(R"({"wifi":{"ssid":""}})");
    workers.work();
    EXPECT_THAT(file, ::testing::HasSubstr(R"("bssid":null)"));
}

TEST_F(PortalTest, ANetworkThatIsToldAgainIsTriedAgainAndNotStoredAgain) {
    start_with_radio();
    open();
    patched(R"({"wifi":{"ssid":"Attic","password":"correct horse"}})");
    workers.work();
    const auto tries = radio.told.size();
    const auto writes = storage.writes;
    EXPECT_FALSE(patched(R"({"wifi":{"ssid":"Attic","password":"correct horse"}})").later);
    ASSERT_EQ(radio.told.size(), tries + 1);
    EXPECT_EQ(radio.told.back(), credentials("Attic", "correct horse"));
    EXPECT_EQ(storage.writes, writes);
    patched(R"({"name":"Bench"})");
    EXPECT_EQ(radio.told.size(), tries + 1) << "only when it is told";
}

TEST_F(PortalTest, ABackupRestoredLeavesTheNetworkAlone) {
    start_with_radio();
    open();
    patched(R"({"wifi":{"ssid":"Attic","password":"correct horse"}})");
    workers.work();
    const auto backup = ask("/api/v1/settings/backup").body;
    EXPECT_THAT(backup, ::testing::Not(::testing::HasSubstr("wifi")));
    ask(put("/api/v1/settings/restore", backup));
    workers.work();
    EXPECT_EQ(outlet.answers.back().status, 200);
    EXPECT_EQ(radio.told.back(), (credentials("Attic", "correct horse")));
}

TEST_F(PortalTest, TheLongestSettingsAreStoredWhole) {
    start_with_radio();
    open();
    const nlohmann::json longest = {
        {"name", std::string(63, '"')},
        {"telemetry", {{"period_ms", 60'000}}},
        {"wifi", {{"ssid", std::string(32, '\\')}, {"password", std::string(63, '"')}}},
        {"security",
         {{"hosts", std::vector(4, std::string(48, 'h'))},
          {"origins", std::vector(4, "https://" + std::string(56, 'o'))},
          {"public", "viewing"}}}};
    EXPECT_TRUE(patched(longest.dump()).later);
    workers.work();
    EXPECT_EQ(nlohmann::json::parse(storage.files["settings.json"]), longest);
    EXPECT_EQ(storage.files["settings.json"].size() + 4, app::known_settings_bytes_max)
        << "no password has 64 quotation marks, and behind the last of a list there is no comma";
}

TEST_F(PortalTest, ThePageIsToldHowTheJoiningGoes) {
    start_with_radio();
    open();
    auto request = get("/api/v1/wifi");
    request.host = "192.168.4.1";
    EXPECT_EQ(
        ask(request).json(),
        nlohmann::json::parse(R"({"ssid":"","state":"off","failure":"unknown","portal":true,"address":""})"));
    radio.own.tell(true, app::WifiState::failed, {}, app::WifiFailure::password);
    EXPECT_EQ(ask(request).json()["state"], "failed");
    EXPECT_EQ(ask(request).json()["failure"], "password");
    radio.own.tell(true, app::WifiState::joined, {192, 168, 1, 50});
    EXPECT_EQ(ask(request).json()["state"], "joined");
    EXPECT_EQ(ask(request).json()["address"], "192.168.1.50");
    radio.own.tell(true, app::WifiState::joined, {255, 255, 255, 255});
    EXPECT_EQ(ask(request).json()["address"], "255.255.255.255");
}

TEST_F(PortalTest, ABoardThatJoinsNothingSaysSo) {
    start();
    EXPECT_EQ(ask("/api/v1/wifi").status, 501);
    const auto answer = ask(patch(R"({"wifi":{"ssid":"Attic"}})"));
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.json()["errors"][0]["pointer"], "/wifi");
    EXPECT_FALSE(ask("/api/v1/settings").json().contains("wifi"));
    EXPECT_EQ(led_to("captive.apple.com", "/hotspot-detect.html"), "");
}

}  // namespace boardwalk::test
