#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/server_house.hpp"

/// Answers that take more than one write: by reference, and piece by piece.
namespace boardwalk::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Requests, StaticBodyArrivesWholeThroughASmallWindow) {
    ServerHouse house;
    const auto link = house.connect();
    house.network.set_window(link, 700);
    house.network.send(link, ServerHouse::get("/static"));
    std::string answer;
    for (int i = 0; i < 40; ++i)
        answer += house.answer(link);
    EXPECT_EQ(body_of(answer), EchoApplication::static_body);
}

TEST(Requests, StaticBodyOnItsWayHoldsNoBuffer) {
    ServerHouse house;
    const auto link = house.connect();
    house.network.set_window(link, 700);
    house.network.send(link, ServerHouse::get("/static"));
    house.turn();
    EXPECT_EQ(house.server.statistics().buffers_in_use, 0U);
    EXPECT_EQ(house.server.statistics().active, 1U);
}

TEST(Requests, BodyThatMayChangeIsTakenAsItWas) {
    ServerHouse house;
    const auto link = house.connect();
    house.network.set_window(link, 100);
    house.network.send(link, ServerHouse::get("/state"));
    house.turn();
    const auto before = house.application.state;
    house.application.state.assign(3'000, 'w');
    std::string answer;
    for (int i = 0; i < 60; ++i)
        answer += house.answer(link);
    EXPECT_EQ(body_of(answer), before);
}

TEST(Requests, LongBodyIsChunkedAndArrivesWhole) {
    ServerHouse house;
    const auto link = house.connect();
    house.network.set_window(link, 1'000);
    house.network.send(link, ServerHouse::get("/long"));
    std::string answer;
    for (int i = 0; i < 60; ++i)
        answer += house.answer(link);
    EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
    std::string decoded;
    http::BodyDecoder decoder(http::Framing::chunked, 0);
    auto rest = std::string_view(answer).substr(answer.find("\r\n\r\n") + 4);
    bool done = false;
    while (!done && !rest.empty()) {
        const auto step = decoder.decode(rest);
        ASSERT_EQ(step.error, http::ParseError::none);
        decoded += step.data;
        rest.remove_prefix(step.consumed);
        done = step.done;
    }
    EXPECT_TRUE(done);
    EXPECT_EQ(rest, "");
    EXPECT_EQ(decoded, EchoApplication::counted(2'000));
    EXPECT_THAT(house.ask(ServerHouse::get("/short")), HasSubstr("Content-Length: 6\r\n"));
}

TEST(Requests, LongBodyForHttp10EndsWithTheConnection) {
    ServerHouse house;
    const auto link = house.connect_and_send("GET /long HTTP/1.0\r\n\r\n");
    const auto answer = house.answer(link);
    EXPECT_THAT(answer, Not(HasSubstr("Transfer-Encoding")));
    EXPECT_EQ(body_of(answer), EchoApplication::counted(2'000));
    EXPECT_TRUE(house.network.saw_end(link));
}

TEST(Requests, LongAnswerToABodyOfHttp10HasNoChunks) {
    ServerHouse house;
    const auto link = house.connect_and_send("PUT /long HTTP/1.0\r\nContent-Length: 2\r\n\r\nab");
    EXPECT_EQ(body_of(house.answer(link)), EchoApplication::counted(2'000));
}

}  // namespace
}  // namespace boardwalk::test
