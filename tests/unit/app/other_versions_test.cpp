#include "firmware/core/json_members.hpp"
#include "tests/unit/app/app_fixture.hpp"

/// Settings that another version of this firmware stored.
namespace boardwalk::test {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class OtherVersionsTest : public AppTest {
protected:
    std::string& file() { return storage.files["settings.json"]; }
    std::uint16_t change(const http::Request& request) {
        const auto answer = ask(request);
        if (!answer.later) return answer.status;
        workers.work();
        return outlet.answers.back().status;
    }
    std::uint16_t rename(std::string_view name) {
        return change(patch(R"({"name":")" + std::string(name) + "\"}"));
    }
    nlohmann::json shown() { return ask("/api/v1/settings").json(); }

    /// As a later version writes it, with blanks as a person might leave them.
    static constexpr std::string_view mqtt =
        R"("mqtt" : { "host":"b\u00e9\/x" , "n":1.50,"a":[1,{"b":"}\"]"}] })";
    static constexpr std::string_view jitter = R"("jitter":0.10)";
    static constexpr std::string_view everyone = R"("redirect_to_https":true)";
    static constexpr std::string_view bssid = R"("bssid":null)";
    static std::string later_file() {
        return R"({"name":"Shed",)" + std::string(mqtt) + R"(,"telemetry":{)" + std::string(jitter) +
               R"(,"period_ms":500},"wifi":{"ssid":"Attic","password":"correct horse",)" +
               std::string(bssid) + R"(},"security":{"hosts":["b"],"origins":[],)" + std::string(everyone) +
               "}}";
    }
};

TEST_F(OtherVersionsTest, WhatALaterVersionStoredIsStillThereByteForByteAfterAChangeAndARestart) {
    file() = later_file();
    for (const auto* name : {"Attic", "Cellar"}) {
        start();
        EXPECT_EQ(shown()["telemetry"]["period_ms"], 500);
        EXPECT_EQ(rename(name), 200);
        for (const auto member : {mqtt, jitter, everyone, bssid})
            EXPECT_THAT(file(), HasSubstr(member));
        auto expected = nlohmann::json::parse(later_file());
        expected["name"] = name;
        EXPECT_EQ(nlohmann::json::parse(file()), expected);
    }
}

TEST_F(OtherVersionsTest, WhatIsKeptForAnotherVersionIsToldOnceAtEachStartAndNeverShown) {
    file() = later_file();
    start();
    rename("Attic");
    const auto told = HasSubstr(
        "kept for the version that wrote them: mqtt, telemetry/jitter, wifi/bssid, "
        "security/redirect_to_https");
    EXPECT_THAT(platform.lines, Contains(told).Times(1));
    EXPECT_EQ(
        shown().dump(),
        R"({"name":"Attic","security":{"hosts":["b"],"origins":[],"public":"none"},"telemetry":{"period_ms":500}})");
}

TEST_F(OtherVersionsTest, NamesOfKeptMembersThatFitNoLineOfTheLogAreToldAsFarAsTheyFit) {
    const std::string front = "kept for the version that wrote them: ";
    const auto told = [&](const std::string& members) {
        storage.files = {
            {"settings.json", R"({"name":"Shed","telemetry":{"period_ms":500})" + members + "}"}};
        platform.lines.clear();
        start();
        for (const auto& line : platform.lines)
            if (line.starts_with(front)) return line.substr(front.size());
        return std::string("nothing");
    };
    EXPECT_EQ(told(",\"" + std::string(200, 'k') + "\":1"), "…");
    EXPECT_EQ(told(R"(,"mqtt":{},")" + std::string(200, 'k') + R"(":1,"time":{})"), "mqtt, …");
    std::string members, names;
    for (int member = 10; member < 40; ++member) {
        members += ",\"later" + std::to_string(member) + "\":0";
        if (names.size() + 9 + 5 <= limits::log_text_bytes_max - front.size())
            names += (names.empty() ? "later" : ", later") + std::to_string(member);
    }
    EXPECT_EQ(told(members), names + ", …");
}

TEST_F(OtherVersionsTest, ABackupCarriesMembersOfALaterVersionToAnotherBoard) {
    file() = later_file();
    start();
    const auto backup = ask("/api/v1/settings/backup").body;
    storage.files.clear();
    start();
    EXPECT_EQ(change(put("/api/v1/settings/restore", backup)), 200);
    for (const auto member : {mqtt, jitter, everyone})
        EXPECT_THAT(file(), HasSubstr(member));
    EXPECT_THAT(file(), Not(HasSubstr("wifi"))) << "no network, no part of one";
    EXPECT_EQ(shown()["name"], "Shed");
}

