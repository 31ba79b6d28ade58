#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/contract/vectors.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

/// A board without an owner, and clients that come by any credential.
class OwnerTest : public AppTest {
protected:
    OwnerTest() { is_owned = false; }
    void SetUp() override { start(); }

    /// The set-up code that the console shows last.
    [[nodiscard]] std::string code() const {
        constexpr std::string_view front = "set-up code: ";
        for (auto line = platform.printed.rbegin(); line != platform.printed.rend(); ++line) {
            if (line->starts_with(front)) return line->substr(front.size());
        }
        return {};
    }
    /// The field lines of a request with a token, or with a cookie as it was set.
    static std::string bearer(std::string_view token) {
        return "Authorization: Bearer " + std::string(token) + "\r\n\r\n";
    }
    static std::string cookie(std::string_view set_cookie) {
        return "Cookie: theme=dark; " + std::string(set_cookie.substr(0, set_cookie.find(';'))) +
               "; a=b\r\n\r\n";
    }
    static constexpr std::string_view nothing = "\r\n";

    /// The answer, also of a request that waits for a worker.
    Answer ask_as(std::string_view fields, http::Request request) {
        request.fields = fields;
        outlet.answers.clear();
        auto answer = ask(request);
        if (!answer.later) return answer;
        turn();
        if (outlet.answers.empty()) return answer;
        const auto& late = outlet.answers.back();
        answer = {.status = late.status, .body = late.body, .etag = late.etag, .cookie = late.cookie};
        return answer;
    }
    Answer ask_as(std::string_view fields, std::string_view path) { return ask_as(fields, get(path)); }

    static http::Request post(std::string_view path, std::string_view body) {
        return with_body(http::Method::post, path, body);
    }
    static http::Request delete_at(std::string_view path) {
        auto request = get(path);
        request.method = http::Method::delete_;
        return request;
    }
    /// A valid claim, of `shared/vectors`, with that code.
    [[nodiscard]] nlohmann::json claim_with(std::string_view typed) const {
        auto claim = nlohmann::json::parse(tests::text_of(tests::vectors("claim").at("valid").at(0)));
        claim["code"] = typed;
        return claim;
    }
    Answer claim(const nlohmann::json& claim) {
        const auto body = claim.dump();
        return ask_as(nothing, post("/api/v1/claim", body));
    }
    static std::string other_than(std::string code) {
        code[0] = code[0] == '0' ? '1' : '0';
        return code;
    }
};

}  // namespace boardwalk::test
