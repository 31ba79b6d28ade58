#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/server_house.hpp"

/// Requests that are sent ahead, and the end of a peer behind them.
namespace boardwalk::test {
namespace {

using testing::HasSubstr;

TEST(Requests, PipelinedRequestsAreAnsweredInOrderWhole) {
    ServerHouse house;
    std::string requests, expected;
    for (int i = 0; i < 50; ++i) {
        const auto body = std::to_string(i);
        requests +=
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    const auto link = house.connect_and_send(requests);
    house.turn(10);
    const auto answer = house.network.take(link);
    ASSERT_EQ(house.application.bodies.size(), 50U);
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(house.application.bodies[static_cast<std::size_t>(i)], std::to_string(i));
    EXPECT_THAT(answer, HasSubstr("hello 49"));
}

TEST(Requests, PipelinedByteByByteTheAnswersAreTheSame) {
    ServerHouse house;
    const std::string requests =
        ServerHouse::get("/short") +
        "\r\nPUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n" +
        "0\r\nT: u\r\n\r\nHEAD /static HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" +
        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\r\n\r\n" + ServerHouse::get("/state") +
        "GET / HTTP/1.0\r\n\r\n";
    const auto whole = house.connect_and_send(requests);
    house.turn(5);
    const auto expected = house.network.take(whole);
    EXPECT_TRUE(house.network.saw_end(whole));
    const auto slow = house.connect();
    std::string answer;
    for (const char c : requests) {
        house.network.send(slow, {&c, 1});
        answer += house.answer(slow);
    }
    EXPECT_EQ(answer, expected);
    EXPECT_TRUE(house.network.saw_end(slow));
}

TEST(Requests, HalfClosedPeerIsStillAnswered) {
    ServerHouse house;
    const auto link = house.connect();
    house.network.send(link, ServerHouse::get("/"));
    house.network.finish(link);
    EXPECT_THAT(house.answer(link), HasSubstr("hello "));
    EXPECT_TRUE(house.network.saw_end(link));
}

/// Requests of all kinds in one go, then the peer's end, in two pieces cut at `split`.
std::string pipelined_then_end(int count, const std::string& path, std::size_t split, std::size_t window) {
    ServerHouse house;
    std::string text;
    for (int i = 0; i < count; ++i)
        text += ServerHouse::get(path);
    split = std::min(split, text.size());
    const auto link = house.connect();
    house.network.set_window(link, window);
    house.network.send(link, text.substr(0, split));
    if (split < text.size()) house.turn();
    house.network.send(link, text.substr(split));
    house.network.finish(link);
    std::string got;
    for (int i = 0; i < 2'000 && !house.network.saw_end(link); ++i) {
        house.turn(1);
        got += house.network.take(link);
    }
    EXPECT_TRUE(house.network.saw_end(link));
    return got;
}

std::size_t count_of(const std::string& what, const std::string& text) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++count;
    return count;
}

TEST(Requests, EachOfThoseSentBeforeThePeersEndIsAnswered) {
    for (const std::string path : {"/", "/static", "/long", "/state", "/missing"}) {
        for (const int count : {2, 3, 16, 17, 33}) {
            for (const std::size_t window : {1'000'000U, 1'000U}) {
                const auto got = pipelined_then_end(count, path, SIZE_MAX, window);
                EXPECT_EQ(count_of("HTTP/1.1 ", got), static_cast<std::size_t>(count)) << path << window;
                EXPECT_EQ(count_of("Connection: close", got), 1U) << "only the last";
            }
        }
    }
}

/// A state document, for which the network has room for `window` bytes at a time, and `count` requests sent
/// behind it; what the client gets until the server has no more or ends.
std::string behind_a_state_document(ServerHouse& house, std::size_t count, std::size_t window) {
    std::string text = ServerHouse::get("/state");
    for (std::size_t i = 0; i < count; ++i)
        text += ServerHouse::get("/");
    const auto link = house.connect();
    house.network.set_window(link, window);
    house.network.send(link, text);
    std::string got;
    for (int i = 0; i < 200; ++i) {
        house.turn(1);
        got += house.network.take(link);
    }
    return got;
}

TEST(Requests, NoneIsLostBehindAStateDocumentThatItsClientReadsSlowly) {
    const auto size = ServerHouse::get("/").size();
    for (std::size_t count = 0; (count + 1) * size < limits::input_bytes_max; ++count) {
        ServerHouse house;
        const auto got = behind_a_state_document(house, count, 300);
        EXPECT_EQ(count_of("HTTP/1.1 200", got), count + 1) << count;
        EXPECT_EQ(count_of("hello", got), count) << count;
        EXPECT_EQ(count_of(house.application.state, got), 1U) << count;
        EXPECT_EQ(house.server.statistics().buffers_in_use, 0U) << count;
        EXPECT_LE(house.server.statistics().buffers_allocated, 2U) << count;
    }
}

TEST(Requests, WithoutASecondBufferThoseBehindAStateDocumentAreToBeRepeated) {
    constexpr std::size_t count = 80;
    ServerHouse house({.buffers = 1});
    const auto got = behind_a_state_document(house, count, 300);
    EXPECT_EQ(count_of("HTTP/1.1 200", got), 1U) << "the connection ends behind it, so the client knows";
    EXPECT_TRUE(body_of(got) == house.application.state);
    EXPECT_TRUE(house.network.saw_end(0));
    EXPECT_EQ(house.server.statistics().buffers_in_use, 0U);
}

TEST(Requests, ThoseBehindAStateDocumentKeepNoBufferFromOthers) {
    ServerHouse house({.buffers = 2});
    std::string text = ServerHouse::get("/state");
    for (int i = 0; i < 80; ++i)
        text += ServerHouse::get("/");
    const auto reader = house.connect();
    house.network.set_window(reader, 300);
    house.network.send(reader, text);
    house.turn();
    EXPECT_EQ(house.server.statistics().buffers_in_use, 2U);
    const auto other = house.connect_and_send(ServerHouse::get("/"));
    EXPECT_EQ(house.network.take(other), "");
    house.advance_ms(limits::head_grace_ms + 60);
    EXPECT_THAT(house.network.take(other), HasSubstr("hello"));
    std::string got;
    for (int i = 0; i < 20; ++i) {
        got += house.network.take(reader);
        house.turn();
    }
    EXPECT_TRUE(body_of(got) == house.application.state) << "its answer goes on";
    EXPECT_TRUE(house.network.saw_end(reader));
}

TEST(Requests, EachOfThoseSentBeforeThePeersEndIsAnsweredWhereverTheyAreCut) {
    const auto size = 2 * ServerHouse::get("/").size();
    for (std::size_t split = 0; split <= size; ++split)
        EXPECT_EQ(count_of("HTTP/1.1 200", pipelined_then_end(2, "/", split, 1'000'000)), 2U) << split;
}

TEST(Requests, BehindOneThatAsksToCloseNoneIsAnswered) {
    ServerHouse house;
    const auto link = house.connect();
    house.network.send(link, ServerHouse::get("/", "Connection: close\r\n") + ServerHouse::get("/"));
    house.network.finish(link);
    EXPECT_EQ(count_of("HTTP/1.1 200", house.answer(link)), 1U);
    EXPECT_TRUE(house.network.saw_end(link));
}

TEST(Requests, APartOfARequestBeforeThePeersEndIsNotAnswered) {
    ServerHouse house;
    const auto link = house.connect();
    house.network.send(link, ServerHouse::get("/") + "GET / HT");
    house.network.finish(link);
    EXPECT_EQ(count_of("HTTP/1.1 ", house.answer(link)), 1U);
    EXPECT_TRUE(house.network.saw_end(link));
}

}  // namespace
}  // namespace boardwalk::test