TEST_F(OtherVersionsTest, ARestoreReplacesAMemberOfALaterVersionAndKeepsThoseThatTheBackupHasNot) {
    file() = R"({"name":"Shed","a":1,"b":2,"telemetry":{"period_ms":500,"a":3}})";
    start();
    EXPECT_EQ(change(put("/api/v1/settings/restore",
                         R"({"format":"boardwalk.settings","version":1,"settings":)"
                         R"({"name":"Attic","telemetry":{"period_ms":500},"a":4,"c":5}})")),
              200);
    EXPECT_EQ(
        nlohmann::json::parse(file()),
        nlohmann::json::parse(R"({"name":"Attic","a":4,"b":2,"c":5,"telemetry":{"period_ms":500,"a":3}})"));
}

TEST_F(OtherVersionsTest, ASecretOfALaterVersionIsInNoBackupAndStaysOnTheBoard) {
    file() =
        R"({"name":"Shed","mqtt":{"host":"b","login":{"password":"hunter22"}},"telemetry":{"period_ms":500}})";
    start();
    const auto backup = ask("/api/v1/settings/backup").body;
    EXPECT_THAT(backup, Not(HasSubstr("hunter22")));
    EXPECT_EQ(change(put("/api/v1/settings/restore", backup)), 200);
    EXPECT_THAT(file(), HasSubstr(R"("mqtt":{"host":"b","login":{"password":"hunter22"}})"));
}

TEST_F(OtherVersionsTest, OneValueThatThisVersionDoesNotTakeCostsNothingElse) {
    file() =
        R"({"name":"Shed","telemetry":{"period_ms":5},"wifi":{"ssid":"Attic","password":"correct horse"},"a":1})";
    const auto before = file();
    start();
    EXPECT_EQ(shown()["name"], "Shed");
    EXPECT_EQ(shown()["telemetry"]["period_ms"], limits::telemetry_period_ms_default);
    EXPECT_EQ(app->settings().wifi.ssid, "Attic");
    EXPECT_EQ(storage.files["settings.json.corrupt-1"], before);
    EXPECT_EQ(nlohmann::json::parse(file()),
              nlohmann::json::parse(R"({"name":"Shed","telemetry":{"period_ms":1000},)"
                                    R"("wifi":{"ssid":"Attic","password":"correct horse"},"a":1})"));
    EXPECT_THAT(platform.lines,
                Contains("settings.json: /telemetry/period_ms must be an integer from 100 to 60000"));
    EXPECT_THAT(platform.lines, Contains("settings.json is kept as settings.json.corrupt-1; the rest holds"));
}

/// A schedule of rules in rules, say: this version has no use for its depth.
TEST_F(OtherVersionsTest, AMemberOfALaterVersionMayNestAsDeeplyAsItLikes) {
    for (const std::size_t depth : {limits::json_depth_max - 1, limits::json_depth_max, std::size_t{9},
                                    std::size_t{32}, std::size_t{600}}) {
        SCOPED_TRACE(depth);
        const auto rules = R"("rules":)" + std::string(depth, '[') + std::string(depth, ']');
        std::string inner = R"("zones":)";
        for (std::size_t level = 0; level < std::min<std::size_t>(depth, 60); ++level)
            inner += R"({"in":)";
        inner += "0" + std::string(std::min<std::size_t>(depth, 60), '}');
        storage.files = {{"settings.json", R"({"name":"Shed",)" + rules + R"(,"telemetry":{)" + inner +
                                               R"(,"period_ms":500},)"
                                               R"("wifi":{"ssid":"Attic","password":"correct horse"}})"}};
        start();
        EXPECT_EQ(app->settings().wifi.ssid, "Attic") << "a roll-back takes no board out of its network";
        EXPECT_EQ(shown()["telemetry"]["period_ms"], 500);
        EXPECT_FALSE(storage.files.contains("settings.json.corrupt-1"));
        const auto backup = ask("/api/v1/settings/backup").body;
        EXPECT_EQ(rename("Cellar"), 200);
        EXPECT_THAT(file(), ::testing::AllOf(HasSubstr(rules), HasSubstr(inner)));
        EXPECT_EQ(change(put("/api/v1/settings/restore", backup)), 200);
        EXPECT_THAT(file(), ::testing::AllOf(HasSubstr(rules), HasSubstr(inner), HasSubstr("Attic")));
        EXPECT_EQ(shown()["name"], "Shed");
    }
}

