#include "tests/unit/app/owner/signed_in_fixture.hpp"

/// The people of a board.
namespace boardwalk::test {

class PeopleTest : public SignedInTest {
protected:
    nlohmann::json users() { return ask_as(owner_fields, "/api/v1/users").json(); }
};

TEST_F(PeopleTest, TheOwnerAddsChangesAndRemovesOthers) {
    EXPECT_EQ(users(), nlohmann::json::parse(R"([{"name":"Ada","role":"owner"}])"));
    EXPECT_EQ(put_user(owner_fields, bob, "operator").status, 204);
    EXPECT_EQ(users()[1], nlohmann::json::parse(R"({"name":"Bob","role":"operator"})"));
    EXPECT_EQ(ask_as(session_of(bob), "/api/v1/session").json()["role"], "operator");
    EXPECT_EQ(put_user(owner_fields, bob, "viewer").status, 204);
    EXPECT_EQ(users()[1]["role"], "viewer");
    EXPECT_EQ(remove_user(owner_fields, "Bob").status, 204);
    EXPECT_EQ(users().size(), 1U);
    EXPECT_TRUE(is_refusal(remove_user(owner_fields, "Bob").json(), Refusal::unknown_user));
    EXPECT_EQ(sign_in(bob).status, 401);
}

TEST_F(PeopleTest, TheyOutliveARestart) {
    EXPECT_EQ(put_user(owner_fields, bob, "operator").status, 204);
    const auto before = users();
    start();
    EXPECT_EQ(users(), before);
    EXPECT_EQ(sign_in(bob).status, 200);
}

TEST_F(PeopleTest, OnesSessionsEndWithOnesKeysAndNobodyElses) {
    EXPECT_EQ(put_user(owner_fields, bob, "operator").status, 204);
    const auto first = session_of(bob), second = session_of(bob), adas = session_of(ada);
    bob.salted.fill(9);
    EXPECT_EQ(put_user(second, bob, "operator").status, 204) << "of himself";
    for (const auto& ended : {first, second})
        EXPECT_EQ(ask_as(ended, "/api/v1/session").status, 401);
    EXPECT_EQ(ask_as(adas, "/api/v1/session").status, 200);
    const auto again = session_of(bob);
    EXPECT_EQ(remove_user(adas, "Bob").status, 204);
    EXPECT_EQ(ask_as(again, "/api/v1/session").status, 401);
}

TEST_F(PeopleTest, OneSetsOnesOwnKeysAndNeitherOnesRoleNorAnybodyElse) {
    EXPECT_EQ(put_user(owner_fields, bob, "viewer").status, 204);
    EXPECT_EQ(put_user(owner_fields, eve, "operator").status, 204);
    const auto bobs = session_of(bob);
    for (const auto* role : {"operator", "owner"})
        EXPECT_TRUE(is_refusal(put_user(bobs, bob, role).json(), Refusal::other_user)) << role;
    EXPECT_TRUE(is_refusal(put_user(bobs, eve, "viewer").json(), Refusal::other_user));
    EXPECT_TRUE(is_refusal(put_user(bobs, {"New", 5}, "viewer").json(), Refusal::other_user));
    EXPECT_EQ(put_user(bobs, bob, "viewer").status, 204);
    const auto token = make_token(owner_fields, {{"name", "Bob"}, {"role", "viewer"}}).json()["token"];
    EXPECT_TRUE(
        is_refusal(put_user(bearer(token.get<std::string>()), bob, "viewer").json(), Refusal::other_user))
        << "a token is no person, whatever its name is";
    EXPECT_EQ(users().size(), 3U);
}

TEST_F(PeopleTest, TheLastOwnerStays) {
    EXPECT_TRUE(is_refusal(remove_user(owner_fields, "Ada").json(), Refusal::last_owner));
    for (const auto* role : {"viewer", "operator"})
        EXPECT_TRUE(is_refusal(put_user(owner_fields, ada, role).json(), Refusal::last_owner)) << role;
    EXPECT_EQ(put_user(owner_fields, bob, "owner").status, 204);
    EXPECT_EQ(remove_user(owner_fields, "Ada").status, 204);
    EXPECT_TRUE(is_refusal(remove_user(owner_fields, "Bob").json(), Refusal::last_owner));
    EXPECT_EQ(sign_in(bob).status, 200);
}

TEST_F(PeopleTest, FourAreTheMost) {
    for (const auto* name : {"B", "C", "D"})
        EXPECT_EQ(put_user(owner_fields, {name, 4}, "viewer").status, 204);
    EXPECT_TRUE(is_refusal(put_user(owner_fields, {"E", 4}, "viewer").json(), Refusal::people_full));
    EXPECT_EQ(put_user(owner_fields, {"D", 5}, "operator").status, 204) << "one who is there already";
    EXPECT_EQ(remove_user(owner_fields, "C").status, 204);
    EXPECT_EQ(put_user(owner_fields, {"E", 4}, "viewer").status, 204);
    EXPECT_EQ(sign_in({"D", 5}).status, 200) << "and stays who they are";
    EXPECT_EQ(sign_in({"E", 4}).status, 200);
}

TEST_F(PeopleTest, ANameInAPathIsDecodedAndHeldToTheRuleOfNames) {
    const Visitor longest{std::string(limits::name_bytes_max, 'n'), 6};
    EXPECT_EQ(put_user(owner_fields, longest, "viewer").status, 204);
    EXPECT_EQ(sign_in(longest).status, 200);
    const auto body = eve.user_with("viewer").dump();
    EXPECT_EQ(ask_as(owner_fields, put("/api/v1/users/caf%C3%A9%20%2F%2C%3D", body)).status, 204);
    EXPECT_EQ(users()[2]["name"], "caf\xc3\xa9 /,=");
    EXPECT_EQ(sign_in({"caf\xc3\xa9 /,=", 3}).status, 200);
    const std::string too_long = "/api/v1/users/" + std::string(limits::name_bytes_max + 1, 'n');
    for (const std::string& path :
         {too_long, std::string("/api/v1/users/%20a"), std::string("/api/v1/users/a%00"),
          std::string("/api/v1/users/%ff"), std::string("/api/v1/users/%4"),
          std::string("/api/v1/users/cafe%CC%81")}) {
        EXPECT_TRUE(is_refusal(ask_as(owner_fields, put(path, body)).json(), Refusal::unknown_user)) << path;
        EXPECT_TRUE(is_refusal(ask_as(owner_fields, delete_at(path)).json(), Refusal::unknown_user)) << path;
    }
    EXPECT_EQ(ask_as(owner_fields, delete_at("/api/v1/users/caf%C3%A9%20%2F%2C%3D")).status, 204);
}

TEST_F(PeopleTest, AChangeThatCannotBeStoredChangesNothing) {
    EXPECT_EQ(put_user(owner_fields, bob, "operator").status, 204);
    const auto bobs = session_of(bob);
    const auto before = storage.files["owner"];
    storage.works = false;
    for (const auto& answer :
         {put_user(owner_fields, bob, "viewer"), remove_user(owner_fields, "Bob"),
          put_user(owner_fields, eve, "owner"), make_token(owner_fields, {{"name", "x"}, {"role", "owner"}})})
        EXPECT_TRUE(is_refusal(answer.json(), Refusal::accounts_not_stored));
    EXPECT_EQ(ask_as(bobs, "/api/v1/session").json()["role"], "operator");
    EXPECT_EQ(users().size(), 2U);
    EXPECT_EQ(storage.files["owner"], before);
    EXPECT_EQ(ask_as(owner_fields, "/api/v1/tokens").json().size(), 1U);
}

TEST_F(PeopleTest, ChangesOfPeopleAndOfSettingsAreStoredOneAfterTheOther) {
    const auto first = bob.user_with("viewer").dump();
    EXPECT_TRUE(ask(put("/api/v1/users/Bob", first)).later);
    const auto second = patch(R"({"name":"Shed"})");
    EXPECT_TRUE(ask(second).later);
    EXPECT_TRUE(outlet.repeated.empty());
    outlet.answers.clear();
    turn();
    ASSERT_EQ(outlet.repeated.size(), 1U);
    EXPECT_TRUE(ask(second).later);
    turn();
    EXPECT_EQ(ask_as(owner_fields, "/api/v1/info").json()["name"], "Shed");
    EXPECT_EQ(users().size(), 2U);
}

TEST_F(PeopleTest, WhoIsRemovedWhileARequestWaitsDoesNotGetWhatItAskedFor) {
    EXPECT_EQ(put_user(owner_fields, bob, "owner").status, 204);
    const auto bobs = session_of(bob);
    EXPECT_TRUE(ask(delete_at("/api/v1/users/Bob")).later) << "is being stored";
    http::Response response;
    std::array<char, limits::inline_body_bytes_min> memory;
    response.text = TextWriter(memory);
    auto waiting = delete_at("/api/v1/users/Ada");
    waiting.fields = bobs;
    server::Admission admission;
    EXPECT_EQ(app->on_head(waiting, response, admission), server::Verdict::proceed);
    EXPECT_FALSE(app->on_request({4, 1}, admission.route, waiting, response));
    turn();
    ASSERT_EQ(outlet.repeated.size(), 1U);
    EXPECT_EQ(ask_as(owner_fields, "/api/v1/logs").status, 200) << "another request comes in between";
    response.text = TextWriter(memory);
    EXPECT_TRUE(app->on_request({4, 1}, admission.route, waiting, response));
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(users().size(), 1U);
}

TEST_F(PeopleTest, EachChangeIsInTheLogWithWhereItCameFrom) {
    put_user(owner_fields, bob, "viewer");
    put_user(owner_fields, bob, "operator");
    remove_user(owner_fields, "Bob");
    const auto log = ask_as(owner_fields, "/api/v1/logs").body;
    for (const auto* what : {"person added", "person changed", "person removed"})
        EXPECT_NE(log.find(std::string(what) + " from [2001:db8:1234:5678:9abc:def0:1234:5678]:54321: Bob"),
                  std::string::npos)
            << log;
}

}  // namespace boardwalk::test
