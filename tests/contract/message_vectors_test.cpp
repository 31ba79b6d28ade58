#include <gtest/gtest.h>

#include <limits>

#include "shared/messages_json.hpp"
#include "tests/contract/vectors.hpp"

/// Runs `shared/vectors` of what the board sends through the clients' reading and writing.
namespace boardwalk::protocol {
namespace {

using tests::Json;

/// What must not be there in a copy of the first valid message, or stands there instead.
Json spoiled(const Json& message, const Json& vector) {
    if (vector.contains("message")) return vector.at("message");
    Json operation{{"op", "remove"}, {"path", vector.at("pointer")}};
    if (vector.contains("to"))
        operation = {{"op", "replace"}, {"path", vector.at("pointer")}, {"value", vector.at("to")}};
    return message.patch(Json::array({operation}));
}

template <class Message>
class Messages : public testing::Test {};

/// Which schema and vectors a message has.
struct Names {
    static const char* file(const Info*) { return "info"; }
    static const char* file(const State*) { return "state"; }
    static const char* file(const History*) { return "history"; }
    static const char* file(const Settings*) { return "settings"; }
    static const char* file(const Diagnostics*) { return "diagnostics"; }
    static const char* file(const Logs*) { return "logs"; }
    static const char* file(const Problem*) { return "problem"; }
    static const char* file(const Job*) { return "job"; }
    static const char* file(const Session*) { return "session"; }
    static const char* file(const SessionChallenge*) { return "session-challenge"; }
    static const char* file(const NewToken*) { return "token"; }
    static const char* file(const OutputResult*) { return "output-result"; }
    static const char* file(const StreamMessage*) { return "stream-message"; }

    template <class Message>
    static std::string of() {
        return file(static_cast<const Message*>(nullptr));
    }
};
using All = testing::Types<Info, State, History, Settings, Diagnostics, Logs, Problem, Job, OutputResult,
                           Session, SessionChallenge, NewToken, StreamMessage>;
TYPED_TEST_SUITE(Messages, All);

TYPED_TEST(Messages, AreWrittenAsTheyWereRead) {
    const Json vectors = tests::vectors(Names::of<TypeParam>());
    EXPECT_FALSE(vectors.at("valid").empty());
    for (Json message : vectors.at("valid")) {
        SCOPED_TRACE(message.dump());
        const auto decoded = decode<TypeParam>(message.dump());
        ASSERT_TRUE(decoded) << decoded.error;
        message.erase("later");  // a member that this version does not know
        const std::string written = encode_message(*decoded);
        EXPECT_TRUE(Json::parse(written) == message) << written;
    }
}

TYPED_TEST(Messages, AreRefusedWithThePlaceOfTheError) {
    const Json vectors = tests::vectors(Names::of<TypeParam>());
    EXPECT_FALSE(vectors.at("invalid").empty());
    for (const Json& vector : vectors.at("invalid")) {
        SCOPED_TRACE(vector.dump());
        const auto decoded = decode<TypeParam>(spoiled(vectors.at("valid").at(0), vector).dump());
        ASSERT_FALSE(decoded);
        EXPECT_TRUE(decoded.error.starts_with(vector.value("pointer", ""))) << decoded.error;
    }
}

TYPED_TEST(Messages, AreRefusedWhenCutShortAtAnyByte) {
    const Json vectors = tests::vectors(Names::of<TypeParam>());
    const std::string text = vectors.at("valid").at(0).dump();
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(decode<TypeParam>(std::string_view(text).substr(0, size))) << size;
    }
}

/// nlohmann-json without exceptions aborts on a wrong guess of a type: there must be none.
TYPED_TEST(Messages, SurviveAnyValueInAnyPlace) {
    const Json others = Json::parse(
        R"([null,true,-1,1.5,18446744073709551615,"x",[],{},[[]],[1,2],{"id":{}},{"a":1,"b":2}])");
    const Json vectors = tests::vectors(Names::of<TypeParam>());
    for (const Json& message : vectors.at("valid")) {
        std::vector<std::string> places{""};
        const Json leaves = message.flatten();
        for (const auto& item : leaves.items()) {
            for (std::string at = item.key(); !at.empty(); at.resize(at.rfind('/')))
                places.push_back(at);
        }
        for (const std::string& place : places) {
            for (const Json& other : others) {
                Json changed = message;
                changed[Json::json_pointer(place)] = other;
                if (const auto decoded = decode<TypeParam>(changed.dump())) (void)encode_message(*decoded);
            }
        }
    }
}

/// The companion knows boards of every release.
TEST(Diagnostics, OfTheFirstReleaseAreReadThoughTheyTellNoPeak) {
    Json message = tests::vectors("diagnostics").at("valid").at(0);
    const auto now = decode<Diagnostics>(message.dump());
    ASSERT_TRUE(now && now->peak) << now.error;
    EXPECT_EQ(now->peak->buffers, message["peak"]["buffers"]);
    EXPECT_EQ(now->slots.at(1).busy_ms, message["slots"][1]["busy_ms"]);
    message.erase("peak");
    for (Json& slot : message["slots"])
        slot.erase("busy_ms");
    const auto before = decode<Diagnostics>(message.dump());
    ASSERT_TRUE(before) << before.error;
    EXPECT_EQ(before->peak, std::nullopt);
    EXPECT_EQ(before->slots.at(1).busy_ms, std::nullopt);
}

TEST(StreamMessages, AreToldApart) {
    const Json vectors = tests::vectors("stream-message");
    std::vector<std::size_t> kinds;
    for (const Json& message : vectors.at("valid")) {
        kinds.push_back(decode<StreamMessage>(message.dump())->index());
    }
    EXPECT_EQ(kinds, (std::vector<std::size_t>{2, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 7, 8}));
}

TEST(StreamMessages, AnErrorWithoutAnIdIsAReplyWithoutAnId) {
    const auto decoded = decode<StreamMessage>(R"({"id":null,"error":{"status":400,"code":"bad_json"}})");
    const auto& reply = std::get<Reply>(*decoded);
    EXPECT_FALSE(reply.id);
    EXPECT_EQ(std::get<Problem>(reply.outcome).code, "bad_json");
}

TEST(Problems, AMemberOfAWrongTypeCountsAsAbsent) {
    const auto decoded = decode<Problem>(R"({"status":"422","type":5,"code":"invalid"})");
    ASSERT_TRUE(decoded) << decoded.error;
    EXPECT_EQ(decoded->status, 0U);
    EXPECT_EQ(decoded->type, "about:blank");
    EXPECT_EQ(decoded->code, "invalid");
}

TEST(Encoding, TextThatIsNotUtf8IsReplacedAndANumberThatJsonCannotSayIsNull) {
    State state;
    Reading& reading = state.readings.emplace_back();
    reading.name = "caf\xe9";
    reading.value = std::numeric_limits<double>::infinity();
    const Json json = Json::parse(encode_message(state));
    EXPECT_EQ(json.at("readings").at(0).at("name").get<std::string>(), "caf\xef\xbf\xbd");
    EXPECT_TRUE(json.at("readings").at(0).at("value").is_null());
}

}  // namespace
}  // namespace boardwalk::protocol