TEST_F(OtherVersionsTest, AMemberOfALaterVersionWithANumberThatNobodyCanHoldIsNoEndOfTheFile) {
    file() = R"({"later":1e999,"name":"Shed"})";
    start();
    EXPECT_EQ(storage.files["settings.json.corrupt-1"], R"({"later":1e999,"name":"Shed"})")
        << "the parser stops there: what follows must not be lost silently";
}

TEST_F(OtherVersionsTest, AnEscapedNameIsTheNameItStandsFor) {
    file() =
        R"({"n\u0061me":"Shed","telemetry":{"p\u0065riod_ms":500},"telemetry/period_ms":1,"n\u0061mes":2})";
    start();
    EXPECT_EQ(rename("Attic"), 200);
    EXPECT_EQ(file(),
              R"({"name":"Attic","telemetry":{"period_ms":500},"telemetry/period_ms":1,"n\u0061mes":2})");
}

TEST_F(OtherVersionsTest, AStoredNameThatIsNoneAnyMoreIsCleanedAndNotLost) {
    struct Row {
        std::string_view stored, now;
    };
    for (const Row& row : {Row{" Shed\xe2\x80\xae ", "Shed"}, Row{"\xc2\x9bShed", "Shed"},
                           Row{"Ku\xcc\x88"
                               "che",
                               "Kuche"}}) {
        file() = R"({"name":")" + std::string(row.stored) + R"(","telemetry":{"period_ms":500}})";
        platform.lines.clear();
        start();
        EXPECT_EQ(shown()["name"], row.now);
        EXPECT_EQ(shown()["telemetry"]["period_ms"], 500);
        EXPECT_FALSE(storage.files.contains("settings.json.corrupt-1"));
        EXPECT_THAT(platform.lines, Contains(HasSubstr("it is \"" + std::string(row.now) + "\" now")));
        EXPECT_EQ(change(put("/api/v1/settings/restore", ask("/api/v1/settings/backup").body)), 200);
    }
}

TEST_F(OtherVersionsTest, TheFirstReleaseTakesWhatIsStoredUntilItHasSomethingThatThatDoesNotKnow) {
    start();
    rename("Shed");
    EXPECT_EQ(file(), R"({"name":"Shed","telemetry":{"period_ms":1000}})")
        << "it refuses a file with any member that it does not know";
    change(patch(R"({"security":{"hosts":["b"]}})"));
    EXPECT_THAT(file(), HasSubstr(R"("security":{"hosts":["b"],"origins":[]})"));
    change(patch(R"({"security":{"hosts":[]}})"));
    EXPECT_EQ(file(), R"({"name":"Shed","telemetry":{"period_ms":1000}})");
}

class SettingsSizeTest : public OtherVersionsTest {
protected:
    /// A file of that size, most of which is another version's.
    static std::string file_of(std::size_t size) {
        const std::string front = R"({"name":"Shed","telemetry":{"period_ms":500},"later":")";
        const std::string back = "\"}";
        return front + std::string(size - front.size() - back.size(), 'x') + back;
    }
};

TEST_F(SettingsSizeTest, AFileOfTheLargestSizeIsTakenAndOneByteMoreIsKeptAside) {
    file() = file_of(limits::settings_bytes_max);
    start();
    EXPECT_EQ(shown()["name"], "Shed");
    file() = file_of(limits::settings_bytes_max + 1);
    start();
    EXPECT_EQ(shown()["name"], "Bench");
    EXPECT_EQ(storage.files["settings.json.corrupt-1"].size(), limits::settings_bytes_max + 1);
}

TEST_F(SettingsSizeTest, AFileThatWouldBeTooLargeWithWhatIsMissingInItIsKeptAside) {
    file() = R"({"name":"Shed","later":")" + std::string(limits::settings_bytes_max - 26, 'x') + "\"}";
    EXPECT_EQ(file().size(), limits::settings_bytes_max);
    const auto before = file();
    start();
    EXPECT_EQ(shown()["name"], "Shed") << "what is known holds";
    EXPECT_EQ(storage.files["settings.json.corrupt-1"], before);
    EXPECT_EQ(ask("/api/v1/settings/backup").status, 200);
    EXPECT_EQ(rename("Attic"), 200);
}

