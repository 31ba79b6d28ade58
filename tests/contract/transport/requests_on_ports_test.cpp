#include <gtest/gtest.h>

#include <array>

#include "firmware/server/server.hpp"
#include "tests/contract/transport/ports.hpp"
#include "tests/contract/transport/socket_peer.hpp"
#include "tests/support/server_house.hpp"

/// A client that says all that it has to say and ends at once (`printf … | nc`): a peer's end is looked at
/// only after all that came before it was served, on every port.
namespace boardwalk::test {
namespace {

/// Answers each message with itself.
class Repeater final : public EchoApplication {
public:
    void on_websocket_message(server::SlotId id, std::string_view text) override {
        EchoApplication::on_websocket_message(id, text);
        outlet->send_frame(id, frame_of(text));
    }
    static std::string frame_of(std::string_view text) {
        return std::string{'\x81', static_cast<char>(text.size())} + std::string(text);
    }
};

class RequestsOnPorts : public testing::TestWithParam<PortFactory> {
protected:
    void SetUp() override { application.outlet = &server; }
    template <typename Condition>
    bool turn_until(Condition done) {
        const auto end = port->transport().now_us() + port->patience_us();
        for (int turns = 0; turns < 200'000 && port->transport().now_us() < end; ++turns) {
            server.turn();
            if (done()) return true;
        }
        return false;
    }
    /// All that comes until the board's end.
    std::string to_the_end(Peer& peer) {
        std::string got;
        EXPECT_TRUE(turn_until([&] {
            got += peer.receive();
            return peer.saw_end() || peer.saw_reset();
        })) << got.size();
        EXPECT_FALSE(peer.saw_reset());
        return got + peer.receive();
    }
    static std::size_t count(std::string_view text, std::string_view what) {
        std::size_t times = 0;
        for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size()))
            ++times;
        return times;
    }
    static std::string repeated(std::size_t times, const std::string& text) {
        std::string all;
        for (std::size_t i = 0; i < times; ++i)
            all += text;
        return all;
    }
    static std::string masked(std::string_view payload, unsigned first = 0x81) {
        return std::string{static_cast<char>(first), static_cast<char>(0x80U | payload.size()), 0, 0, 0, 0} +
               std::string(payload);
    }

    std::unique_ptr<PortUnderTest> port = GetParam().make();
    Repeater application;
    server::Server server{
        port->transport(), application, {.connections = PortUnderTest::links, .buffers = 2}};
};

/// 16: what one client gets in a row before others have their turn.
constexpr std::array<std::size_t, 6> pipelined = {1, 2, 3, 16, 17, 100};

TEST_P(RequestsOnPorts, RequestsThatCameBeforeTheClientsFinAreAllAnswered) {
    for (const auto requests : pipelined) {
        const auto peer = port->connect();
        peer->send(repeated(requests, ServerHouse::get("/")));
        peer->finish();
        const auto answers = to_the_end(*peer);
        EXPECT_EQ(count(answers, "HTTP/1.1 200 OK\r\n"), requests) << answers;
        EXPECT_EQ(count(answers, "hello "), requests);
        EXPECT_LE(count(answers, "Connection: close"), 1U) << requests;
    }
}

TEST_P(RequestsOnPorts, RequestsWithBodiesAndLongAnswersBeforeTheClientsFinAreAllAnswered) {
    const auto put = "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n" + std::string(900, 'b');
    const auto all = put + ServerHouse::get("/static") + put + ServerHouse::get("/long") + put;
    const auto peer = port->connect();
    peer->send(all);
    peer->finish();
    const auto answers = to_the_end(*peer);
    EXPECT_EQ(count(answers, "HTTP/1.1 200 OK\r\n"), 5U);
    EXPECT_EQ(count(answers, "hello " + std::string(900, 'b')), 3U);
    EXPECT_EQ(count(answers, EchoApplication::static_body), 1U);
}

