#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/allocations.hpp"
#include "tests/support/server_house.hpp"

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

/// A head of which `read_bytes` are read, and `unread_bytes` are of fields that nobody reads.
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

TEST(Requests, MalformedHeadIsAnsweredAndClosed) {
    ServerHouse house;
    const auto link = house.connect_and_send("NONSENSE\r\n\r\n");
    const auto answer = house.network.take(link);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request"));
    EXPECT_THAT(answer, HasSubstr("application/problem+json"));
    EXPECT_THAT(answer, HasSubstr("\"code\":\"bad_request_line\""));
    EXPECT_TRUE(house.network.saw_end(link));
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

TEST(Timeouts, HeadHasOneDeadlineThatSingleBytesDoNotMove) {
    ServerHouse house;
    const auto link = house.connect_and_send("GET / HT");
    for (std::uint64_t passed = 0; passed + 1'000 < limits::head_timeout_ms; passed += 1'000) {
        house.advance_ms(1'000);
        house.network.send(link, "x");
        ASSERT_EQ(house.answer(link), "") << passed;
    }
    house.advance_ms(1'200);
    EXPECT_THAT(house.answer(link), StartsWith("HTTP/1.1 408"));
    EXPECT_EQ(house.server.statistics().timed_out_total, 1U);
}

TEST(Timeouts, BodyMayTakeLongWhileItMoves) {
    ServerHouse house;
    const auto link = house.connect_and_send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\n");
    for (int i = 0; i < 4; ++i) {
        house.advance_ms(limits::body_timeout_ms - 500);
        house.network.send(link, "x");
        ASSERT_EQ(house.answer(link), "") << i;
    }
    house.advance_ms(limits::body_timeout_ms + 100);
    EXPECT_THAT(house.answer(link), StartsWith("HTTP/1.1 408"));
}

TEST(Timeouts, IdleConnectionIsClosedInOrder) {
    ServerHouse house;
    const auto link = house.connect_idle();
    house.advance_ms(limits::idle_timeout_ms - 200);
    EXPECT_FALSE(house.network.saw_end(link));
    house.advance_ms(400);
    EXPECT_TRUE(house.network.saw_end(link));
}

TEST(Timeouts, AnswerThatNobodyTakesIsReset) {
    ServerHouse house;
    const auto link = house.connect();
    house.network.set_window(link, 500);
    house.network.send(link, ServerHouse::get("/static"));
    house.advance_ms(limits::write_stall_timeout_ms - 200);
    EXPECT_FALSE(house.network.saw_reset(link));
    house.advance_ms(400);
    EXPECT_TRUE(house.network.saw_reset(link));
}

TEST(Shutdown, FinishesWhatIsBeingSent) {
    ServerHouse house;
    const auto idle = house.connect_idle();
    const auto busy = house.connect();
    house.network.set_window(busy, 5'000);
    house.network.send(busy, ServerHouse::get("/static"));
    house.turn();
    house.server.shut_down();
    house.turn();
    EXPECT_TRUE(house.network.gone(idle));
    EXPECT_FALSE(house.server.finished());
    std::string answer;
    for (int i = 0; i < 8; ++i)
        answer += house.answer(busy);
    EXPECT_EQ(body_of(answer), EchoApplication::static_body);
    EXPECT_TRUE(house.network.saw_end(busy));
    EXPECT_TRUE(house.server.finished());
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