TEST_F(SettingsSizeTest, AChangeThatWouldMakeTheFileTooLargeIs422AndChangesNothing) {
    file() = file_of(limits::settings_bytes_max - 2);
    start();
    const auto before = ask("/api/v1/settings").body;
    EXPECT_EQ(rename("Shed789"), 422);
    EXPECT_TRUE(is_refusal(ask(patch(R"({"name":"Shed789"})")).json(), Refusal::settings_too_large));
    EXPECT_EQ(ask("/api/v1/settings").body, before);
    EXPECT_EQ(file().size(), limits::settings_bytes_max - 2);
    EXPECT_EQ(rename("ShedXX"), 200);
    EXPECT_EQ(file().size(), limits::settings_bytes_max);
}

TEST_F(SettingsSizeTest, AllAtItsMaximumGoesFromABackupToARestore) {
    nlohmann::ordered_json longest = {
        {"name", std::string(63, '"')},
        {"telemetry", {{"period_ms", 60'000}}},
        {"wifi", {{"ssid", std::string(32, '\\')}, {"password", std::string(63, '"')}}},
        {"security",
         {{"hosts", std::vector(4, std::string(48, 'h'))},
          {"origins", std::vector(4, "https://" + std::string(56, 'o'))}}},
        {"later", ""}};
    longest["later"] = std::string((limits::settings_bytes_max - longest.dump().size()) / 2, '\\') + "";
    file() = longest.dump();
    EXPECT_GE(file().size() + 1, limits::settings_bytes_max);
    start();
    const auto before = ask("/api/v1/settings").body;
    const auto stored = nlohmann::json::parse(file());
    const auto backup = ask("/api/v1/settings/backup").body;
    EXPECT_LE(backup.size(), limits::json_body_bytes_max);
    EXPECT_EQ(nlohmann::json::parse(backup)["settings"]["later"], longest["later"]);
    EXPECT_EQ(rename("Shed"), 200);
    EXPECT_EQ(change(put("/api/v1/settings/restore", backup)), 200);
    EXPECT_EQ(ask("/api/v1/settings").body, before);
    EXPECT_EQ(nlohmann::json::parse(file()), stored);
}

TEST_F(SettingsSizeTest, ABackupOfWhatChangesMeanwhileBreaksOff) {
    file() = file_of(limits::settings_bytes_max);
    start();
    http::Response response;
    ASSERT_TRUE(answer(get("/api/v1/settings/backup"), response));
    std::array<char, 100> memory;
    TextWriter out(memory);
    auto& producer = response.producer;
    EXPECT_FALSE(producer.next(producer.context, producer.cursor, out));
    EXPECT_EQ(out.size(), memory.size());
    EXPECT_EQ(rename("Shop"), 200);
    out.truncate(0);
    EXPECT_FALSE(producer.next(producer.context, producer.cursor, out));
    EXPECT_EQ(out.size(), 0U) << "which the connection takes for its end";
}

TEST(JsonMembersTest, TellsEachMemberAsItStandsThere) {
    JsonMembers members(R"( { "a" :1 , "b\"":"}\\" ,"c":{"d":[{},"]"]},"":null} )");
    std::vector<std::string> told;
    for (JsonMembers::Member member; members.next(member);) {
        told.push_back(std::string(member.text) + '|' + std::string(member.name) + '|' +
                       std::string(member.value));
        EXPECT_EQ(JsonMembers::name_of(member.text), member.name);
    }
    EXPECT_THAT(told, ::testing::ElementsAre(R"("a" :1|a|1)", R"("b\"":"}\\"|b\"|"}\\")",
                                             R"("c":{"d":[{},"]"]}|c|{"d":[{},"]"]})", R"("":null||null)"));
}

TEST(JsonMembersTest, NeverReadsBehindTheEndOfWhatIsCutAnywhere) {
    const std::string whole = R"({"a":{"b\"":["}\\",1]},"c" : -1.5e3,"d":"\u0041"})";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto cut = std::make_unique<char[]>(size + 1);
        const std::string_view text(cut.get(), whole.copy(cut.get(), size));
        JsonMembers members(text);
        for (JsonMembers::Member member; members.next(member);)
            EXPECT_LE(member.text.data() + member.text.size(), text.data() + text.size());
    }
}

}  // namespace boardwalk::test
