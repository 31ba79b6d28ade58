#include <algorithm>

#include "tests/unit/app/owner/owner_fixture.hpp"

/// A board without an owner, and how it gets one.
namespace boardwalk::test {

class ClaimTest : public OwnerTest {};

TEST_F(ClaimTest, TheConsoleShowsACodeAndNoLogDoes) {
    ASSERT_EQ(code().size(), limits::setup_code_bytes);
    EXPECT_EQ(code().find_first_not_of(protocol::setup_code_letters), std::string::npos);
    for (const auto& line : platform.lines)
        EXPECT_EQ(line.find(code()), std::string::npos) << line;
    for (const auto& [name, content] : storage.files)
        EXPECT_EQ(content.find(code()), std::string::npos) << name;
}

TEST_F(ClaimTest, UntilThenAllMayLookAndNobodyElseMayDoAnything) {
    tick();
    for (const auto* path : {"/api/v1/state", "/api/v1/history?series=temperature", "/api/v1/diagnostics",
                             "/api/v1/settings", "/metrics", "/api/v1/info", "/healthz", "/readyz"})
        EXPECT_EQ(ask_as(nothing, path).status, 200) << path;
    for (const auto& request : {put("/api/v1/outputs/lamp", R"({"value":true})"), patch("{}"),
                                put("/api/v1/settings/restore", "{}"), get("/api/v1/settings/backup"),
                                get("/api/v1/logs"), get("/api/v1/firmware"), post("/api/v1/restart", ""),
                                put("/api/v1/firmware", "x"), delete_at("/api/v1/firmware")}) {
        EXPECT_TRUE(is_refusal(ask_as(nothing, request).json(), Refusal::unclaimed)) << request.path;
        EXPECT_TRUE(is_refusal(ask_as(owner_fields, request).json(), Refusal::unclaimed)) << request.path;
    }
    EXPECT_EQ(platform.restarts, 0);
    EXPECT_EQ(ask_as(nothing, "/api/v1/info").json()["claimed"], false);
    EXPECT_EQ(ask_as(nothing, "/api/v1/info").json()["auth"], false);
}

TEST_F(ClaimTest, TheCodeMakesTheFirstPersonTheOwnerAndSignsThemIn) {
    auto request = claim_with(code());
    request["token"] = owner_token;
    statistics.figures.connections_max = 8;
    const auto answer = claim(request);
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.json(), nlohmann::json({{"user", "owner"}, {"role", "owner"}, {"idle_s", 1'800}}));
    EXPECT_TRUE(answer.cookie.starts_with("bw-" + std::string(app->identity().id.view()) + "="));
    EXPECT_TRUE(answer.cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict")) << answer.cookie;

    EXPECT_EQ(ask_as(cookie(answer.cookie), "/api/v1/logs").status, 200);
    EXPECT_EQ(ask_as(owner_fields, "/api/v1/logs").status, 200) << "with the token";
    EXPECT_TRUE(is_refusal(ask_as(nothing, "/api/v1/state").json(), Refusal::sign_in));
    EXPECT_EQ(ask_as(nothing, "/api/v1/info").json()["claimed"], true);
    EXPECT_EQ(ask_as(nothing, "/api/v1/info").json()["auth"], true);
    EXPECT_NE(platform.lines.back().find("claimed from [2001:db8:1234"), std::string::npos)
        << platform.lines.back();
    const auto& file = storage.files.at("owner");
    EXPECT_EQ(file.find(owner_token), std::string::npos) << "only its hash is kept";
}

TEST_F(ClaimTest, ACodeIsTakenInSmallLetters) {
    auto typed = code();
    std::ranges::transform(typed, typed.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    EXPECT_EQ(claim(claim_with(typed)).status, 201);
}

TEST_F(ClaimTest, AWrongCodeTellsHowManyTriesAreLeftAndTenCloseTheWindow) {
    const auto wrong = other_than(code());
    for (unsigned left = limits::claim_tries_max; left-- > 0;) {
        const auto answer = claim(claim_with(wrong));
        EXPECT_TRUE(is_refusal(answer.json(), Refusal::wrong_code));
        EXPECT_EQ(answer.json()["tries_left"], left);
    }
    EXPECT_TRUE(is_refusal(claim(claim_with(wrong)).json(), Refusal::claim_closed));
    EXPECT_TRUE(is_refusal(claim(claim_with(code())).json(), Refusal::claim_closed)) << "the right one, too";
    const auto first = code();
    app->open_claim();
    EXPECT_NE(code(), first) << "the button makes another";
    EXPECT_TRUE(is_refusal(claim(claim_with(first)).json(), Refusal::wrong_code));
    EXPECT_EQ(claim(claim_with(code())).status, 201);
}

TEST_F(ClaimTest, ABodyThatIsWrongCostsNoTry) {
    for (int i = 0; i < 20; ++i) {
        auto request = claim_with(other_than(code()));
        request["salt"] = "short";
        EXPECT_EQ(claim(request).status, 422);
    }
    EXPECT_EQ(claim(claim_with(other_than(code()))).json()["tries_left"], limits::claim_tries_max - 1);
}

TEST_F(ClaimTest, TheCodeHoldsForAQuarterOfAnHour) {
    platform.now += limits::claim_window_ms - 1;
    EXPECT_TRUE(is_refusal(claim(claim_with(other_than(code()))).json(), Refusal::wrong_code));
    platform.now += 1;
    EXPECT_TRUE(is_refusal(claim(claim_with(code())).json(), Refusal::claim_closed));
}

TEST_F(ClaimTest, TheTimeOfDayMayJumpMeanwhile) {
    platform.utc = *platform.utc + 365LL * 24 * 3'600'000;
    EXPECT_TRUE(is_refusal(claim(claim_with(other_than(code()))).json(), Refusal::wrong_code));
    platform.utc = std::nullopt;
    EXPECT_EQ(claim(claim_with(code())).status, 201);
}

TEST_F(ClaimTest, OfTwoAtOnceOneIsTheOwner) {
    const auto first = claim_with(code()).dump();
    auto other = claim_with(code());
    other["user"] = "second";
    const auto second = other.dump();
    EXPECT_TRUE(ask(post("/api/v1/claim", first)).later);
    const auto waiting = post("/api/v1/claim", second);
    EXPECT_TRUE(ask(waiting).later);
    EXPECT_TRUE(outlet.repeated.empty());
    turn();
    ASSERT_EQ(outlet.answers.size(), 1U);
    EXPECT_EQ(outlet.answers[0].status, 201);
    ASSERT_EQ(outlet.repeated.size(), 1U) << "the other one is judged now";
    EXPECT_TRUE(is_refusal(ask(waiting).json(), Refusal::claimed));
    EXPECT_EQ(storage.files.at("owner").find("second"), std::string::npos);
}

TEST_F(ClaimTest, OneThatCannotBeStoredChangesNothingAndCostsNoTry) {
    storage.works = false;
    EXPECT_TRUE(is_refusal(claim(claim_with(code())).json(), Refusal::accounts_not_stored));
    EXPECT_EQ(ask_as(nothing, "/api/v1/info").json()["claimed"], false);
    EXPECT_FALSE(storage.files.contains("owner"));
    EXPECT_EQ(ask_as(nothing, "/api/v1/state").status, 200);
    storage.works = true;
    EXPECT_EQ(claim(claim_with(code())).status, 201);
}

TEST_F(ClaimTest, AStorageThatHangsIsToldAndWhatItStoresAfterAllCounts) {
    const auto body = claim_with(code()).dump();
    EXPECT_TRUE(ask(post("/api/v1/claim", body)).later);
    app->on_turn(platform.now);
    app->on_turn(platform.now += limits::job_ms_max + 1);
    ASSERT_EQ(outlet.answers.size(), 1U);
    EXPECT_TRUE(is_refusal(nlohmann::json::parse(outlet.answers[0].body), Refusal::accounts_stuck));
    EXPECT_EQ(ask(post("/api/v1/claim", body)).status, 503) << "while it hangs";
    turn();
    EXPECT_EQ(outlet.answers.size(), 1U) << "nobody is told twice";
    EXPECT_TRUE(is_refusal(ask(post("/api/v1/claim", body)).json(), Refusal::claimed));
}

TEST_F(ClaimTest, WithoutAFreeWorkerAClaimComesAgain) {
    workers.full = true;
    const auto answer = claim(claim_with(code()));
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.retry_after_s, 1U);
    workers.full = false;
    EXPECT_EQ(claim(claim_with(code())).status, 201);
}

TEST_F(ClaimTest, TheNextStartFindsTheOwnerAndShowsNoCode) {
    auto request = claim_with(code());
    request["token"] = owner_token;
    claim(request);
    platform.printed.clear();
    start();
    EXPECT_TRUE(platform.printed.empty());
    EXPECT_EQ(ask_as(owner_fields, "/api/v1/logs").status, 200);
    EXPECT_TRUE(is_refusal(ask_as(nothing, "/api/v1/logs").json(), Refusal::sign_in));
    app->open_claim();
    EXPECT_TRUE(platform.printed.empty()) << "nor does the button";
    EXPECT_TRUE(is_refusal(claim(request).json(), Refusal::claimed));
}

TEST_F(ClaimTest, DataOfTheFirstReleaseStartsUnclaimedWithItsSettings) {
    storage.files = {{"board-id", "0123456789ab"},
                     {"settings.json", R"({"name":"Shed","telemetry":{"period_ms":250}})"}};
    start();
    const auto info = ask_as(nothing, "/api/v1/info").json();
    EXPECT_EQ(info["name"], "Shed");
    EXPECT_EQ(info["claimed"], false);
    EXPECT_EQ(claim(claim_with(code())).status, 201);
    EXPECT_EQ(ask_as(nothing, "/api/v1/info").json()["name"], "Shed");
}

TEST_F(ClaimTest, AFileThatMakesNoSenseIsKeptAsideAndTheCodeIsAskedForAgain) {
    storage.files["owner"] = "BWO\1 and no more";
    start();
    EXPECT_TRUE(storage.files.contains("owner.corrupt-1"));
    EXPECT_EQ(ask_as(nothing, "/api/v1/info").json()["claimed"], false);
    EXPECT_EQ(claim(claim_with(code())).status, 201);
}

TEST_F(ClaimTest, TheButtonForgetsTheOwnerAndNothingElse) {
    auto request = claim_with(code());
    request["token"] = owner_token;
    const auto signed_in = cookie(claim(request).cookie);
    EXPECT_EQ(ask_as(owner_fields, patch(R"({"name":"Shed"})")).status, 200);
    const auto before = code();
    workers.full = true;
    EXPECT_FALSE(app->forget_owner());
    workers.full = false;
    storage.works = false;
    EXPECT_TRUE(app->forget_owner());
    EXPECT_FALSE(app->forget_owner()) << "while it is being stored";
    turn();
    EXPECT_EQ(ask_as(owner_fields, "/api/v1/logs").status, 200) << "it could not be stored";
    storage.works = true;
    EXPECT_TRUE(app->forget_owner());
    turn();
    EXPECT_NE(code(), before);
    for (const auto& fields : {std::string(owner_fields), signed_in})
        EXPECT_TRUE(is_refusal(ask_as(fields, "/api/v1/logs").json(), Refusal::unclaimed));
    EXPECT_EQ(ask_as(nothing, "/api/v1/info").json()["claimed"], false);
    EXPECT_EQ(ask_as(nothing, "/api/v1/info").json()["name"], "Shed");
    start();
    EXPECT_EQ(ask_as(nothing, "/api/v1/info").json()["claimed"], false);
    EXPECT_FALSE(storage.files.contains("owner.corrupt-1"));
    EXPECT_EQ(claim(claim_with(code())).status, 201);
}

TEST_F(ClaimTest, ALabelsCodeIsTheSameAtEachStart) {
    auto labelled = seams();
    labelled.label = protocol::SetupCode("1ABE1234");
    for (int starts = 0; starts < 2; ++starts) {
        app = std::make_unique<app::App>(labelled, "Bench");
        ASSERT_EQ(app->start(), "");
        app->attach(outlet, statistics);
        EXPECT_EQ(code(), "1ABE1234");
    }
    EXPECT_EQ(claim(claim_with("labei234")).status, 201);
}

TEST_F(ClaimTest, ABoardThatStaysUnclaimedForADaySaysSoOnceADay) {
    const auto reminders = [&] {
        return std::ranges::count_if(
            platform.lines, [](const auto& line) { return line.find("unclaimed") != std::string::npos; });
    };
    turn(limits::unclaimed_reminder_ms - 1);
    EXPECT_EQ(reminders(), 0);
    turn(1);
    EXPECT_EQ(reminders(), 1);
    turn(limits::unclaimed_reminder_ms);
    EXPECT_EQ(reminders(), 2);
    app->open_claim();
    claim(claim_with(code()));
    turn(2 * limits::unclaimed_reminder_ms);
    EXPECT_EQ(reminders(), 2);
}

}  // namespace boardwalk::test
