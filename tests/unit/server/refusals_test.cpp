#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/server/problems.hpp"
#include "tests/support/refused_requests.hpp"
#include "tests/support/server_house.hpp"

/// The table of parse errors as a client sees it.
namespace boardwalk::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Refusals, EachIsAnsweredByItsRowAndClosedWholeAndByteByByte) {
    for (const auto& row : refused_requests()) {
        SCOPED_TRACE(row.name);
        ServerHouse house;
        const auto link = house.connect_and_send(row.text);
        const auto answer = house.network.take(link);
        const auto problem = http::problem_of(row.error);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(problem.status) + " " +
                                       std::string(http::reason_phrase(problem.status)) + "\r\n"));
        EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
        if (!row.text.starts_with("HEAD")) {
            EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json\r\n"));
            EXPECT_THAT(answer, HasSubstr("\"code\":\"" + std::string(problem.code) + "\""));
        }
        EXPECT_TRUE(house.network.saw_end(link));
        EXPECT_TRUE(house.application.bodies.empty());

        const auto slow = house.connect();
        for (const char c : row.text) {
            house.network.send(slow, {&c, 1});
            house.turn(1);
        }
        EXPECT_EQ(house.answer(slow), answer);
        EXPECT_TRUE(house.network.saw_end(slow));
    }
}

TEST(Refusals, NothingBehindAnErrorIsTakenForARequest) {
    for (const auto& row : refused_requests()) {
        ServerHouse house;
        (void)house.ask(row.text + "\r\n\r\n" + ServerHouse::get("/"));
        EXPECT_TRUE(house.application.bodies.empty()) << row.name;
    }
}

TEST(Refusals, EachStatusIsCountedByItsCode) {
    const auto is_counted = [](std::uint16_t status) {
        return std::ranges::find(server::counted_statuses, status) != server::counted_statuses.end();
    };
    for (std::uint16_t status = 101; status < 600; ++status)
        EXPECT_EQ(is_counted(status), http::reason_phrase(status) != "Unknown") << status;
    ServerHouse house;
    for (const auto& row : refused_requests())
        (void)house.ask(row.text);
    const auto statistics = house.server.statistics();
    EXPECT_EQ(statistics.requests_total, refused_requests().size());
    EXPECT_EQ(statistics.by_status.back(), 0U) << "nothing is \"other\"";
}

std::string instance_of(const std::string& answer) {
    const std::string key = "\"instance\":\"";
    const auto begin = answer.find(key);
    if (begin == std::string::npos) return "";
    return answer.substr(begin + key.size(), answer.find('"', begin + key.size()) - begin - key.size());
}

TEST(Refusals, InstanceIsThereWhereverTheTargetIsKnown) {
    ServerHouse house;
    EXPECT_EQ(instance_of(house.ask("GET /a?b HTTP/1.1\r\n\r\n")), "/a");
    EXPECT_EQ(instance_of(house.ask("GET /a HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n")), "/a");
    EXPECT_EQ(instance_of(house.ask("GET http://x/a HTTP/1.1\r\nHost: x\n")), "/a");
    EXPECT_EQ(instance_of(house.ask("GET /a HTTP/1.1\r\nHost: " + std::string(limits::head_bytes_max, 'x'))),
              "/a");
    EXPECT_EQ(instance_of(house.ask("PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx")),
              "/a");
    EXPECT_EQ(
        instance_of(house.ask("PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" +
                              std::string(limits::json_body_bytes_max + 1, 'x'))),
        "/a");
    EXPECT_EQ(
        instance_of(house.ask("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n")),
        "/a");
    // In these the request's target is not known.
    EXPECT_EQ(instance_of(house.ask("GET a HTTP/1.1\r\nHost: x\r\n\r\n")), "");
    EXPECT_EQ(instance_of(house.ask("GET /a HTTP/3.0\r\nHost: x\r\n\r\n")), "");
    EXPECT_EQ(instance_of(house.ask(std::string(server::overload_answer()))), "");
}

TEST(Refusals, ATimedOutRequestNamesItsInstance) {
    ServerHouse house;
    const auto head = house.connect_and_send("GET /a HTTP/1.1\r\nHost: ");
    const auto first_line = house.connect_and_send("GET /a HTT");
    const auto body = house.connect_and_send("PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nx");
    house.advance_ms(limits::head_timeout_ms + 100);
    for (const auto& [link, instance] : {std::pair{head, "/a"}, {first_line, ""}, {body, "/b"}}) {
        const auto answer = house.network.take(link);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 408"));
        EXPECT_EQ(instance_of(answer), instance);
    }
}

TEST(Refusals, InstanceBelowAtAndAboveItsSize) {
    ServerHouse house;
    for (const std::size_t size : {255U, 256U}) {
        const auto path = "/" + std::string(size - 1, 'a');
        EXPECT_EQ(instance_of(house.ask("GET " + path + " HTTP/1.1\r\n\r\n")), path);
    }
    EXPECT_EQ(instance_of(house.ask("GET /" + std::string(256, 'a') + " HTTP/1.1\r\n\r\n")), "");
}

TEST(Refusals, AHeadThatIsRefusedGetsNoBody) {
    ServerHouse house;
    const auto answer = house.ask("HEAD /a HTTP/1.1\r\nHost: [\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: "));
    EXPECT_EQ(body_of(answer), "");
}

TEST(Refusals, OverloadIsCountedAs503) {
    ServerHouse house({.connections = 2, .buffers = 1});
    // Both slots work on something; the third waits until its patience is over.
    (void)house.connect_and_send(ServerHouse::get("/later"));
    const auto before = house.server.statistics();
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::wait_in_line_ms_max + 100);
    EXPECT_THAT(house.network.take(waiting), StartsWith("HTTP/1.1 503"));
    const auto after = house.server.statistics();
    const auto* place = std::ranges::find(server::counted_statuses, 503);
    EXPECT_EQ(after.by_status[static_cast<std::size_t>(place - server::counted_statuses.begin())], 1U);
    EXPECT_EQ(after.requests_total, before.requests_total + 1);
    EXPECT_EQ(after.refused_total, before.refused_total + 1);
}

TEST(Refusals, OverloadThatTheNetworkCutsIsRefusedButNoAnswer) {
    ServerHouse house({.connections = 2, .buffers = 1});
    const auto full = house.connect();
    house.network.set_window(full, 3'200);
    house.network.send(full, ServerHouse::get("/state"));  // 3 KB that are not acknowledged
    house.turn();
    (void)house.connect_and_send(ServerHouse::get("/later"));  // has the buffer
    house.network.send(full, ServerHouse::get("/"));
    house.advance_ms(limits::wait_in_line_ms_max + 100);
    const auto text = house.network.take(full);
    ASSERT_EQ(text.size(), 3'200U);
    EXPECT_THAT(text, HasSubstr("HTTP/1.1 503"));
    EXPECT_TRUE(house.network.saw_end(full));
    EXPECT_EQ(house.server.statistics().requests_total, 1U);
    EXPECT_EQ(house.server.statistics().refused_total, 1U);
}

}  // namespace
}  // namespace boardwalk::test
