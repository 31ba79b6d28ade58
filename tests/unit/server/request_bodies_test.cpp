#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/server_house.hpp"

/// Bodies, and heads that leave them little room.
namespace boardwalk::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Requests, ContinueIsSentOnlyWhenTheBodyIsAwaited) {
    ServerHouse house;
    const std::string head = "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    const auto link = house.connect_and_send(head);
    EXPECT_EQ(house.network.take(link), "HTTP/1.1 100 Continue\r\n\r\n");
    house.network.send(link, "ab");
    EXPECT_THAT(house.answer(link), StartsWith("HTTP/1.1 200 OK"));
    EXPECT_THAT(house.ask(head + "ab"), StartsWith("HTTP/1.1 200 OK"));
}

TEST(Requests, ContinueIsNotSentForAnEmptyBodyNorTo10) {
    ServerHouse house;
    EXPECT_THAT(house.ask("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n"),
                StartsWith("HTTP/1.1 200 OK"));
    const auto old =
        house.connect_and_send("PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    EXPECT_EQ(house.network.take(old), "");
    house.network.send(old, "x");
    EXPECT_THAT(house.answer(old), StartsWith("HTTP/1.1 200 OK"));
}

TEST(Requests, ContinueThatTheNetworkCannotTakeIsLeftOut) {
    ServerHouse house;
    const auto link =
        house.connect_and_send(ServerHouse::get("/state"));  // 3,000 bytes, not acknowledged yet
    house.network.send(link,
                       "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    house.turn();
    EXPECT_THAT(house.network.take(link), Not(HasSubstr("100 Continue")));
    house.network.send(link, "x");
    EXPECT_THAT(house.answer(link), StartsWith("HTTP/1.1 200 OK"));
}

/// A head of which `read_bytes` are kept, and `unread_bytes` belong to fields that the server ignores.
std::string large_put(std::size_t read_bytes, std::size_t unread_bytes, std::size_t body_bytes) {
    const std::string end = " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body_bytes) + "\r\n";
    const std::string begin = "PUT /";
    const auto path = std::string(read_bytes - begin.size() - end.size() - 2, 'p');
    const std::string cookie =
        unread_bytes == 0 ? "" : "Cookie: " + std::string(unread_bytes - 10, 'c') + "\r\n";
    return begin + path + end + cookie + "\r\n" + std::string(body_bytes, 'b');
}

TEST(Requests, AFullBodyBehindALargeCookieIsTaken) {
    ServerHouse house;
    const auto unread = limits::head_bytes_max - limits::head_bytes_beside_body;
    const auto request = large_put(limits::head_bytes_beside_body, unread, limits::json_body_bytes_max);
    const auto whole = house.ask(request + ServerHouse::get("/short"));
    EXPECT_THAT(whole, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_THAT(whole, HasSubstr("0\n1\n2\n")) << "what came behind is answered too";
    for (const std::size_t split : {1'000U, 2'559U, 2'560U, 2'561U, 3'000U}) {
        const auto link = house.connect_and_send(request.substr(0, split));
        house.network.send(link, request.substr(split));
        EXPECT_THAT(house.answer(link), StartsWith("HTTP/1.1 200 OK")) << split;
    }
    for (const auto& body : house.application.bodies)
        EXPECT_EQ(body, std::string(limits::json_body_bytes_max, 'b'));
}

TEST(Requests, CookiesLargerThanTheBufferAreReadOver) {
    ServerHouse house;
    for (const std::size_t unread : {2'561U, 4'096U, 9'000U, 16'384U}) {
        const auto request = large_put(limits::head_bytes_beside_body, unread, limits::json_body_bytes_max);
        const auto whole = house.ask(request + ServerHouse::get("/short"));
        EXPECT_THAT(whole, StartsWith("HTTP/1.1 200 OK")) << unread;
        EXPECT_THAT(whole, HasSubstr("0\n1\n2\n")) << "what came behind is answered too";
        for (const std::size_t split : {600U, 2'559U, 2'560U, 2'561U, 3'000U}) {
            const auto link = house.connect_and_send(request.substr(0, split));
            house.network.send(link, request.substr(split));
            EXPECT_THAT(house.answer(link), StartsWith("HTTP/1.1 200 OK")) << split;
        }
    }
    for (const auto& body : house.application.bodies)
        EXPECT_EQ(body, std::string(limits::json_body_bytes_max, 'b'));
    ServerHouse other;  // whose slots are free
    EXPECT_THAT(other.ask(large_put(300, limits::head_unread_bytes_max + 1, 5)), StartsWith("HTTP/1.1 431"));
}

TEST(Requests, AnEndlessCookieEndsWithItsHeadsTime) {
    ServerHouse house;
    const auto link =
        house.connect_and_send("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + std::string(3'000, 'c'));
    for (std::uint32_t ms = 0; ms < limits::head_timeout_ms; ms += 1'000) {
        EXPECT_EQ(house.answer(link), "") << ms;
        house.network.send(link, "c");
        house.network.advance_ms(1'000);
        house.turn();
    }
    house.network.advance_ms(1'000);
    EXPECT_THAT(house.answer(link), StartsWith("HTTP/1.1 408"));
}

TEST(Requests, HeadAndBodyTogetherBelowAtAndAboveTheirRoom) {
    ServerHouse house;
    const auto status = [&](std::size_t read_bytes) {
        return house.ask(large_put(read_bytes, 0, limits::json_body_bytes_max)).substr(9, 3);
    };
    EXPECT_EQ(status(limits::head_bytes_beside_body - 1), "200");
    EXPECT_EQ(status(limits::head_bytes_beside_body), "200");
    EXPECT_EQ(status(limits::head_bytes_beside_body + 1), "413");
}

TEST(Requests, BodyBelowAtAndAboveItsSize) {
    ServerHouse house;
    const auto put = [&](std::size_t size) {
        return house.ask("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                         std::string(size, 'x'));
    };
    EXPECT_THAT(put(limits::json_body_bytes_max - 1), HasSubstr("200 OK"));
    EXPECT_THAT(put(limits::json_body_bytes_max), HasSubstr("200 OK"));
    EXPECT_THAT(put(limits::json_body_bytes_max + 1), HasSubstr("413 Content Too Large"));
}

TEST(Requests, ChunkedBodyAboveItsSizeIsToldSo) {
    ServerHouse house;
    const auto answer = house.ask("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" +
                                  std::string(4096, 'x') + "\r\n0\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413"));
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST(Requests, AnswerBeforeTheBodySkipsABodyThatIsThere) {
    ServerHouse house;
    const std::string request = "PUT /missing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    const auto answer = house.ask(request + ServerHouse::get("/"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 404"));
    EXPECT_THAT(answer, HasSubstr("hello "));
}

}  // namespace
}  // namespace boardwalk::test
