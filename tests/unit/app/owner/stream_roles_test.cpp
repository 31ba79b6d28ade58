#include "tests/unit/app/owner/signed_in_fixture.hpp"

/// Who may do what on the stream, and for how long.
namespace boardwalk::test {

class StreamRolesTest : public SignedInTest {
protected:
    void SetUp() override {
        SignedInTest::SetUp();
        tick();
    }
    std::string token_of(std::string_view role) {
        return bearer(
            make_token(owner_fields, {{"name", role}, {"role", role}}).json()["token"].get<std::string>());
    }
    /// What the first answer to a message says: "ok", or the code of its problem.
    std::string said(server::SlotId which, std::string_view message) {
        received(which);
        app->on_websocket_message(which, message);
        const auto answers = received(which);
        if (answers.empty()) return "nothing";
        return answers[0].contains("error") ? answers[0]["error"]["code"] : "ok";
    }
    [[nodiscard]] bool is_closed(server::SlotId which) const {
        const auto found = outlet.closed.find(which.slot);
        return found != outlet.closed.end() && found->second == 4'401;
    }
    static std::string subscribe(std::string_view topics) {
        return R"({"id":1,"method":"subscribe","params":{"topics":[)" + std::string(topics) + "]}}";
    }
    static constexpr std::string_view set_lamp =
        R"({"id":2,"method":"output.set","params":{"id":"lamp","value":true}})";
    const server::SlotId slot{1, 1}, other{2, 1};
};

TEST_F(StreamRolesTest, AViewerLooksAnOperatorSwitchesToo) {
    open_stream(slot, token_of("viewer"));
    EXPECT_EQ(said(slot, subscribe(R"("state","diagnostics","job","settings","info")")), "ok");
    EXPECT_EQ(said(slot, subscribe(R"("log")")), "role");
    EXPECT_EQ(said(slot, subscribe(R"("state","log")")), "role");
    EXPECT_EQ(said(slot, set_lamp), "role");
    EXPECT_EQ(said(slot, R"({"id":3,"method":"ping"})"), "ok");
    open_stream(other, token_of("operator"));
    EXPECT_EQ(said(other, subscribe(R"("state","log")")), "ok");
    EXPECT_EQ(said(other, set_lamp), "ok");
}

TEST_F(StreamRolesTest, OnlyTheOwnerIsToldOfNamesAndNetworks) {
    open_stream(slot, token_of("operator"));
    open_stream(other, owner_fields);
    for (const auto& [which, has_security] : {std::pair(slot, false), std::pair(other, true)}) {
        received(which);
        app->on_websocket_message(which, subscribe(R"("settings")"));
        turn();
        const auto messages = received(which);
        ASSERT_EQ(messages.size(), 2U);
        EXPECT_EQ(messages[1]["data"].contains("security"), has_security);
        EXPECT_EQ(messages[1]["data"]["telemetry"]["period_ms"], 1'000);
    }
}

TEST_F(StreamRolesTest, AStreamEndsWithItsToken) {
    const auto viewer = make_token(owner_fields, {{"name", "v"}, {"role", "viewer"}}).json();
    open_stream(slot, bearer(viewer["token"].get<std::string>()));
    open_stream(other, owner_fields);
    turn();
    EXPECT_FALSE(is_closed(slot));
    const auto path = "/api/v1/tokens/" + viewer["id"].get<std::string>();
    EXPECT_EQ(ask_as(owner_fields, delete_at(path)).status, 204);
    turn();
    EXPECT_TRUE(is_closed(slot));
    EXPECT_FALSE(is_closed(other));
    received(slot);
    app->on_websocket_message(slot, subscribe(R"("state")"));
    tick();
    EXPECT_TRUE(received(slot).empty()) << "nothing more is sent";
    app->on_websocket_closed(slot);
}

TEST_F(StreamRolesTest, AStreamEndsWithItsSession) {
    EXPECT_EQ(put_user(owner_fields, bob, "operator").status, 204);
    const auto bobs = session_of(bob);
    const auto opened = [&](const std::string& fields) {
        outlet.closed.clear();
        open_stream(slot, fields);
        turn();
        EXPECT_FALSE(is_closed(slot));
    };
    opened(bobs);
    EXPECT_EQ(ask_as(bobs, delete_at("/api/v1/session")).status, 204);
    turn();
    EXPECT_TRUE(is_closed(slot)) << "signed out";
    opened(session_of(bob));
    EXPECT_EQ(put_user(owner_fields, bob, "viewer").status, 204);
    turn();
    EXPECT_TRUE(is_closed(slot)) << "other keys";
    opened(session_of(bob));
    EXPECT_EQ(remove_user(owner_fields, "Bob").status, 204);
    turn();
    EXPECT_TRUE(is_closed(slot)) << "removed";
    opened(session_of(ada));
    for (unsigned s = 0; s < limits::session_idle_s - 1; s += 60)
        turn(60'000 - 1);
    turn(60'000);
    turn(1'000);
    EXPECT_TRUE(is_closed(slot)) << "its time is over";
}

TEST_F(StreamRolesTest, AMessageOfTheClientUsesItsSession) {
    open_stream(slot, session_of(ada));
    for (int i = 0; i < 4; ++i) {
        turn(limits::session_idle_s * 1'000 - 2'000);
        EXPECT_EQ(said(slot, R"({"id":3,"method":"ping"})"), "ok") << i;
    }
    EXPECT_FALSE(is_closed(slot));
}

TEST_F(StreamRolesTest, AStreamThatIsOpenToAllEndsWithThat) {
    set_public("viewing");
    open_stream(slot, nothing);
    open_stream(other, owner_fields);
    EXPECT_EQ(said(slot, subscribe(R"("state")")), "ok");
    EXPECT_EQ(said(slot, subscribe(R"("log")")), "sign_in");
    EXPECT_EQ(said(slot, set_lamp), "sign_in");
    set_public("metrics");
    turn();
    EXPECT_TRUE(is_closed(slot));
    EXPECT_FALSE(is_closed(other));
}

TEST_F(StreamRolesTest, AStreamOfAnUnclaimedBoardEndsWithTheClaim) {
    storage.files.clear();
    start();
    tick();
    open_stream(slot, nothing);
    EXPECT_EQ(said(slot, subscribe(R"("state")")), "ok");
    EXPECT_EQ(said(slot, subscribe(R"("log")")), "unclaimed");
    EXPECT_EQ(said(slot, set_lamp), "unclaimed");
    EXPECT_EQ(claim(claim_with(code())).status, 201);
    turn();
    EXPECT_TRUE(is_closed(slot));
}

TEST_F(StreamRolesTest, WithoutACredentialNoneIsOpened) {
    for (const auto& fields :
         {std::string(nothing), bearer("wrong"), std::string("Cookie: bw-1=x\r\n\r\n")}) {
        auto request = get("/api/v1/stream");
        request.upgrade_websocket = true;
        EXPECT_TRUE(is_refusal(ask_as(fields, request).json(), Refusal::sign_in));
    }
}

}  // namespace boardwalk::test
