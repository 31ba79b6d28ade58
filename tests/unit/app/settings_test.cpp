#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

using SettingsTest = AppTest;

TEST_F(SettingsTest, TheDefaultsHoldUntilTheOwnerChooses) {
    start("Kitchen");
    const auto answer = ask("/api/v1/settings");
    EXPECT_EQ(answer.json(),
              nlohmann::json::parse(R"({"name":"Kitchen","telemetry":{"period_ms":1000},)"
                                    R"("security":{"hosts":[],"origins":[],"public":"none"}})"));
    EXPECT_FALSE(answer.etag.empty());
}

TEST_F(SettingsTest, AChangeIsAnsweredOnceItIsStored) {
    start();
    const auto before = ask("/api/v1/settings");
    EXPECT_TRUE(ask(patch(R"({"name":"Shed","telemetry":{"period_ms":250}})")).later);
    EXPECT_TRUE(outlet.answers.empty());
    EXPECT_EQ(ask("/api/v1/settings").body, before.body) << "memory waits for the file";
    workers.work();
    ASSERT_EQ(outlet.answers.size(), 1U);
    EXPECT_EQ(outlet.answers[0].slot, client);
    EXPECT_EQ(outlet.answers[0].status, 200);
    EXPECT_EQ(outlet.answers[0].body, R"({"name":"Shed","telemetry":{"period_ms":250},)"
                                      R"("security":{"hosts":[],"origins":[],"public":"none"}})");
    EXPECT_NE(outlet.answers[0].etag, before.etag);
    EXPECT_EQ(outlet.answers[0].etag, ask("/api/v1/settings").etag);
    EXPECT_EQ(ask("/api/v1/info").json()["name"], "Shed");
}

TEST_F(SettingsTest, WhatIsAbsentStays) {
    start();
    ask(patch(R"({"telemetry":{"period_ms":250}})"));
    workers.work();
    EXPECT_EQ(ask("/api/v1/settings").json()["name"], "Bench");
}

TEST_F(SettingsTest, AChangeThatChangesNothingIsAnsweredAndWearsNoFlash) {
    start();
    ask(patch(R"({"name":"Shed","security":{"hosts":["b"]}})"));
    workers.work();
    const auto before = ask("/api/v1/settings");
    const auto writes = storage.writes;
    for (const auto* same :
         {"{}", R"({"name":"Shed"})", R"({"security":{"hosts":["B."]}})",
          R"({"name":"Shed","telemetry":{"period_ms":1000},"security":{"hosts":["b"],"origins":[]}})"}) {
        const auto answer = ask(patch(same));
        EXPECT_FALSE(answer.later) << same;
        EXPECT_EQ(answer.status, 200) << same;
        EXPECT_EQ(answer.body, before.body);
        EXPECT_EQ(answer.etag, before.etag);
    }
    const auto backup = ask("/api/v1/settings/backup").body;
    EXPECT_FALSE(ask(put("/api/v1/settings/restore", backup)).later);
    EXPECT_EQ(storage.writes, writes);
    EXPECT_TRUE(ask(patch(R"({"name":"shed"})")).later) << "and another one is stored";
    workers.work();
    EXPECT_EQ(storage.writes, writes + 1);
}

TEST_F(SettingsTest, WhatCouldNotBeStoredIsTriedAgainThoughItChangesNothing) {
    start();
    storage.files.erase("settings.json");
    storage.works = false;
    start("Kitchen");
    storage.works = true;
    EXPECT_TRUE(ask(patch("{}")).later) << "the first start's name is not on the disk yet";
    workers.work();
    EXPECT_THAT(storage.files["settings.json"], ::testing::HasSubstr("Kitchen"));
    EXPECT_FALSE(ask(patch("{}")).later);
}

