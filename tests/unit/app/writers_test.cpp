#include <gtest/gtest.h>

#include <string>

#include "tests/contract/vectors.hpp"
#include "tests/unit/app/app_fixture.hpp"

/// The board writes its messages by hand: each has the members of its vector, which the schema holds.
namespace boardwalk::test {

/// The names of all members, at any depth; an array is told by its first element.
std::string shape_of(const nlohmann::json& part) {
    if (part.is_array()) return part.empty() ? "[…]" : "[" + shape_of(part[0]) + "]";
    if (!part.is_object()) return "…";
    std::string shape = "{";
    for (const auto& member : part.items())
        shape += member.key() + ":" + shape_of(member.value()) + " ";
    return shape + "}";
}

class WritersTest : public AppTest {
protected:
    void SetUp() override {
        statistics.figures.connections_max = 1;
        start();
        tick();
        open_stream(slot);
    }
    static nlohmann::json vector(std::string_view file, std::size_t number = 0) {
        return tests::vectors(file).at("valid").at(number);
    }
    /// The first message of a topic that a new subscriber gets.
    nlohmann::json first_of(std::string_view topic) {
        app->on_websocket_message(slot, R"({"id":1,"method":"subscribe","params":{"topics":[")" +
                                            std::string(topic) + R"("],"max_hz":20}})");
        tick();
        for (const auto& message : received(slot)) {
            if (message.value("topic", "") == topic) return message;
        }
        return {};
    }

    server::SlotId slot{5, 1};
};

TEST_F(WritersTest, WhatTheApiAnswersHasTheMembersOfItsVector) {
    EXPECT_EQ(shape_of(ask("/api/v1/info").json()), shape_of(vector("info")));
    EXPECT_EQ(shape_of(ask("/api/v1/state").json()), shape_of(vector("state")));
    EXPECT_EQ(shape_of(ask("/api/v1/history?series=temperature").json()), shape_of(vector("history")));
    EXPECT_EQ(shape_of(ask("/api/v1/diagnostics").json()), shape_of(vector("diagnostics")));
    EXPECT_EQ(shape_of(ask(put("/api/v1/outputs/lamp", R"({"value":true})")).json()),
              shape_of(vector("output-result")));
    EXPECT_EQ(shape_of(ask(put("/api/v1/outputs/lamp", R"({"value":null})")).json()),
              shape_of(vector("problem")));
}

TEST_F(WritersTest, WhatTheStreamBringsHasTheMembersOfItsVector) {
    EXPECT_EQ(shape_of(first_of("state").at("snapshot")), shape_of(vector("state")));
    EXPECT_EQ(shape_of(first_of("diagnostics").at("data")), shape_of(vector("diagnostics")));
    EXPECT_EQ(shape_of(first_of("info").at("data")), shape_of(vector("info")));
    const auto settings = first_of("settings");
    EXPECT_FALSE(settings.value("etag", "").empty());
    EXPECT_EQ(shape_of(settings.at("data")), shape_of(vector("settings")));
}

TEST_F(WritersTest, AShapeThatLacksAMemberIsSeen) {
    auto message = vector("diagnostics");
    message["slots"][0].erase("busy_ms");
    EXPECT_NE(shape_of(message), shape_of(vector("diagnostics")));
}

}  // namespace boardwalk::test
