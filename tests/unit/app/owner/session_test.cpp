#include <set>

#include "tests/unit/app/owner/signed_in_fixture.hpp"

/// Signing in with a password, and what a session is.
namespace boardwalk::test {

class SessionTest : public SignedInTest {};

TEST_F(SessionTest, ARightProofIsAnsweredByTheBoardsAndACookie) {
    const auto asked = challenge("Ada");
    EXPECT_EQ(asked["iterations"], 10'000);
    EXPECT_EQ(asked["salt"], to_text(ada.salt));
    const auto answer = prove(asked, ada.proof(asked));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.json(), nlohmann::json({{"user", "Ada"},
                                             {"role", "owner"},
                                             {"server_proof", ada.server_proof(asked)},
                                             {"idle_s", 1'800}}));
    EXPECT_EQ(answer.cookie.find("Max-Age"), std::string::npos);
    const auto who = ask_as(cookie(answer.cookie), "/api/v1/session");
    EXPECT_EQ(who.json(), nlohmann::json({{"user", "Ada"}, {"role", "owner"}}));
    EXPECT_EQ(who.cache, "no-store");
}

TEST_F(SessionTest, OneThatStaysOutlivesTheBrowser) {
    const auto answer = sign_in(ada, true);
    EXPECT_EQ(answer.json()["idle_s"], 7 * 24 * 3'600);
    EXPECT_NE(answer.cookie.find("; Max-Age=2592000"), std::string::npos) << answer.cookie;
}

TEST_F(SessionTest, AWrongPasswordAndAnUnknownNameAreToldAlike) {
    const auto wrong = sign_in({"Ada", 9});
    const auto unknown = sign_in({"Nemo", 9});
    EXPECT_TRUE(is_refusal(wrong.json(), Refusal::wrong_proof));
    EXPECT_EQ(wrong.body, unknown.body);
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(wrong.cookie + unknown.cookie, "");
}

TEST_F(SessionTest, AnUnknownNameHasASaltLikeAKnownOneAlsoAfterARestart) {
    const auto salt = challenge("Nemo")["salt"];
    EXPECT_EQ(challenge("Nemo")["salt"], salt);
    EXPECT_NE(challenge("Nema")["salt"], salt);
    EXPECT_EQ(salt.get<std::string>().size(), protocol::base64url_size(16));
    EXPECT_EQ(challenge("Nemo")["iterations"], challenge("Ada")["iterations"]);
    start();
    EXPECT_EQ(challenge("Nemo")["salt"], salt);
}

TEST_F(SessionTest, ANonceIsGoodOnce) {
    const auto asked = challenge("Ada");
    EXPECT_EQ(prove(asked, ada.proof(asked)).status, 200);
    EXPECT_TRUE(is_refusal(prove(asked, ada.proof(asked)).json(), Refusal::wrong_proof));
    const auto spoiled = challenge("Ada");
    EXPECT_EQ(prove(spoiled, eve.proof(spoiled)).status, 401);
    EXPECT_EQ(prove(spoiled, ada.proof(spoiled)).status, 401) << "a wrong proof spends it, too";
}

TEST_F(SessionTest, ANonceIsGoodForHalfAMinuteAndNotAfterARestart) {
    const auto old = challenge("Ada");
    turn(limits::challenge_s * 1'000 - 1'000);
    EXPECT_EQ(prove(old, ada.proof(old)).status, 200);
    const auto late = challenge("Ada");
    turn(limits::challenge_s * 1'000);
    EXPECT_EQ(prove(late, ada.proof(late)).status, 401);
    const auto before = challenge("Ada");
    start();
    EXPECT_EQ(prove(before, ada.proof(before)).status, 401);
}

TEST_F(SessionTest, ANonceOfOnePersonSignsNoOtherIn) {
    EXPECT_EQ(put_user(owner_fields, bob, "viewer").status, 204);
    auto asked = challenge("Ada");
    asked["salt"] = to_text(bob.salt);
    EXPECT_EQ(prove(asked, bob.proof(asked)).status, 401);
}

TEST_F(SessionTest, FiveWrongProofsAreTakenThenOneEachHalfMinuteAndOpenSessionsNoticeNothing) {
    const auto open = session_of(ada);
    for (unsigned i = 0; i < limits::guesses_max; ++i)
        EXPECT_EQ(sign_in(eve).status, 401) << i;
    const auto refused = sign_in(ada);
    EXPECT_TRUE(is_refusal(refused.json(), Refusal::too_many_tries));
    EXPECT_EQ(refused.retry_after_s, limits::guess_ms / 1'000);
    EXPECT_EQ(ask_as(open, "/api/v1/logs").status, 200);
    EXPECT_EQ(ask_as(owner_fields, "/api/v1/logs").status, 200);
    turn(limits::guess_ms - 1);
    EXPECT_EQ(sign_in(ada).retry_after_s, 1U);
    turn(1);
    EXPECT_EQ(sign_in(ada).status, 200);
    EXPECT_EQ(sign_in(ada).status, 200) << "a right one costs nothing";
    EXPECT_EQ(sign_in(eve).status, 401);
    EXPECT_EQ(sign_in(ada).status, 429);
    turn(limits::guesses_max * limits::guess_ms);
    for (unsigned i = 0; i < limits::guesses_max; ++i)
        EXPECT_EQ(sign_in(eve).status, 401) << "after some time all five again";
}

TEST_F(SessionTest, GarbageInPlaceOfANonceIsAWrongProof) {
    for (const auto* nonce :
         {"x", "9Fg241obfna9Lm7-i66mohov", "9Fg241obfna9Lm7-i66mohovAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
        const auto asked =
            nlohmann::json{{"nonce", nonce}, {"salt", to_text(ada.salt)}, {"iterations", 10'000}};
        EXPECT_EQ(prove(asked, to_text(ada.salted)).status, 401) << nonce;
    }
}

TEST_F(SessionTest, TooManySignInsAtOnceComeAgain) {
    for (std::size_t i = 0; i < limits::challenges_max; ++i)
        EXPECT_EQ(sign_in(ada).status, 200) << i;
    const auto busy = sign_in(ada);
    EXPECT_TRUE(is_refusal(busy.json(), Refusal::sign_ins_busy));
    EXPECT_GT(busy.retry_after_s, 0U);
    turn(limits::challenge_s * 1'000);
    EXPECT_EQ(sign_in(ada).status, 200);
}

TEST_F(SessionTest, OneEndsWhenItIsSignedOutAndNoOther) {
    const auto first = session_of(ada), second = session_of(ada);
    const auto out = ask_as(first, delete_at("/api/v1/session"));
    EXPECT_EQ(out.status, 204);
    EXPECT_NE(out.cookie.find("=; Path=/"), std::string::npos) << out.cookie;
    EXPECT_NE(out.cookie.find("Max-Age=0"), std::string::npos) << out.cookie;
    EXPECT_EQ(ask_as(first, "/api/v1/session").status, 401);
    EXPECT_EQ(ask_as(second, "/api/v1/session").status, 200);
    EXPECT_EQ(ask_as(first, delete_at("/api/v1/session")).status, 401);
}

TEST_F(SessionTest, ATokenSaysWhatItIsForAndHasNoSessionToEnd) {
    EXPECT_EQ(ask_as(owner_fields, "/api/v1/session").json(),
              nlohmann::json({{"user", "claim"}, {"role", "owner"}}));
    EXPECT_TRUE(is_refusal(ask_as(owner_fields, delete_at("/api/v1/session")).json(), Refusal::sign_in));
    EXPECT_EQ(ask_as(owner_fields, "/api/v1/session").status, 200);
}

TEST_F(SessionTest, OneEndsAfterHalfAnHourWithoutARequest) {
    const auto fields = session_of(ada);
    turn(limits::session_idle_s * 1'000 - 1);
    EXPECT_EQ(ask_as(fields, "/api/v1/session").status, 200);
    turn(limits::session_idle_s * 1'000 - 1'000);
    EXPECT_EQ(ask_as(fields, "/api/v1/session").status, 200) << "each request begins it anew";
    turn(limits::session_idle_s * 1'000);
    EXPECT_EQ(ask_as(fields, "/api/v1/session").status, 401);
}

TEST_F(SessionTest, OneThatStaysEndsAfterAWeekWithoutARequestAndAfterThirtyDaysInAnyCase) {
    const auto fields = cookie(sign_in(ada, true).cookie);
    constexpr std::uint64_t day_ms = 24 * 3'600'000;
    for (int day = 6; day < 30; day += 6) {
        turn(6 * day_ms);
        EXPECT_EQ(ask_as(fields, "/api/v1/session").status, 200) << day;
    }
    turn(6 * day_ms);
    EXPECT_EQ(ask_as(fields, "/api/v1/session").status, 401) << "30 days";
    const auto idle = cookie(sign_in(ada, true).cookie);
    turn(7 * day_ms);
    EXPECT_EQ(ask_as(idle, "/api/v1/session").status, 401);
}

TEST_F(SessionTest, NoneOutlivesARestart) {
    const auto fields = session_of(ada);
    start();
    EXPECT_EQ(ask_as(fields, "/api/v1/session").status, 401);
}

TEST_F(SessionTest, WithAllPlacesTakenAPersonsOwnOldestGoesAndOfAPersonWithoutOneTheOldestOfAll) {
    EXPECT_EQ(put_user(owner_fields, bob, "viewer").status, 204);
    std::vector<std::string> sessions;
    for (std::size_t i = 0; i < limits::sessions_max; ++i) {
        turn(limits::challenge_s * 1'000);
        sessions.push_back(session_of(ada));
    }
    turn(1'000);
    EXPECT_EQ(ask_as(sessions[0], "/api/v1/session").status, 200) << "the oldest was used last";
    const auto bobs = session_of(bob);
    EXPECT_EQ(ask_as(sessions[1], "/api/v1/session").status, 401);
    turn(limits::challenge_s * 1'000);
    const auto again = session_of(bob);
    EXPECT_EQ(ask_as(bobs, "/api/v1/session").status, 401)
        << "his own, though others were not used for longer";
    EXPECT_EQ(ask_as(again, "/api/v1/session").status, 200);
    for (const std::size_t i : {0U, 2U, 3U, 4U, 5U, 6U, 7U})
        EXPECT_EQ(ask_as(sessions[i], "/api/v1/session").status, 200) << i;
}

TEST_F(SessionTest, TheCookieIsFoundByItsWholeNameAmongAllOthers) {
    const auto answer = sign_in(ada);
    const auto pair = answer.cookie.substr(0, answer.cookie.find(';'));
    const auto status = [&](const std::string& fields) {
        return ask_as(fields + "\r\n\r\n", "/api/v1/session").status;
    };
    EXPECT_EQ(status("Cookie: " + pair), 200);
    EXPECT_EQ(status("cookie:a=b,c;" + pair + ";d={\"e\":[1,2]}"), 200);
    EXPECT_EQ(status("Cookie: a=b\r\nX: y\r\nCookie: " + pair), 200);
    EXPECT_EQ(status("Cookie: x" + pair), 401);
    EXPECT_EQ(status("Cookie: a=" + pair), 401);
    EXPECT_EQ(status("Cookie: bw-000000000000" + pair.substr(pair.find('='))), 401) << "another board's";
    EXPECT_EQ(status("Cookie: " + pair + "x"), 401);
    EXPECT_EQ(status("Cookie: " + pair.substr(0, pair.size() - 1)), 401);
    EXPECT_EQ(status("Cookie: " + pair.substr(0, pair.find('=') + 1)), 401);
    EXPECT_EQ(status("X-Cookie: " + pair), 401);
}

TEST_F(SessionTest, OfBothTheBearerCounts) {
    const auto viewer = make_token(owner_fields, {{"name", "looks"}, {"role", "viewer"}}).json()["token"];
    const auto session = session_of(ada);
    EXPECT_EQ(ask_as(session, "/api/v1/logs").status, 200);
    const auto both = "Authorization: Bearer " + viewer.get<std::string>() + "\r\n" + session;
    EXPECT_TRUE(is_refusal(ask_as(both, "/api/v1/logs").json(), Refusal::role));
    EXPECT_EQ(ask_as("Authorization: Bearer wrong\r\n" + session, "/api/v1/logs").status, 401);
    EXPECT_EQ(ask_as("Authorization: Basic YTpi\r\n" + session, "/api/v1/logs").status, 200)
        << "another scheme is of a proxy in front";
}

TEST_F(SessionTest, BeforeTheClaimThereIsNobodyToSignIn) {
    storage.files.clear();
    start();
    const auto start_body =
        nlohmann::json{{"user", "Ada"}, {"client_nonce", "9Fg241obfna9Lm7-i66mohov"}}.dump();
    EXPECT_TRUE(is_refusal(ask_as(nothing, post("/api/v1/session", start_body)).json(), Refusal::unclaimed));
    const auto proof = nlohmann::json{{"nonce", "n"}, {"proof", to_text(ada.salted)}}.dump();
    EXPECT_TRUE(is_refusal(ask_as(nothing, put("/api/v1/session", proof)).json(), Refusal::unclaimed));
    EXPECT_TRUE(is_refusal(ask_as(nothing, "/api/v1/session").json(), Refusal::sign_in));
}

TEST_F(SessionTest, TheLogTellsWhoSignedInAndFromWhereAndNoSecret) {
    const auto asked = challenge("Ada");
    const auto answer = prove(asked, ada.proof(asked));
    sign_in(eve);
    const auto log = ask_as(owner_fields, "/api/v1/logs").body;
    EXPECT_NE(log.find("signed in from [2001:db8:1234:5678:9abc:def0:1234:5678]:54321: Ada"),
              std::string::npos)
        << log;
    EXPECT_NE(log.find("wrong password from [2001:db8:"), std::string::npos) << log;
    const auto id = answer.cookie.substr(answer.cookie.find('=') + 1, 22);
    for (const auto& secret : {id, ada.proof(asked), std::string(owner_token), to_text(ada.salt)}) {
        EXPECT_EQ(log.find(secret), std::string::npos);
        for (const auto* path : {"/api/v1/settings/backup", "/api/v1/diagnostics", "/metrics",
                                 "/api/v1/users", "/api/v1/tokens"})
            EXPECT_EQ(ask_as(owner_fields, path).body.find(secret), std::string::npos) << path;
        for (const auto& [name, content] : storage.files)
            EXPECT_EQ(content.find(secret), std::string::npos) << name;
    }
}

}  // namespace boardwalk::test
