#include <gtest/gtest.h>

#include <string>

#include "shared/messages_json.hpp"
#include "shared/requests.hpp"

namespace boardwalk::protocol {
namespace {

using Kind = DecodeError::Kind;

std::string nested_objects(std::size_t depth) {
    std::string text;
    for (std::size_t level = 0; level < depth; ++level)
        text += R"({"a":)";
    return text + "1" + std::string(depth, '}');
}

std::string nested_arrays(std::size_t depth) {
    return R"({"a":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

TEST(Depth, BelowAndAtTheLimitARequestIsJson) {
    for (const std::size_t depth : {limits::json_depth_max - 1, limits::json_depth_max}) {
        for (const std::string& text : {nested_objects(depth), nested_arrays(depth)}) {
            EXPECT_EQ(decode_set_output(text).error().kind, Kind::invalid) << text;
            EXPECT_EQ(decode_set_output(text).error().pointer, "/a");
        }
    }
}

TEST(Depth, AboveTheLimitARequestIsBadJson) {
    for (const std::string& text :
         {nested_objects(limits::json_depth_max + 1), nested_arrays(limits::json_depth_max + 1),
          std::string(limits::websocket_message_bytes_max, '[')}) {
        EXPECT_EQ(decode_set_output(text).error().kind, Kind::bad_json) << text;
        EXPECT_EQ(decode_settings_patch(text).error().kind, Kind::bad_json);
        EXPECT_EQ(decode_stream_request(text).request.error().kind, Kind::bad_json);
    }
}

TEST(Depth, AboveTheLimitOnlyAMemberOfAnotherVersionIsPassedOver) {
    const auto deep = std::string(limits::json_depth_max, '[') + std::string(limits::json_depth_max, ']');
    const auto backup_with = [](const std::string& member) {
        return R"({"format":"boardwalk.settings","version":1,"settings":{"name":"Shed",)" + member +
               R"(,"telemetry":{"period_ms":1000}}})";
    };
    EXPECT_TRUE(decode_settings_backup(backup_with("\"later\":" + deep)));
    const auto known = decode_settings_backup(backup_with("\"security\":" + deep));
    EXPECT_EQ(known.error().pointer, "/settings/security") << "what this version knows is still judged";
    const auto torn = backup_with("\"later\":" + deep + "]");
    EXPECT_EQ(decode_settings_backup(torn).error().kind, Kind::bad_json);
    const auto beside = R"({"format":"boardwalk.settings","version":1,"settings":{},"later":)" + deep + "}";
    EXPECT_FALSE(decode_settings_backup(beside));
}

TEST(Depth, AMessageMayNestAsDeepAsItsLimitAndNoDeeper) {
    const auto job = [](std::size_t result_depth) {
        return R"({"id":"1","kind":"k","state":"done","progress":null,"error":null,"result":)" +
               std::string(result_depth, '[') + std::string(result_depth, ']') + "}";
    };
    EXPECT_TRUE(decode<Job>(job(30)));
    EXPECT_TRUE(decode<Job>(job(31)));
    EXPECT_FALSE(decode<Job>(job(32)));
    EXPECT_FALSE(decode<Job>(job(1'000'000)));
}

TEST(Depth, BracketsInTextDoNotNest) {
    const std::string brackets = R"("\"[{\\)" + std::string(100, '[') + R"(")";
    const auto decoded =
        decode<LogLine>(R"({"seq":1,"time":null,"uptime_ms":1,"level":"info","text":)" + brackets + "}");
    EXPECT_TRUE(decoded) << decoded.error;
}

TEST(HostileRequests, AreRefusedWhenCutShortAtAnyByte) {
    const std::string text = R"({"id":8,"method":"subscribe","params":{"topics":["log"],"max_hz":4.5e0}})";
    EXPECT_TRUE(decode_stream_request(text).request);
    for (std::size_t size = 0; size < text.size(); ++size) {
        const auto decoded = decode_stream_request(std::string_view(text).substr(0, size));
        ASSERT_FALSE(decoded.request) << size;
        EXPECT_EQ(decoded.request.error().kind, Kind::bad_json) << size;
        EXPECT_EQ(decoded.id, std::nullopt);
    }
}

TEST(HostileRequests, APointerThatFitsIsWholeAndOneThatDoesNotIsItsParents) {
    const auto pointer_for = [](std::size_t name_bytes) {
        const auto decoded =
            decode_settings_patch(R"({"telemetry":{")" + std::string(name_bytes, 'x') + R"(":1}})");
        return std::string(decoded.error().pointer.view());
    };
    const std::size_t room = JsonPointer::capacity - std::string_view("/telemetry/").size();
    EXPECT_EQ(pointer_for(room), "/telemetry/" + std::string(room, 'x'));
    EXPECT_EQ(pointer_for(room + 1), "/telemetry");
}

TEST(HostileRequests, AMemberBehindALongNameIsNotTakenForItsParent) {
    const std::string long_name(200, 'x');
    const auto decoded = decode_settings_patch("{\"" + long_name + "\":{\"telemetry\":{\"period_ms\":100}}}");
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().pointer, "");
}

TEST(HostileRequests, ThousandsOfElementsAreRead) {
    std::string text = R"({"id":1,"method":"subscribe","params":{"topics":[)";
    for (int count = 0; count < 100'000; ++count)
        text += R"("log",)";
    EXPECT_TRUE(decode_stream_request(text + R"("job"]}})").request);
    EXPECT_EQ(decode_stream_request(text + "7]}}").request.error().pointer, "/params/topics/100000");
}

}  // namespace
}  // namespace boardwalk::protocol