/// The read that takes the last byte fills its room, does not, or finds one byte more: the end shows in
/// another way each time.
TEST_P(RequestsOnPorts, WhereverTheReadsEndTheClientsFinIsTheLastThingSeen) {
    for (const auto bytes : {limits::input_bytes_max - 1, limits::input_bytes_max,
                             limits::input_bytes_max + 1, 2 * limits::input_bytes_max}) {
        const auto first = ServerHouse::get("/");
        auto last = ServerHouse::get("/", "X: \r\n");
        last.insert(last.find("X: ") + 3, (bytes - first.size() - last.size()) / 2, 'x');
        const std::string text = first + last + std::string(bytes - first.size() - last.size(), ' ');
        // What is left over is the beginning of a third request, which never comes to its end.
        const auto peer = port->connect();
        peer->send(text);
        peer->finish();
        EXPECT_EQ(count(to_the_end(*peer), "HTTP/1.1 200 OK\r\n"), 2U) << bytes;
    }
}

TEST_P(RequestsOnPorts, AnAnswerThatIsWorkedOnIsNotLostToTheClientsFin) {
    const auto peer = port->connect();
    peer->send(ServerHouse::get("/later") + ServerHouse::get("/"));
    peer->finish();
    ASSERT_TRUE(turn_until([&] { return application.waiting.has_value(); }));
    for (int i = 0; i < 5; ++i)
        server.turn();
    application.outlet->answer_later(
        *application.waiting, [](void*, http::Response& response) { response.text.append("late"); }, nullptr);
    const auto answers = to_the_end(*peer);
    EXPECT_EQ(count(answers, "late"), 1U) << answers;
    EXPECT_EQ(count(answers, "hello "), 1U) << answers;
}

TEST_P(RequestsOnPorts, MessagesThatCameBeforeTheClientsFinAreAllAnswered) {
    for (const auto messages : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{64},
                                std::size_t{65}, std::size_t{500}}) {
        application.messages.clear();
        const auto peer = port->connect();
        peer->send(ServerHouse::upgrade() + repeated(messages, masked("message")));
        peer->finish();
        const auto answers = to_the_end(*peer);
        EXPECT_EQ(count(answers, Repeater::frame_of("message")), messages);
        EXPECT_EQ(application.messages.size(), messages);
        EXPECT_TRUE(answers.ends_with(std::string("\x88\x02\x03\xea")))
            << "a Close, 1002: the client sent none";
        EXPECT_TRUE(application.websockets.empty());
    }
}

TEST_P(RequestsOnPorts, EchoedMessagesThatCameBeforeTheClientsFinAllComeBack) {
    const std::size_t messages = 200;
    const auto peer = port->connect();
    peer->send(ServerHouse::upgrade("/echo") + repeated(messages, masked("m")));
    peer->finish();
    const auto answers = to_the_end(*peer);
    EXPECT_EQ(count(answers, Repeater::frame_of("m")), messages);
    EXPECT_TRUE(answers.ends_with(Repeater::frame_of("m") + "\x88\x02\x03\xea"));
}

/// Urgent bytes are bytes as all others (RFC 6093 §6). The kernel ends a read in front of one, though more
/// lies behind it.
TEST_P(RequestsOnPorts, RequestsWithUrgentBytesAreReadToTheirEnd) {
    const auto peer = port->connect();
    auto* const socket = dynamic_cast<SocketPeer*>(peer.get());
    if (socket == nullptr) GTEST_SKIP() << "a peer on lwIP, and the doubles', has no urgent bytes";
    for (int round = 0; round < 2; ++round) {
        const auto request = ServerHouse::get("/");
        peer->send(request.substr(0, 10));
        socket->send_urgent(request.substr(10, 10));
        peer->send(request.substr(20) + request);
        if (round == 1) peer->finish();
        std::string got;
        EXPECT_TRUE(turn_until([&] { return count(got += peer->receive(), "hello ") == 2; })) << got;
    }
}

TEST_P(RequestsOnPorts, AMessageThatIsNotWholeAtTheClientsFinIsDropped) {
    const auto peer = port->connect();
    peer->send(ServerHouse::upgrade() + masked("one") + masked("two").substr(0, 7));
    peer->finish();
    const auto answers = to_the_end(*peer);
    EXPECT_EQ(count(answers, Repeater::frame_of("one")), 1U);
    EXPECT_EQ(application.messages.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Ports, RequestsOnPorts, all_ports(), name_of_port);

}  // namespace
}  // namespace boardwalk::test
