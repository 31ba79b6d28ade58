#include <gtest/gtest.h>

#include "tests/support/server_house.hpp"

namespace boardwalk::test {

/// A body that goes by in pieces through one buffer.
class StreamedBodyTest : public ::testing::Test {
protected:
    static std::string bytes(std::size_t size) {
        std::string text(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            text[i] = static_cast<char>('a' + i % 23);
        return text;
    }
    static std::string head(std::size_t length, const std::string& fields = {}) {
        return "PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n" +
               fields + "\r\n";
    }
    static std::string chunked(const std::string& body, std::size_t chunk) {
        std::string text = "PUT /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        std::array<char, 24> size;
        for (std::size_t i = 0; i < body.size(); i += chunk) {
            const auto part = body.substr(i, chunk);
            std::snprintf(size.data(), size.size(), "%zx\r\n", part.size());
            text += size.data() + part + "\r\n";
        }
        return text + "0\r\n\r\n";
    }
    std::string joined() const {
        std::string body;
        for (const auto& piece : house.application.pieces)
            body += piece;
        return body;
    }
    /// All pieces but the last are whole.
    void expect_whole_pieces() const {
        for (std::size_t i = 0; i + 1 < house.application.pieces.size(); ++i) {
            EXPECT_EQ(house.application.pieces[i].size(), limits::piece_bytes);
        }
    }
    std::size_t buffers_in_use() const { return house.server.statistics().buffers_in_use; }

    ServerHouse house;
};

TEST_F(StreamedBodyTest, ABodyOfAnyLengthComesInWholePiecesAndALastOne) {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, limits::piece_bytes - 1, limits::piece_bytes,
          limits::piece_bytes + 1, 10 * limits::piece_bytes + 77}) {
        house.application.pieces.clear();
        const auto answer = house.ask(head(size) + bytes(size));
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << size << answer;
        EXPECT_EQ(joined(), bytes(size));
        expect_whole_pieces();
    }
    EXPECT_EQ(house.application.bodies_lost, 0);
    EXPECT_EQ(buffers_in_use(), 0U);
}

TEST_F(StreamedBodyTest, ChunksOfAnySizeGiveTheSamePieces) {
    const auto body = bytes(2 * limits::piece_bytes + 5);
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{2}, std::size_t{100}, limits::piece_bytes - 1,
                                    limits::piece_bytes, limits::piece_bytes + 1, body.size()}) {
        house.application.pieces.clear();
        EXPECT_TRUE(house.ask(chunked(body, chunk)).starts_with("HTTP/1.1 200")) << chunk;
        EXPECT_EQ(joined(), body) << chunk;
        expect_whole_pieces();
    }
}

