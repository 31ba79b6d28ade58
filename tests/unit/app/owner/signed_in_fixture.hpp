#pragma once

#include "tests/unit/app/owner/owner_fixture.hpp"
#include "tests/unit/app/owner/signing_in.hpp"

namespace boardwalk::test {

/// A board that Ada has claimed.
class SignedInTest : public OwnerTest {
protected:
    void SetUp() override {
        start();
        statistics.figures.connections_max = 8;
        auto request = ada.keys();
        request["code"] = code();
        request["user"] = ada.name;
        request["token"] = owner_token;
        ASSERT_EQ(claim(request).status, 201);
    }

    nlohmann::json challenge(const std::string& user) {
        ++nonces;
        const auto own = std::to_string(100'000'000 + nonces) + "bfna9Lm7-i66moh";  // another each time
        const auto body = nlohmann::json{{"user", user}, {"client_nonce", own}}.dump();
        const auto answer = ask_as(nothing, post("/api/v1/session", body));
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.json();
    }
    Answer prove(const nlohmann::json& asked, const std::string& proof, bool stay = false) {
        const auto body = nlohmann::json{{"nonce", asked["nonce"]}, {"proof", proof}, {"stay", stay}}.dump();
        return ask_as(nothing, put("/api/v1/session", body));
    }
    Answer sign_in(const Visitor& visitor, bool stay = false) {
        const auto asked = challenge(visitor.name);
        return prove(asked, visitor.proof(asked), stay);
    }
    /// The field lines of a new session.
    std::string session_of(const Visitor& visitor) {
        const auto answer = sign_in(visitor);
        EXPECT_EQ(answer.status, 200) << answer.body;
        return cookie(answer.cookie);
    }
    Answer put_user(std::string_view fields, const Visitor& visitor, std::string_view role) {
        const auto path = "/api/v1/users/" + visitor.name;
        const auto body = visitor.user_with(role).dump();
        return ask_as(fields, put(path, body));
    }
    Answer remove_user(std::string_view fields, const std::string& name) {
        const auto path = "/api/v1/users/" + name;
        return ask_as(fields, delete_at(path));
    }
    Answer make_token(std::string_view fields, const nlohmann::json& wanted) {
        const auto body = wanted.dump();
        return ask_as(fields, post("/api/v1/tokens", body));
    }
    void set_public(std::string_view word) {
        const auto body = nlohmann::json{{"security", {{"public", word}}}}.dump();
        EXPECT_EQ(ask_as(owner_fields, patch(body)).status, 200);
    }
    /// As a client with a right password and a wrong one.
    int nonces = 0;
    Visitor ada{"Ada", 1}, bob{"Bob", 2}, eve{"Eve", 3};
};

}  // namespace boardwalk::test
