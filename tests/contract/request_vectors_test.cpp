#include <gtest/gtest.h>

#include "shared/requests.hpp"
#include "tests/contract/vectors.hpp"

/// Runs `shared/vectors` of what clients send through the board's decoders.
namespace boardwalk::protocol {
namespace {

using tests::Json;

void expect_error(const Json& vector, const DecodeError& error) {
    EXPECT_EQ(status_of(error.kind), vector.at("status").get<unsigned>()) << error.detail.view();
    EXPECT_EQ(error.pointer.view(), vector.at("pointer").get<std::string>()) << error.detail.view();
    EXPECT_FALSE(error.detail.empty());
    const std::string usual_code = error.kind == DecodeError::Kind::bad_json ? "bad_json" : "invalid";
    EXPECT_EQ(code_of(error.kind), vector.value("code", usual_code));
}

template <class Decode>
void expect_vectors(std::string_view file, Decode decode) {
    const Json vectors = tests::vectors(file);
    EXPECT_FALSE(vectors.at("valid").empty());
    for (const Json& vector : vectors.at("valid")) {
        SCOPED_TRACE(vector.at("name").get<std::string>());
        const auto decoded = decode(tests::text_of(vector));
        ASSERT_TRUE(decoded) << decoded.error().pointer.view() << " " << decoded.error().detail.view();
        const auto again = decode(encode(decoded.value()));
        ASSERT_TRUE(again) << encode(decoded.value());
        EXPECT_EQ(again.value(), decoded.value());
    }
    EXPECT_FALSE(vectors.at("invalid").empty());
    for (const Json& vector : vectors.at("invalid")) {
        SCOPED_TRACE(vector.at("name").get<std::string>());
        const auto decoded = decode(tests::text_of(vector));
        ASSERT_FALSE(decoded);
        expect_error(vector, decoded.error());
    }
}

TEST(Requests, SetOutputDecodesAsItsVectorsSay) { expect_vectors("set-output", decode_set_output); }

TEST(Requests, SettingsPatchDecodesAsItsVectorsSay) {
    expect_vectors("settings-patch", decode_settings_patch);
}

TEST(Requests, SettingsBackupDecodesAsItsVectorsSay) {
    expect_vectors("settings-backup", decode_settings_backup);
}

TEST(Requests, AClaimDecodesAsItsVectorsSay) { expect_vectors("claim", decode_claim); }

TEST(Requests, SigningInDecodesAsItsVectorsSay) {
    expect_vectors("session-start", decode_session_start);
    expect_vectors("session-proof", decode_session_proof);
}

TEST(Requests, PeopleAndTokensDecodeAsTheirVectorsSay) {
    expect_vectors("user-change", decode_user_change);
    expect_vectors("token-request", decode_token_request);
}

TEST(Requests, ASetUpCodeIsReadAsPeopleTypeIt) {
    const auto code_of = [](std::string_view typed) {
        Json claim = Json::parse(tests::text_of(tests::vectors("claim").at("valid").at(0)));
        claim["code"] = typed;
        return std::string(decode_claim(claim.dump()).value().code.view());
    };
    EXPECT_EQ(code_of("7k2mx9qd"), "7K2MX9QD");
    EXPECT_EQ(code_of("oOiIlL00"), "00111100");
}

TEST(Requests, StreamRequestDecodesAsItsVectorsSay) {
    expect_vectors("stream-request",
                   [](std::string_view json) { return decode_stream_request(json).request; });
}

TEST(Requests, TheIdOfAStreamRequestIsKnownForTheAnswerEvenWhenTheRequestIsRefused) {
    const Json vectors = tests::vectors("stream-request");
    for (const char* outcome : {"valid", "invalid"}) {
        for (const Json& vector : vectors.at(outcome)) {
            SCOPED_TRACE(vector.at("name").get<std::string>());
            const auto id = decode_stream_request(tests::text_of(vector)).id;
            EXPECT_EQ((id ? Json(*id) : Json()).dump(), vector.at("id").dump());
        }
    }
}

TEST(Requests, AValueKeepsItsType) {
    EXPECT_EQ(decode_set_output(R"({"value":true})").value().value, OutputValue{true});
    EXPECT_EQ(decode_set_output(R"({"value":1})").value().value, OutputValue{1.0});
    EXPECT_EQ(decode_set_output(R"({"value":"é"})").value().value, choice_value("\xc3\xa9"));
}

TEST(Requests, APatchHoldsOnlyWhatWasGiven) {
    const auto patch = decode_settings_patch(R"({"telemetry":{"period_ms":250}})");
    EXPECT_EQ(patch.value().telemetry_period_ms, 250U);
    EXPECT_FALSE(patch.value().name);
    EXPECT_EQ(decode_settings_patch(R"({"name":"K\u00fcche"})").value().name->view(),
              "K\xc3\xbc"
              "che");
}

TEST(Requests, SubscribingNamesTopicsAndARate) {
    const auto decoded =
        decode_stream_request(R"({"id":8,"method":"subscribe","params":{"topics":["log"]}})");
    const auto& subscribe = std::get<Subscribe>(decoded.request.value().call);
    EXPECT_EQ(subscribe.topics, TopicSet{Topic::log});
    EXPECT_EQ(subscribe.max_hz, limits::stream_hz_default);
}

TEST(Requests, ARateAboveTheBoardsOwnIsTheBoardsOwn) {
    for (const double hz : {limits::stream_hz_max, limits::stream_hz_max + 1}) {
        const Json request{
            {"id", 1}, {"method", "subscribe"}, {"params", {{"topics", {"log"}}, {"max_hz", hz}}}};
        const auto decoded = decode_stream_request(request.dump());
        EXPECT_EQ(std::get<Subscribe>(decoded.request.value().call).max_hz, limits::stream_hz_max);
    }
}

}  // namespace
}  // namespace boardwalk::protocol
