#include "firmware/server/problems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "firmware/websocket/handshake_error.hpp"
#include "tests/unit/server/websocket_house.hpp"

/// The problems of the server's own, and those of a handshake, as the client that causes them reads them.
namespace boardwalk::test {
namespace {

using websocket::HandshakeError;

void expect_problem(const std::string& answer, const http::Problem& problem) {
    SCOPED_TRACE(answer);
    EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 " + std::to_string(problem.status) + " " +
                                            std::string(http::reason_phrase(problem.status)) + "\r\n"));
    EXPECT_THAT(answer, testing::HasSubstr("Content-Type: application/problem+json\r\n"));
    EXPECT_THAT(answer, testing::HasSubstr("\"code\":\"" + std::string(problem.code) + "\""));
    EXPECT_THAT(answer, testing::HasSubstr("\"detail\":\"" + std::string(problem.detail) + "\""));
}

std::string handshake_with(std::string text, const std::string& field, const std::string& other) {
    return text.replace(text.find(field), field.size(), other);
}

TEST(ServerProblems, OfTimeouts) {
    ServerHouse house;
    const auto head = house.connect_and_send("GET /a HTTP/1.1\r\nHost: ");
    const auto body = house.connect_and_send("PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nx");
    house.advance_ms(limits::head_timeout_ms + 100);
    expect_problem(house.network.take(head), server::head_timed_out);
    expect_problem(house.network.take(body), server::body_timed_out);
}

TEST(ServerProblems, OfAHeadThatMakesWay) {
    ServerHouse house({.connections = 2, .buffers = 10});
    (void)house.connect_idle();
    const auto slow = house.connect_and_send("GET / HTTP/1.1\r\n");
    house.advance_ms(limits::head_grace_ms + 20);
    (void)house.ask(ServerHouse::get("/"));
    expect_problem(house.network.take(slow), server::head_evicted);
}

TEST(ServerProblems, OfOverload) {
    ServerHouse house({.connections = 2, .buffers = 1});
    (void)house.connect_and_send(ServerHouse::get("/later"));
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::wait_in_line_ms_max + 100);
    expect_problem(house.network.take(waiting), server::overloaded);
}

TEST(ServerProblems, OfOneWebSocketTooMany) {
    WebSocketHouse house;
    for (std::size_t i = 0; i <= limits::websocket_max; ++i)
        house.open();
    expect_problem(house.handshake, server::websockets_exhausted);
}

TEST(ServerProblems, OfANetworkThatTakesNoHandshake) {
    WebSocketHouse house;
    const auto link = house.connect();
    house.network.set_window(link, 0);
    house.network.send(link, ServerHouse::upgrade());
    house.turn();
    EXPECT_EQ(house.network.take(link), "");
    house.network.set_window(link, 10'000);
    house.network.acknowledge(link, 0);
    expect_problem(house.answer(link), server::network_exhausted);
}

TEST(ServerProblems, OfAHandshake) {
    WebSocketHouse house;
    const auto expect = [&house](const std::string& request, HandshakeError error) {
        expect_problem(house.ask(request), problem_of(error));
    };
    const auto upgrade = ServerHouse::upgrade();
    expect(ServerHouse::get("/websocket"), HandshakeError::upgrade_required);
    expect(handshake_with(upgrade, "Upgrade: websocket\r\n", ""), HandshakeError::no_upgrade);
    expect(handshake_with(upgrade, "GET", "POST"), HandshakeError::not_get);
    expect(handshake_with(upgrade, "\r\n\r\n", "\r\nContent-Length: 1\r\n\r\nx"), HandshakeError::has_body);
    expect(handshake_with(upgrade, "Version: 13", "Version: 8"), HandshakeError::other_version);
    expect(handshake_with(upgrade, "dGhl", "dGh"), HandshakeError::bad_key);
}

}  // namespace
}  // namespace boardwalk::test