TEST_F(SettingsTest, AListOfHostsReplacesTheOneBeforeAndOutlivesARestart) {
    start();
    const auto change = [&](std::string_view body) {
        ask(patch(body));
        workers.work();
        return ask("/api/v1/settings").json()["security"].dump();
    };
    EXPECT_EQ(change(R"({"security":{"hosts":["Boards.Example.","b"],"origins":["https://b:443"]}})"),
              R"({"hosts":["boards.example","b"],"origins":["https://b"],"public":"none"})");
    EXPECT_EQ(change(R"({"security":{"hosts":["c"]}})"),
              R"({"hosts":["c"],"origins":["https://b"],"public":"none"})");
    EXPECT_EQ(change(R"({"name":"Shed"})"), R"({"hosts":["c"],"origins":["https://b"],"public":"none"})");
    const auto backup = ask("/api/v1/settings/backup").body;
    start();
    EXPECT_TRUE(app->settings().trusted_hosts.contains("c"));
    EXPECT_EQ(change(R"({"security":{"hosts":[],"origins":[]}})"),
              R"({"hosts":[],"origins":[],"public":"none"})");
    ask(put("/api/v1/settings/restore", backup));
    workers.work();
    EXPECT_EQ(ask("/api/v1/settings").json()["security"].dump(),
              R"({"hosts":["c"],"origins":["https://b"],"public":"none"})");
}

TEST_F(SettingsTest, ABackupOfTheFirstReleaseLeavesTheHostsAsTheyAre) {
    start();
    ask(patch(R"({"security":{"hosts":["c"]}})"));
    workers.work();
    ask(put(
        "/api/v1/settings/restore",
        R"({"format":"boardwalk.settings","version":1,"settings":{"name":"Shed","telemetry":{"period_ms":500}}})"));
    workers.work();
    EXPECT_EQ(ask("/api/v1/settings").json()["security"]["hosts"].dump(), R"(["c"])");
}

TEST_F(SettingsTest, ANewPeriodHoldsAtOnce) {
    start();
    tick();
    ask(patch(R"({"telemetry":{"period_ms":100}})"));
    workers.work();
    turn();
    const int before = device.samples;
    for (int i = 0; i < 10; ++i)
        turn(100);
    EXPECT_EQ(device.samples, before + 10);
}

TEST_F(SettingsTest, AStoredNameWinsOverTheDefaultAfterARestart) {
    start();
    ask(patch(R"({"name":"Shed"})"));
    workers.work();
    const auto before = ask("/api/v1/settings");
    const auto info = ask("/api/v1/info").json();
    start("Other");
    EXPECT_EQ(ask("/api/v1/settings").body, before.body);
    EXPECT_EQ(ask("/api/v1/settings").etag, before.etag);
    EXPECT_EQ(ask("/api/v1/info").json()["id"], info["id"]);
    EXPECT_NE(ask("/api/v1/info").json()["boot_id"], info["boot_id"]);
}

TEST_F(SettingsTest, AStorageThatFailsLeavesTheOldSettingsInForce) {
    start();
    const auto before = ask("/api/v1/settings").body;
    ask(patch(R"({"name":"Shed"})"));
    storage.works = false;
    workers.work();
    ASSERT_EQ(outlet.answers.size(), 1U);
    EXPECT_EQ(outlet.answers[0].status, 500);
    EXPECT_TRUE(is_refusal(nlohmann::json::parse(outlet.answers[0].body), Refusal::settings_not_stored));
    EXPECT_EQ(ask("/api/v1/settings").body, before);
    storage.works = true;
    ask(patch(R"({"name":"Shed"})"));
    workers.work();
    EXPECT_EQ(outlet.answers.back().status, 200) << "and the next one is taken";
}

TEST_F(SettingsTest, ChangesWaitForTheOneThatIsStoredFirstComeFirstServed) {
    start();
    const auto etag = ask("/api/v1/settings").etag;
    const auto change = [&](std::uint16_t slot, std::string_view body, std::string_view if_match = {}) {
        client = {slot, 1};
        auto request = patch(body);
        if (!if_match.empty()) request.if_match = {if_match};
        return ask(request);
    };
    std::map<std::uint16_t, Answer> repeated;
    outlet.on_repeat = [&](server::SlotId slot) {
        if (slot.slot == 2) return;  // it has gone
        if (slot.slot == 3) repeated[3] = change(3, R"({"name":"Attic"})", etag);
        else
            repeated[slot.slot] =
                change(slot.slot, R"({"telemetry":{"period_ms":)" + std::to_string(500 + slot.slot) + "}}");
    };
    EXPECT_TRUE(change(1, R"({"name":"Shed"})").later);
    for (std::uint16_t slot = 2; slot <= 7; ++slot)
        EXPECT_TRUE(change(slot, "{}").later) << "it is read when its turn comes";
    const auto eighth = change(8, "{}");
    EXPECT_EQ(eighth.status, 503);
    EXPECT_TRUE(is_refusal(eighth.json(), Refusal::settings_busy));
    EXPECT_EQ(eighth.retry_after_s, 1U);

    workers.work();
    EXPECT_THAT(outlet.repeated,
                ::testing::ElementsAre(server::SlotId{2, 1}, server::SlotId{3, 1}, server::SlotId{4, 1}))
        << "until one of them is stored";
    EXPECT_EQ(repeated[3].status, 412) << "the settings are no longer those that it read";
    EXPECT_TRUE(repeated[4].later);
    for (int i = 0; i < 4; ++i)
        workers.work();
    EXPECT_EQ(outlet.answers.size(), 5U) << "1, 4, 5, 6 and 7";
    for (const auto& answer : outlet.answers)
        EXPECT_EQ(answer.status, 200);
    const auto now = ask("/api/v1/settings").json();
    EXPECT_EQ(now["name"], "Shed");
    EXPECT_EQ(now["telemetry"]["period_ms"], 507);
}

TEST_F(SettingsTest, WhenAChangeCannotBeStoredTheNextIsTriedAllTheSame) {
    start();
    outlet.on_repeat = [&](server::SlotId) { ask(patch(R"({"name":"Attic"})")); };
    ask(patch(R"({"name":"Shed"})"));
    ask(patch(R"({"name":"Attic"})"));
    storage.works = false;
    workers.work();
    storage.works = true;
    workers.work();
    ASSERT_EQ(outlet.answers.size(), 2U);
    EXPECT_EQ(outlet.answers[0].status, 500);
    EXPECT_EQ(outlet.answers[1].status, 200);
    EXPECT_EQ(ask("/api/v1/settings").json()["name"], "Attic");
}

TEST_F(SettingsTest, AStorageThatNeverAnswersIsToldAndWhatItStoresLateHoldsFromThenOn) {
    start();
    std::vector<std::uint16_t> repeated;
    outlet.on_repeat = [&](server::SlotId) { repeated.push_back(ask(patch(R"({"name":"Attic"})")).status); };
    EXPECT_TRUE(ask(patch(R"({"name":"Shed"})")).later);
    EXPECT_TRUE(ask(patch(R"({"name":"Attic"})")).later) << "it waits in line";
    app->on_turn(platform.now);
    app->on_turn(platform.now += limits::job_ms_max);
    EXPECT_TRUE(outlet.answers.empty());
    app->on_turn(platform.now += 1);
    ASSERT_EQ(outlet.answers.size(), 1U);
    EXPECT_EQ(outlet.answers[0].status, 503);
    EXPECT_TRUE(is_refusal(nlohmann::json::parse(outlet.answers[0].body), Refusal::settings_stuck));
    EXPECT_EQ(repeated, std::vector<std::uint16_t>{503}) << "and so is the client that waited";
    EXPECT_EQ(ask("/api/v1/settings").json()["name"], "Bench");

    workers.work();
    EXPECT_EQ(outlet.answers.size(), 1U) << "each is answered once";
    EXPECT_EQ(ask("/api/v1/settings").json()["name"], "Shed");
    EXPECT_TRUE(ask(patch(R"({"name":"Attic"})")).later);
    workers.work();
    EXPECT_EQ(ask("/api/v1/settings").json()["name"], "Attic");
}

TEST_F(SettingsTest, WithoutAPlaceAmongTheWorkersAChangeIs503) {
    start();
    workers.full = true;
    EXPECT_EQ(ask(patch(R"({"name":"Shed"})")).status, 503);
    workers.full = false;
    EXPECT_TRUE(ask(patch(R"({"name":"Shed"})")).later);
}

TEST_F(SettingsTest, IfMatchOfOlderSettingsIs412) {
    start();
    const auto etag = ask("/api/v1/settings").etag;
    auto request = patch(R"({"name":"Shed"})");
    request.if_none_match = "*";
    EXPECT_EQ(ask(request).status, 412);
    request.if_none_match = {};
    request.if_match = "\"older\"";
    EXPECT_EQ(ask(request).status, 412);
    const std::string weak = "W/" + etag;
    request.if_match = weak;
    EXPECT_EQ(ask(request).status, 412) << "If-Match compares strongly";
    request.if_match = etag;
    EXPECT_TRUE(ask(request).later);
}

TEST_F(SettingsTest, BadChangesAreProblemsThatPointAtTheMember) {
    struct Row {
        std::string_view body;
        std::uint16_t status;
        std::string_view pointer;
    };
    start();
    for (const Row& row :
         {Row{"{", 400, ""}, Row{R"({"name":""})", 422, "/name"}, Row{R"({"name":7})", 422, "/name"},
          Row{R"({"telemetry":{"period_ms":99}})", 422, "/telemetry/period_ms"},
          Row{R"({"telemetry":{"period_ms":60001}})", 422, "/telemetry/period_ms"},
          Row{R"({"colour":"red"})", 422, "/colour"}}) {
        const auto answer = ask(patch(row.body));
        EXPECT_EQ(answer.status, row.status) << row.body;
        if (row.status == 422) {
            EXPECT_EQ(answer.json()["errors"][0]["pointer"], row.pointer);
        }
    }
    EXPECT_EQ(ask("/api/v1/settings").json()["name"], "Bench");
}

TEST_F(SettingsTest, ANameThatHidesSomethingIsRefusedAndToldWhich) {
    start();
    const auto refused = [this](std::string_view name) {
        const auto answer = ask(patch(R"({"name":")" + std::string(name) + "\"}"));
        EXPECT_EQ(answer.status, 422);
        return answer.json()["errors"][0]["detail"].get<std::string>();
    };
    EXPECT_EQ(refused("a\\u202eb"), "must not hold U+202E, which cannot be seen");
    EXPECT_EQ(refused("a\\udb40\\udc41"
                      "b"),
              "must not hold U+E0041, which cannot be seen");
    EXPECT_EQ(refused("Ku\\u0308che"), "must be in Normalization Form C (NFC), which has no U+0308 here");
    EXPECT_EQ(refused("Shed "), "must not begin or end with a blank (U+0020)");
    EXPECT_EQ(refused(""), "must not be empty");
    EXPECT_EQ(refused(std::string(64, 'n')), "must be at most 63 bytes of UTF-8");
    EXPECT_EQ(ask("/api/v1/settings").json()["name"], "Bench");
}

TEST_F(SettingsTest, ADefaultNameThatIsNoneIsCleanedToo) {
    start(" Attic\xe2\x80\xae");
    EXPECT_EQ(app->settings().name, "Attic");
    storage.files.clear();
    start("  ");
    EXPECT_EQ(app->settings().name, "Boardwalk");
}

TEST_F(SettingsTest, ABackupRestoredIsTheSettingsAgain) {
    start("Kitchen");
    const auto before = ask("/api/v1/settings").json();
    const auto backup = ask("/api/v1/settings/backup");
    EXPECT_EQ(backup.status, 200);
    EXPECT_EQ(backup.json()["settings"], before) << "there are no secrets yet";
    ask(patch(R"({"name":"Shed","telemetry":{"period_ms":100}})"));
    workers.work();
    EXPECT_TRUE(ask(put("/api/v1/settings/restore", backup.body)).later);
    EXPECT_EQ(ask("/api/v1/settings").json()["name"], "Shed") << "memory waits for the file";
    workers.work();
    EXPECT_EQ(outlet.answers.back().status, 200);
    EXPECT_EQ(nlohmann::json::parse(outlet.answers.back().body), before);
    EXPECT_EQ(ask("/api/v1/settings").json(), before);
}

TEST_F(SettingsTest, ABackupThatIsWrongAnywhereChangesNothing) {
    struct Row {
        std::string_view body;
        std::uint16_t status;
        std::string_view pointer;
    };
    start();
    const auto before = ask("/api/v1/settings").body;
    for (
        const Row& row :
        {Row{"{", 400, ""},
         Row{R"({"format":"boardwalk.settings","version":1,"settings":{"name":"Shed","telemetry":{"period_ms":1}}})",
             422, "/settings/telemetry/period_ms"},
         Row{R"({"format":"boardwalk.settings","version":1,"settings":{"name":"Shed"}})", 422,
             "/settings/telemetry"},
         Row{R"({"format":"boardwalk.settings","version":2,"settings":{"name":"Shed","telemetry":{"period_ms":500}}})",
             422, "/version"}}) {
        const auto answer = ask(put("/api/v1/settings/restore", row.body));
        EXPECT_EQ(answer.status, row.status) << row.body;
        if (row.status == 422) {
            EXPECT_EQ(answer.json()["errors"][0]["pointer"], row.pointer);
        }
    }
    workers.work();
    EXPECT_EQ(ask("/api/v1/settings").body, before);
}

TEST_F(SettingsTest, AFileThatMakesNoSenseIsKeptAsideAndTheLogSaysSo) {
    for (const auto* content : {"not json", "", R"({"name":""})", R"({"telemetry":{"period_ms":1}})"}) {
        storage.files = {{"settings.json", content}};
        platform.lines.clear();
        start();
        EXPECT_EQ(ask("/api/v1/settings").json()["name"], "Bench");
        EXPECT_EQ(storage.files["settings.json.corrupt-1"], content);
        EXPECT_THAT(storage.files["settings.json"], ::testing::HasSubstr("Bench"))
            << "the defaults are stored";
        EXPECT_THAT(platform.lines,
                    ::testing::Contains(::testing::HasSubstr("kept as settings.json.corrupt-1")));
        EXPECT_THAT(ask("/api/v1/logs").body, ::testing::HasSubstr("settings.json.corrupt-1"));
    }
}

TEST_F(SettingsTest, ABoardWhoseIdCannotBeStoredDoesNotStart) {
    storage.works = false;
    EXPECT_NE(app::App(seams(), "Bench").start(), "");
}

TEST_F(SettingsTest, TheBoardsAddressIsLocallyAdministeredAndMadeOfItsId) {
    storage.files["board-id"] = "0123456789ab";
    start();
    const auto info = ask("/api/v1/info").json();
    EXPECT_EQ(info["id"], "0123456789ab");
    EXPECT_EQ(info["mac"], "02:23:45:67:89:ab");
}

TEST_F(SettingsTest, ABoardWithAnInterfaceOfItsOwnIsKnownByItsAddress) {
    storage.files["board-id"] = "0123456789ab";
    platform.own_mac = {0x7c, 0xdf, 0xa1, 0x00, 0x3f, 0x2a};
    start();
    const auto info = ask("/api/v1/info").json();
    EXPECT_EQ(info["id"], "7cdfa1003f2a");
    EXPECT_EQ(info["mac"], "7c:df:a1:00:3f:2a");
    EXPECT_EQ(storage.files["board-id"], "0123456789ab") << "is not asked and not written";
}

}  // namespace boardwalk::test
