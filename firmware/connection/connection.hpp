#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "firmware/connection/state.hpp"
#include "firmware/http/body_decoder.hpp"
#include "firmware/http/head_reader.hpp"
#include "firmware/http/response_head.hpp"
#include "firmware/limits.hpp"
#include "firmware/websocket/session.hpp"

namespace boardwalk::connection {

/// The part of an answer that can be sent now: bytes from the scratch buffer, then bytes by reference.
struct Piece {
    std::string_view bytes;
    std::string_view behind;
    bool behind_is_fixed = false;  ///< outlives the connection

    [[nodiscard]] std::size_t size() const { return bytes.size() + behind.size(); }
    [[nodiscard]] bool empty() const { return size() == 0; }
};

/// One connection's state machine: bytes in → request; response → bytes. Never sees a socket.
/// Works in one scratch buffer that the server lends it while there is something to do.
///
/// The buffer:  | head | body so far | … | input not looked at |   room for the answer   |
///              0      head_bytes_        input_begin_ … input_end_ ≤ limits::input_bytes_max
class Connection {
public:
    [[nodiscard]] State state() const { return state_; }

    void open();
    void reset() { *this = Connection(); }

    // --- the buffer --------------------------------------------------------------------------------
    [[nodiscard]] bool has_buffer() const { return buffer_ != nullptr; }
    void lend(char* buffer) { buffer_ = buffer; }
    [[nodiscard]] char* return_buffer();
    /// True when the connection needs nothing in the buffer any more.
    [[nodiscard]] bool buffer_is_spent() const;

    // --- in ------------------------------------------------------------------------------------------
    [[nodiscard]] std::span<char> input_room() const;
    void received(std::size_t bytes);

    enum class Progress : std::uint8_t { need_input, head, request, piece, error };
    /// Looks at the input as far as it goes. `head` and `request` each come once a request; of a streamed
    /// body, any number of `piece`s come instead of `request`. With `head` it fills in the request: views
    /// into the buffer, valid until a body is expected or the answer is given.
    Progress advance(http::Request& request, http::ParseError& error);

    /// After `request`, with its body: parses the head, which was moved, again. Valid until the answer is
    /// given.
    [[nodiscard]] http::Request request() const;
    /// The known facts of a request whose head could not be parsed, or is incomplete.
    [[nodiscard]] http::Request first_line() const;
    /// Stores the version, the method and keep-alive of `request`, which its answer obeys. `advance` does so
    /// itself for a whole head.
    void remember(const http::Request& request);
    /// After `head`, before an answer that does not wait for the body: the next request starts behind it when
    /// it is here already; otherwise the connection ends with the answer.
    void skip_body(const http::Request& request);
    /// After `head`: a body of at most `bytes_max` is to be read. Returns `body_too_large` when it cannot
    /// fit. Views into the buffer are no longer valid.
    http::ParseError expect_body(const http::Request& request, std::size_t bytes_max);
    /// After `head`: the body goes by in pieces, through the whole buffer. The head is gone then.
    void stream_body(const http::Request& request);
    [[nodiscard]] bool streams_body() const { return streams_body_; }
    /// After `piece`; valid until `release_piece`.
    [[nodiscard]] std::string_view piece() const { return {buffer_, body_bytes_}; }
    [[nodiscard]] bool piece_is_last() const { return piece_is_last_; }
    void release_piece();
    /// Before the answer to a streamed body, whether or not all of it was read.
    void finish_stream();
    /// True while there is a body of which no byte has come.
    [[nodiscard]] bool body_is_awaited() const {
        return state_ == State::body && !phase_.body.decoder.done() && input_begin_ == input_end_;
    }
    /// True when input follows the request.
    [[nodiscard]] bool has_more_input() const { return input_begin_ != input_end_; }
    void start_work() { transition(Event::work_begun); }
    /// True while an answer is sent that needs no buffer: the buffer only holds pipelined requests.
    [[nodiscard]] bool buffer_holds_only_requests_ahead() const;
    /// Drops the pipelined requests. The connection ends with the answer, and the client repeats them
    /// (RFC 9112 §9.3.2).
    void drop_requests_ahead();
    /// After an error, because the start of the next request is unknown.
    void forget_input() { input_begin_ = input_end_; }

    // --- out -----------------------------------------------------------------------------------------
    /// An empty answer whose `text` writes into the buffer, behind the input.
    [[nodiscard]] http::Response begin_response() const;
    /// Encodes `response` as the answer, by the facts that were stored of the request. With `must_close` the
    /// connection closes after it.
    void answer(http::Response& response, std::string_view date, bool must_close);
    /// The next piece to be sent; empty when the answer is complete.
    [[nodiscard]] Piece next_piece();
    void sent(std::size_t bytes);
    /// After a piece that was sent whole: there may be another one.
    [[nodiscard]] bool makes_more_pieces() const { return source_ == Source::producer; }
    /// The network is full: copies what may change in the meantime into the buffer. False: pipelined requests
    /// leave no room there, so the caller provides a second buffer or drops them.
    [[nodiscard]] bool keep_unsent();
    void keep_unsent_in(char* second_buffer);
    /// The second buffer once it is not needed any more; null before.
    [[nodiscard]] char* return_second_buffer();
    [[nodiscard]] bool stays_open() const { return keep_alive_; }
    [[nodiscard]] std::uint16_t status() const { return status_; }
    /// True when a producer cannot continue: the answer cannot be finished.
    [[nodiscard]] bool broken() const { return broken_; }
    /// After the last piece: prepares for the next request, a part of which may be in the buffer already.
    void finish_request();

