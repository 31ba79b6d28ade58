#include <cstdio>

#include "firmware/app/api/routes.hpp"
#include "tests/unit/app/owner/signed_in_fixture.hpp"

/// Every route and every method of the stream, by each role and with each credential: what the table of
/// routes says is what happens.
namespace boardwalk::test {

using router::Access;

/// Who asks. The order is that of rising rights among those who are somebody.
enum class As : std::uint8_t {
    nobody,
    wrong_token,
    wrong_cookie,
    ended,
    expired,
    of_another_board,
    viewer,
    operator_,
    owner
};

class WalkTest : public SignedInTest {
protected:
    struct Credential {
        std::string_view what;
        As as;
        std::string fields;
    };

    void SetUp() override {
        SignedInTest::SetUp();
        tick();
        EXPECT_EQ(put_user(owner_fields, bob, "operator").status, 204);
        EXPECT_EQ(put_user(owner_fields, eve, "viewer").status, 204);
    }
    std::string new_token(std::string_view role) {
        return make_token(owner_fields, {{"name", role}, {"role", role}}).json()["token"];
    }
    /// Both ways in for each role, and all that is no way in.
    std::vector<Credential> credentials() {
        const std::string expired = session_of(eve);
        turn(limits::session_idle_s * 1'000);
        const std::string ended = session_of(eve);
        EXPECT_EQ(ask_as(ended, delete_at("/api/v1/session")).status, 204);
        const auto adas = session_of(ada);
        auto elsewhere = adas;
        elsewhere[elsewhere.find("bw-") + 3] ^= 1;
        auto wrong = adas;
        wrong[wrong.find("; a=b") - 1] = wrong[wrong.find("; a=b") - 1] == 'A' ? 'Q' : 'A';
        return {{"none", As::nobody, std::string(nothing)},
                {"a wrong token", As::wrong_token, bearer(std::string(43, 'x'))},
                {"a wrong cookie", As::wrong_cookie, wrong},
                {"an ended session's cookie", As::ended, ended},
                {"an expired session's cookie", As::expired, expired},
                {"another board's cookie", As::of_another_board, elsewhere},
                {"a viewer's cookie", As::viewer, session_of(eve)},
                {"a viewer's token", As::viewer, bearer(new_token("viewer"))},
                {"an operator's cookie", As::operator_, session_of(bob)},
                {"an operator's token", As::operator_, bearer(new_token("operator"))},
                {"an owner's cookie", As::owner, adas},
                {"an owner's token", As::owner, std::string(owner_fields)}};
    }
    /// A request that the route takes, up to what it is asked for: what follows is the handler's.
    static http::Request request_of(const router::Route<app::Handler>& route, http::Method method) {
        static std::vector<std::string> paths;
        paths.emplace_back(route.pattern);
        auto& path = paths.back();
        if (const auto at = path.find('{'); at != std::string::npos) path = path.substr(0, at) + "nothing";
        auto request = get(path);
        request.method = method;
        if (route.body != router::Body::json) return request;
        request = with_body(method, path, "[");
        return request;
    }
    /// 401, 403 or 0 for whatever comes behind the gate.
    static int refusal_for(Access wanted, As as, Access open) {
        if (wanted <= open) return 0;
        if (as < As::viewer) return 401;
        const auto role = wanted == Access::owner       ? As::owner
                          : wanted == Access::operator_ ? As::operator_
                                                        : As::viewer;
        return as >= role ? 0 : 403;
    }
    /// What the gate said: the status, when it was the gate that spoke.
    int gate_of(const http::Request& request, const std::string& fields) {
        auto asked = request;
        asked.fields = fields;
        std::array<char, limits::inline_body_bytes_min> memory;
        http::Response response;
        response.text = TextWriter(memory);
        server::Admission admission;
        const auto verdict = app->on_head(asked, response, admission);
        if (verdict != server::Verdict::answer) return 0;
        const auto code = nlohmann::json::parse(response.text.view(), nullptr, false).value("code", "");
        const bool spoke = code == "sign_in" || code == "role" || code == "unclaimed";
        return spoke ? response.status : 0;
    }
};

TEST_F(WalkTest, EachRouteByEachRoleAndCredentialIsWhatItsRowSays) {
    const auto all = credentials();
    int asked = 0, refused = 0, passed = 0;
    for (const auto& [word, open] : {std::pair("none", Access::anyone), std::pair("metrics", Access::metrics),
                                     std::pair("viewing", Access::viewer)}) {
        set_public(word);
        for (const auto& route : app::routes()) {
            std::vector<http::Method> methods{route.method};
            if (route.method == http::Method::get) methods.push_back(http::Method::head);
            for (const auto method : methods) {
                for (const auto& [what, as, fields] : all) {
                    const auto wanted = refusal_for(route.access, as, open);
                    EXPECT_EQ(gate_of(request_of(route, method), fields), wanted)
                        << http::to_string(method) << ' ' << route.pattern << " with " << what
                        << ", public: " << word;
                    ++asked;
                    ++(wanted == 0 ? passed : refused);
                }
            }
        }
    }
    std::printf(
        "walk: %zu routes x %zu credentials, three settings of security.public: %d requests, %d refused, "
        "%d let through\n",
        app::routes().size(), all.size(), asked, refused, passed);
    EXPECT_GT(refused, 500);
    EXPECT_GT(passed, 500);
}

TEST_F(WalkTest, OnAnUnclaimedBoardAllLookAndNobodyDoesAnythingElse) {
    const auto all = credentials();
    storage.files.erase("owner");
    start();
    tick();
    int asked = 0, refused = 0;
    for (const auto& route : app::routes()) {
        for (const auto& [what, as, fields] : all) {
            const int wanted = route.access <= Access::viewer ? 0 : 403;
            EXPECT_EQ(gate_of(request_of(route, route.method), fields), wanted)
                << http::to_string(route.method) << ' ' << route.pattern << " with " << what;
            ++asked;
            refused += wanted == 403 ? 1 : 0;
        }
    }
    std::printf("walk: an unclaimed board: %d requests, %d refused\n", asked, refused);
}

/// CONTRACT's list of roles, by hand: a row that is opened by mistake is seen.
TEST_F(WalkTest, TheRowsSayWhatWasAgreed) {
    std::map<Access, int> rows;
    for (const auto& route : app::routes()) {
        ++rows[route.access];
        const auto is = [&](std::string_view method, std::string_view pattern) {
            return http::to_string(route.method) == method && route.pattern == pattern;
        };
        Access agreed = Access::owner;
        for (const auto* path : {"/healthz", "/readyz", "/api/v1/info", "/.well-known/security.txt"})
            if (is("GET", path)) agreed = Access::anyone;
        if (is("POST", "/api/v1/claim") || route.pattern == "/api/v1/session") agreed = Access::anyone;
        for (const auto* path : {"/api/v1/state", "/api/v1/history", "/api/v1/diagnostics", "/api/v1/stream",
                                 "/api/v1/openapi.json", "/api/v1/settings", "/api/v1/jobs/{id}"})
            if (is("GET", path)) agreed = Access::viewer;
        if (is("GET", "/metrics")) agreed = Access::metrics;
        if (is("PUT", "/api/v1/users/{name}")) agreed = Access::signed_in;
        if (is("PUT", "/api/v1/outputs/{id}") || is("GET", "/api/v1/logs")) agreed = Access::operator_;
        EXPECT_EQ(route.access, agreed) << http::to_string(route.method) << ' ' << route.pattern;
    }
    EXPECT_EQ(rows[Access::anyone], 9);
}

TEST_F(WalkTest, EachMethodOfTheStreamByEachRoleAndCredential) {
    const auto all = credentials();
    const std::array<std::pair<std::string, As>, 8> messages = {{
        {R"({"id":1,"method":"ping"})", As::viewer},
        {R"({"id":1,"method":"subscribe","params":{"topics":["state"]}})", As::viewer},
        {R"({"id":1,"method":"subscribe","params":{"topics":["diagnostics"]}})", As::viewer},
        {R"({"id":1,"method":"subscribe","params":{"topics":["job"]}})", As::viewer},
        {R"({"id":1,"method":"subscribe","params":{"topics":["settings"]}})", As::viewer},
        {R"({"id":1,"method":"subscribe","params":{"topics":["info"]}})", As::viewer},
        {R"({"id":1,"method":"subscribe","params":{"topics":["log"]}})", As::operator_},
        {R"({"id":1,"method":"output.set","params":{"id":"lamp","value":true}})", As::operator_},
    }};
    int sent = 0, refused = 0, shut_out = 0;
    const server::SlotId slot{1, 1};
    for (const auto& [what, as, fields] : all) {
        auto handshake = get("/api/v1/stream");
        if (const auto status = gate_of(handshake, fields); as < As::viewer) {
            EXPECT_EQ(status, 401) << what;
            ++shut_out;
            continue;
        }
        open_stream(slot, fields);
        for (const auto& [message, wanted] : messages) {
            received(slot);
            app->on_websocket_message(slot, message);
            const auto answers = received(slot);
            ASSERT_FALSE(answers.empty()) << message;
            const bool is_refused = answers[0].contains("error");
            EXPECT_EQ(is_refused, as < wanted) << message << " with " << what;
            if (is_refused) {
                EXPECT_EQ(answers[0]["error"]["code"], "role") << message;
            }
            ++sent;
            refused += is_refused ? 1 : 0;
        }
        app->on_websocket_closed(slot);
    }
    std::printf("walk: the stream: %d messages, %d refused; %d credentials opened none\n", sent, refused,
                shut_out);
    EXPECT_EQ(shut_out, 6);
}

TEST_F(WalkTest, WhatAllMayReadIsAsTheSettingSays) {
    const auto status = [&](std::string_view path) { return ask_as(nothing, path).status; };
    const auto bad_cookie =
        std::string("Cookie: bw-") + std::string(app->identity().id.view()) + "=old\r\n\r\n";
    for (const auto& [word, metrics, state] :
         {std::tuple("metrics", 200, 401), std::tuple("viewing", 200, 200), std::tuple("none", 401, 401)}) {
        set_public(word);
        EXPECT_EQ(status("/metrics"), metrics) << word;
        EXPECT_EQ(status("/api/v1/state"), state) << word;
        EXPECT_EQ(status("/api/v1/settings"), state) << word;
        EXPECT_EQ(ask_as(bad_cookie, "/api/v1/state").status, state) << "an old cookie changes nothing";
        EXPECT_EQ(status("/api/v1/logs"), 401) << word;
    }
    set_public("viewing");
    EXPECT_FALSE(ask_as(nothing, "/api/v1/settings").json().contains("security"));
    EXPECT_TRUE(ask_as(owner_fields, "/api/v1/settings").json().contains("security"));
    EXPECT_EQ(ask_as(nothing, "/api/v1/state").cache, "no-cache");
    set_public("none");
    EXPECT_EQ(ask_as(owner_fields, "/api/v1/state").cache, "no-store");
    EXPECT_EQ(ask_as(owner_fields, "/api/v1/settings").cache, "no-store");
}

}  // namespace boardwalk::test
