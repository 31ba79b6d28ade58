#include "tests/unit/app/owner/signed_in_fixture.hpp"

/// The tokens of programs.
namespace boardwalk::test {

class TokensTest : public SignedInTest {
protected:
    nlohmann::json tokens() { return ask_as(owner_fields, "/api/v1/tokens").json(); }
    Answer remove(std::string_view fields, const std::string& id) {
        const auto path = "/api/v1/tokens/" + id;
        return ask_as(fields, delete_at(path));
    }
};

TEST_F(TokensTest, OneIsShownOnceAndSignsInUntilItIsRemoved) {
    EXPECT_EQ(tokens()[0]["name"], "claim");
    const auto made = make_token(owner_fields, {{"name", "Prometheus"}, {"role", "viewer"}});
    EXPECT_EQ(made.status, 201);
    const std::string text = made.json()["token"], id = made.json()["id"];
    EXPECT_EQ(text.size(), protocol::base64url_size(32));
    EXPECT_EQ(tokens()[1], nlohmann::json({{"id", id}, {"name", "Prometheus"}, {"role", "viewer"}}));
    EXPECT_EQ(ask_as(bearer(text), "/metrics").status, 200);
    EXPECT_EQ(ask_as(bearer(text), "/api/v1/logs").status, 403);
    EXPECT_EQ(storage.files["owner"].find(text), std::string::npos);
    start();
    EXPECT_EQ(ask_as(bearer(text), "/metrics").status, 200) << "also after a restart";
    EXPECT_EQ(remove(owner_fields, id).status, 204);
    EXPECT_EQ(ask_as(bearer(text), "/metrics").status, 401);
    EXPECT_TRUE(is_refusal(remove(owner_fields, id).json(), Refusal::unknown_token));
}

TEST_F(TokensTest, AClientsOwnIsTakenOnce) {
    const std::string own(limits::token_bytes_min, 't');
    EXPECT_EQ(make_token(owner_fields, {{"name", "a"}, {"role", "operator"}, {"token", own}}).json()["token"],
              own);
    EXPECT_EQ(ask_as(bearer(own), "/api/v1/logs").status, 200);
    EXPECT_TRUE(
        is_refusal(make_token(owner_fields, {{"name", "b"}, {"role", "owner"}, {"token", own}}).json(),
                   Refusal::token_taken));
    EXPECT_EQ(ask_as(bearer(own), "/api/v1/users").status, 403) << "its role is as it was";
}

TEST_F(TokensTest, FourAreTheMost) {
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(make_token(owner_fields, {{"name", "same"}, {"role", "viewer"}}).status, 201);
    EXPECT_TRUE(is_refusal(make_token(owner_fields, {{"name", "more"}, {"role", "viewer"}}).json(),
                           Refusal::tokens_full));
    EXPECT_EQ(remove(owner_fields, tokens()[2]["id"]).status, 204);
    EXPECT_EQ(make_token(owner_fields, {{"name", "more"}, {"role", "viewer"}}).status, 201);
}

TEST_F(TokensTest, AnIdThatIsNoneIsUnknown) {
    for (const auto* id : {"0", "00000000", "claim", "ffffffff1", "%31"})
        EXPECT_TRUE(is_refusal(remove(owner_fields, id).json(), Refusal::unknown_token)) << id;
    EXPECT_EQ(tokens().size(), 1U);
}

TEST_F(TokensTest, TheSchemeIsReadInAnyCaseAndTheTokenAsItIs) {
    const std::string token(owner_token);
    const auto status = [&](const std::string& value) {
        return ask_as("Authorization: " + value + "\r\n\r\n", "/api/v1/logs").status;
    };
    EXPECT_EQ(status("bearer " + token), 200);
    EXPECT_EQ(status("BEARER   " + token + " "), 200);
    for (const auto& wrong :
         std::initializer_list<std::string>{"Bearer " + token + "x", "Bearer " + token.substr(1), "Bearer",
                                            "Bearer ", token, "Token " + token, "Bearer" + token, ""})
        EXPECT_EQ(status(wrong), 401) << wrong;
}

TEST_F(TokensTest, EachIsInTheLogAndItsTextIsNot) {
    const auto made = make_token(owner_fields, {{"name", "Home"}, {"role", "operator"}}).json();
    remove(owner_fields, made["id"]);
    const auto log = ask_as(owner_fields, "/api/v1/logs").body;
    EXPECT_NE(log.find("token made from [2001:db8:"), std::string::npos) << log;
    EXPECT_NE(log.find("token removed from [2001:db8:"), std::string::npos) << log;
    EXPECT_EQ(log.find(made["token"].get<std::string>()), std::string::npos);
}

}  // namespace boardwalk::test