    // --- WebSocket -------------------------------------------------------------------------------------
    // The buffer:  | room for a header | message so far | a control frame's payload | input not looked at |
    void become_websocket(websocket::Delivery);
    [[nodiscard]] std::span<char> websocket_room() const;
    websocket::Session::Event next_websocket_event();
    /// The message of the last `message` event.
    [[nodiscard]] std::string_view message() const {
        return {websocket_memory().data(), session().message_bytes()};
    }
    void release_message();
    /// The payload of the last control frame.
    [[nodiscard]] std::string_view control_payload() const {
        return session().control_payload(websocket_memory());
    }
    [[nodiscard]] const websocket::Session& session() const { return phase_.session; }

    /// True for a WebSocket whose messages go back where they came from.
    [[nodiscard]] bool echoes() const { return session().delivery() == websocket::Delivery::parts; }
    /// Makes the part, or the ping, of the last event a frame to be sent back, where it lies: see
    /// `next_piece`.
    void echo_part();
    void echo_ping();
    /// The same with a Close, behind which nothing is sent.
    void echo_close(websocket::CloseCode);
    [[nodiscard]] bool closes_behind_frame() const { return closes_behind_frame_; }
    /// True while a frame is sent in part, so that no other may begin.
    [[nodiscard]] bool is_within_frame() const { return output_begin_ != output_end_; }

private:
    void transition(Event on) {
        state_ = next(state_, on);
        assert(state_ != State::free);
    }

    /// Where an answer comes from, besides the output in the buffer.
    enum class Source : std::uint8_t {
        none,
        fixed,          ///< `rest`, by reference
        volatile_copy,  ///< `rest`, of which a copy is made when the network is full
        producer,
        second_buffer,  ///< it holds the output, since the first is full of requests sent ahead
    };

    struct Body {
        http::BodyDecoder decoder;
        std::uint16_t bytes_max = 0;  ///< of one that is kept whole
    };
    /// What only some states need, in one place. `state_` says which member is in use, and `source_` while an
    /// answer is sent.
    union Phase {
        Phase() : head_reader() {}
        http::HeadReader head_reader;  ///< idle, head
        Body body;                     ///< body, and working between two pieces
        std::string_view rest;         ///< sending: of a body by reference
        http::BodyProducer producer;   ///< sending
        char* second_buffer;           ///< sending
        websocket::Session session;    ///< websocket
    };

    /// Sizes and positions within a buffer.
    static constexpr std::uint16_t u16(std::size_t size) { return static_cast<std::uint16_t>(size); }

    Progress advance_body(http::ParseError& error);
    Progress advance_piece(http::ParseError& error);
    http::BodyDecoder::Step decode_body(std::size_t bytes_max);
    void begin_body(const http::Request& request, std::size_t bytes_max);
    void shrink_head();
    void drop_request();
    [[nodiscard]] bool is_by_reference() const {
        return source_ == Source::fixed || source_ == Source::volatile_copy;
    }
    void send_by_reference(std::string_view rest, Source source) {
        std::construct_at(&phase_.rest, rest);
        source_ = source;
    }
    void set_output(std::size_t begin, std::size_t size);
    void copy_unsent(char* memory, std::size_t begin);
    void answer_text(const http::Response&, http::HeadFacts);
    void answer_fixed(const http::Response&, http::HeadFacts);
    void answer_producer(const http::Response&, http::HeadFacts);
    bool produce(std::size_t reserve, std::size_t& begin, std::size_t& size);
    void frame_chunk(std::size_t& begin, std::size_t& size, bool last);
    /// Positions of the input count from its beginning.
    [[nodiscard]] std::span<char> websocket_memory() const {
        return {buffer_ + websocket::header_bytes_max,
                limits::buffer_bytes + limits::buffer_slack_bytes - websocket::header_bytes_max};
    }
    void place_frame(websocket::Opcode, bool final, std::size_t payload_bytes);

    char* buffer_ = nullptr;
    std::uint16_t head_bytes_ = 0;
    std::uint16_t body_bytes_ = 0;
    std::uint16_t input_begin_ = 0;
    std::uint16_t input_end_ = 0;
    std::uint16_t output_begin_ = 0;
    std::uint16_t output_end_ = 0;
    std::uint16_t status_ = 0;
    State state_ : 3 = State::free;
    Source source_ : 3 = Source::none;
    bool is_http_1_0_ : 1 = false;
    bool keep_alive_ : 1 = false;
    bool head_only_ : 1 = false;
    bool chunked_ : 1 = false;
    bool broken_ : 1 = false;
    bool streams_body_ : 1 = false;
    bool piece_is_last_ : 1 = false;
    bool closes_behind_frame_ : 1 = false;
    Phase phase_;
};

}  // namespace boardwalk::connection
