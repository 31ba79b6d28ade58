#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/allocations.hpp"
#include "tests/support/server_house.hpp"

/// One request and its answer, at once or late.
namespace boardwalk::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Requests, SmallAnswerHasItsLengthAndStaysOpen) {
    ServerHouse house;
    const auto answer = house.ask(ServerHouse::get("/"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 6\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Connection:")));
    EXPECT_EQ(body_of(answer), "hello ");
}

TEST(Requests, SplitAtAnyByteAnswersTheSame) {
    ServerHouse house;
    const std::string request =
        "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    const auto expected = house.ask(request);
    ASSERT_THAT(expected, HasSubstr("hello abcde"));
    for (std::size_t split = 1; split < request.size(); ++split) {
        const auto link = house.connect_and_send(request.substr(0, split));
        house.network.send(link, request.substr(split));
        EXPECT_EQ(house.answer(link), expected) << split;
        house.network.finish(link);
        house.turn();
    }
}

TEST(Requests, HeadHasTheLengthButNoBody) {
    ServerHouse house;
    for (const std::string path : {"/", "/static", "/state", "/short"}) {
        const auto full = house.ask(ServerHouse::get(path));
        const auto head = house.ask("HEAD " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_EQ(head, full.substr(0, full.find("\r\n\r\n") + 4)) << path;
    }
}

// RFC 9110 §9.3.2: a client takes a body there for the beginning of the next answer.
TEST(Requests, AHeadThatHasABodyItselfIsAnsweredWithoutOne) {
    ServerHouse house;
    for (const std::string path : {"/", "/static", "/state", "/short", "/long", "/upload", "/missing"}) {
        for (const std::string body :
             {"Content-Length: 0\r\n\r\n", "Content-Length: 2\r\n\r\nab",
              "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5;",
              "Transfer-Encoding: chunked\r\n\r\nx", "Content-Length: 5000\r\n\r\n"}) {
            const auto link = house.connect_and_send("HEAD " + path + " HTTP/1.1\r\nHost: a\r\n" + body);
            house.network.finish(link);
            EXPECT_EQ(body_of(house.answer(link)), "") << path << " " << body;
        }
    }
}

TEST(Requests, MalformedHeadIsAnsweredAndClosed) {
    ServerHouse house;
    const auto link = house.connect_and_send("NONSENSE\r\n\r\n");
    const auto answer = house.network.take(link);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request"));
    EXPECT_THAT(answer, HasSubstr("application/problem+json"));
    EXPECT_THAT(answer, HasSubstr("\"code\":\"bad_request_line\""));
    EXPECT_TRUE(house.network.saw_end(link));
}

TEST(Requests, AnAnswerThatComesLateGoesToItsOwnRequestAlsoAfter65536OthersInItsSlot) {
    ServerHouse house({.connections = 2, .buffers = 2, .unix_time_s = nullptr});
    const auto link = house.connect_and_send(ServerHouse::get("/later"));
    const auto id = house.application.waiting.value();
    house.network.reset(link);
    house.turn(1);
    for (int i = 0; i < 65'535; ++i) {
        house.network.reset(house.connect_and_send("G"));
        house.turn(1);
    }
    const auto last = house.connect_and_send(ServerHouse::get("/later"));
    ASSERT_EQ(house.application.waiting->slot, id.slot);
    house.server.answer_later(
        id, [](void*, http::Response& response) { response.text.append("late"); }, nullptr);
    EXPECT_EQ(house.answer(last), "");
}

TEST(Requests, LateAnswerGoesToItsOwnRequestOnly) {
    ServerHouse house({.connections = 1});
    const auto link = house.connect_and_send(ServerHouse::get("/later"));
    const auto id = house.application.waiting.value();
    const auto fill = [](void*, http::Response& response) { response.text.append("late"); };
    house.network.reset(link);
    house.turn();
    house.server.answer_later(id, fill, nullptr);  // nobody is there any more

    const auto second = house.connect_and_send(ServerHouse::get("/later"));
    EXPECT_EQ(house.application.waiting->slot, id.slot);
    house.server.answer_later(id, fill, nullptr);  // the same slot, an earlier use of it
    EXPECT_EQ(house.answer(second), "");
    house.server.answer_later(*house.application.waiting, fill, nullptr);
    EXPECT_EQ(body_of(house.answer(second)), "late");
}

TEST(Requests, NothingIsAllocatedOnceTheFirstBufferIsThere) {
    ServerHouse house;
    const auto link = house.connect_idle();
    std::array<std::string, 3> requests = {ServerHouse::get("/static"), ServerHouse::get("/state"),
                                           ServerHouse::get("/long")};
    for (const auto& request : requests) {
        house.network.send(link, request);
        const AllocationCount allocations;
        house.server.turn();
        EXPECT_EQ(allocations.count(), 0U) << request;
        EXPECT_THAT(house.network.take(link), StartsWith("HTTP/1.1 200 OK"));
    }
}

TEST(Requests, OneThatIsRepeatedIsAskedAgainAsItCame) {
    ServerHouse house;
    const auto link =
        house.connect_and_send("PUT /later HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nagain");
    const auto id = *house.application.waiting;
    house.server.repeat_request(id);
    EXPECT_EQ(house.answer(link), "") << "it waits once more";
    house.application.answers_later = false;
    house.server.repeat_request(id);
    EXPECT_THAT(house.answer(link), HasSubstr("hello again"));
    house.server.repeat_request(id);
    EXPECT_EQ(house.answer(link), "") << "it was answered";
    EXPECT_EQ(house.server.statistics().requests_total, 1U);
}

TEST(Requests, OneWhoseClientHasGoneIsNotRepeated) {
    ServerHouse house;
    const auto link = house.connect_and_send(ServerHouse::get("/later"));
    const auto id = *house.application.waiting;
    house.network.reset(link);
    house.turn();
    house.application.waiting.reset();
    house.server.repeat_request(id);
    EXPECT_FALSE(house.application.waiting.has_value());
}

}  // namespace
}  // namespace boardwalk::test