TEST_F(StreamedBodyTest, SplitAtAnyByteOfItsEndsItIsTheSame) {
    const auto body = bytes(limits::piece_bytes + 3);
    const auto text = chunked(body, 1'000);
    for (std::size_t split = 1; split < text.size(); ++split) {
        if (split == 120) split = text.size() - 120;
        house.application.pieces.clear();
        const auto link = house.connect_and_send(text.substr(0, split));
        house.network.send(link, text.substr(split));
        EXPECT_TRUE(house.answer(link).starts_with("HTTP/1.1 200")) << split;
        EXPECT_EQ(joined(), body) << split;
        house.network.finish(link);
        house.turn();
    }
}

TEST_F(StreamedBodyTest, NothingIsReadWhileAPieceIsHeld) {
    house.application.hold_pieces = true;
    const auto body = bytes(3 * limits::piece_bytes);
    const auto link = house.connect_and_send(head(body.size()) + body);
    house.turn(20);
    EXPECT_EQ(house.application.pieces.size(), 1U);
    EXPECT_LE(house.server.statistics().bytes_received_total, 2 * limits::buffer_bytes)
        << "the window stays shut";
    house.server.resume_body(*house.application.waiting);
    house.turn();
    EXPECT_EQ(house.application.pieces.size(), 2U);
    house.server.resume_body(*house.application.waiting);
    house.turn();
    EXPECT_EQ(house.application.pieces.size(), 3U);
    house.application.answer_upload();
    EXPECT_EQ(body_of(house.answer(link)), "3 pieces");
    EXPECT_EQ(joined(), body);
}

TEST_F(StreamedBodyTest, AHeldPieceOutlivesItsClient) {
    house.application.hold_pieces = true;
    const auto body = bytes(2 * limits::piece_bytes);
    const auto link = house.connect_and_send(head(body.size()) + body);
    house.network.reset(link);
    house.turn();
    for (int i = 0; i < 20; ++i)  // others use buffers meanwhile
        (void)house.ask(ServerHouse::get("/" + std::string(1'000, 'x')));
    EXPECT_EQ(house.application.held, bytes(limits::piece_bytes)) << "a worker may still read it";
    EXPECT_EQ(house.application.bodies_lost, 0) << "not before the worker is done";
    EXPECT_EQ(buffers_in_use(), 1U);
    house.server.resume_body(*house.application.waiting);
    house.turn();
    EXPECT_EQ(house.application.bodies_lost, 1);
    EXPECT_EQ(buffers_in_use(), 0U);
    EXPECT_EQ(house.application.pieces.size(), 1U);
}

TEST_F(StreamedBodyTest, AnAnswerToAClientThatIsGoneFreesItsBuffer) {
    house.application.hold_pieces = true;
    const auto link = house.connect_and_send(head(10) + bytes(10));
    house.network.reset(link);
    house.turn();
    EXPECT_EQ(buffers_in_use(), 1U);
    house.application.answer_upload();
    EXPECT_EQ(buffers_in_use(), 0U);
    EXPECT_EQ(house.application.bodies_lost, 0) << "its last piece had come";
}

TEST_F(StreamedBodyTest, AClientWhosePieceIsHeldForTooLongIsToldAndThePieceOutlivesIt) {
    static constexpr std::string_view answer =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    house.application.hold_pieces = true;
    const auto body = bytes(2 * limits::piece_bytes);
    const auto link = house.connect_and_send(head(body.size()) + body);
    const auto id = *house.application.waiting;
    const auto requests = house.server.statistics().requests_total;
    house.server.abandon_body(id, answer);
    house.server.abandon_body(id, answer);
    EXPECT_EQ(house.answer(link), answer) << "once";
    EXPECT_TRUE(house.network.saw_end(link) && !house.network.saw_reset(link));
    EXPECT_EQ(house.server.statistics().requests_total, requests + 1);
    house.turn();
    for (int i = 0; i < 20; ++i)  // others use links and buffers meanwhile
        (void)house.ask(ServerHouse::get("/" + std::string(1'000, 'x')));
    EXPECT_EQ(house.application.held, bytes(limits::piece_bytes)) << "a worker may still read it";
    EXPECT_EQ(buffers_in_use(), 1U);
    house.application.answer_upload();
    EXPECT_EQ(buffers_in_use(), 0U);
    EXPECT_EQ(house.application.bodies_lost, 0) << "the application ended it";
    house.server.abandon_body(id, answer);
    EXPECT_EQ(house.server.statistics().requests_total, requests + 21);
}

TEST_F(StreamedBodyTest, AClientThatIsToldSoWhileItsWindowIsShutIsReset) {
    house.application.hold_pieces = true;
    const auto link = house.connect_and_send(head(10'000) + bytes(5'000));
    house.network.set_window(link, 10);
    house.server.abandon_body(*house.application.waiting, "HTTP/1.1 503 Service Unavailable\r\n\r\n");
    EXPECT_TRUE(house.network.saw_reset(link));
    house.turn();
    house.server.resume_body(*house.application.waiting);
    EXPECT_EQ(house.application.bodies_lost, 1);
    EXPECT_EQ(buffers_in_use(), 0U);
}

TEST_F(StreamedBodyTest, ABodyThatEndsEarlyIsLost) {
    const auto link = house.connect_and_send(head(10'000) + bytes(5'000));
    house.network.finish(link);
    house.turn();
    EXPECT_EQ(house.application.bodies_lost, 1);
    EXPECT_EQ(house.application.pieces.size(), 1U);
    EXPECT_EQ(buffers_in_use(), 0U);
}

TEST_F(StreamedBodyTest, ABodyThatStopsArrivingIs408AndLost) {
    const auto link = house.connect_and_send(head(10'000) + bytes(5'000));
    house.advance_ms(limits::body_timeout_ms + 100);
    EXPECT_TRUE(house.answer(link).starts_with("HTTP/1.1 408"));
    EXPECT_EQ(house.application.bodies_lost, 1);
    EXPECT_EQ(buffers_in_use(), 0U);
}

TEST_F(StreamedBodyTest, AHeldPieceDoesNotTimeOut) {
    house.application.hold_pieces = true;
    const auto link = house.connect_and_send(head(5'000) + bytes(5'000));
    house.advance_ms(2 * limits::body_timeout_ms);
    house.server.resume_body(*house.application.waiting);
    house.turn();
    house.application.answer_upload();
    EXPECT_TRUE(house.answer(link).starts_with("HTTP/1.1 200"));
}

TEST_F(StreamedBodyTest, MalformedChunksAre400AndLost) {
    const auto answer =
        house.ask("PUT /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << answer;
    EXPECT_EQ(house.application.bodies_lost, 1);
}

TEST_F(StreamedBodyTest, ARefusalHalfwayEndsTheConnection) {
    house.application.hold_pieces = true;
    const auto link = house.connect_and_send(head(10'000) + bytes(4'096));
    house.application.answer_upload();
    const auto answer = house.answer(link);
    EXPECT_NE(answer.find("Connection: close"), std::string::npos) << answer;
    EXPECT_TRUE(house.network.saw_end(link) || house.network.gone(link));
    EXPECT_EQ(house.application.bodies_lost, 0) << "the application knows";
}

TEST_F(StreamedBodyTest, TheNextRequestMayFollowAtOnce) {
    const auto link = house.connect_and_send(head(5'000) + bytes(5'000) + ServerHouse::get("/next"));
    const auto answers = house.answer(link);
    EXPECT_NE(answers.find("2 pieces"), std::string::npos);
    EXPECT_NE(answers.find("hello "), std::string::npos) << answers;
}

TEST_F(StreamedBodyTest, MoreSentAheadThanThereIsRoomForEndsTheConnection) {
    std::string ahead;
    for (int i = 0; i < 60; ++i)
        ahead += ServerHouse::get("/" + std::string(50, 'n'));
    ASSERT_GT(ahead.size(), limits::buffer_bytes);
    const auto link = house.connect_and_send(head(10) + bytes(10) + ahead);
    const auto answer = house.answer(link);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    EXPECT_NE(answer.find("1 pieces"), std::string::npos);
    EXPECT_EQ(buffers_in_use(), 0U);
}

TEST_F(StreamedBodyTest, ContinueIsSaidOnce) {
    const auto link = house.connect_and_send(head(10, "Expect: 100-continue\r\n"));
    EXPECT_EQ(house.network.take(link), "HTTP/1.1 100 Continue\r\n\r\n");
    house.network.send(link, bytes(10));
    EXPECT_TRUE(house.answer(link).starts_with("HTTP/1.1 200"));
}

}  // namespace boardwalk::test
