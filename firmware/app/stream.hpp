#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "firmware/app/board.hpp"
#include "firmware/limits.hpp"
#include "firmware/server/application.hpp"
#include "firmware/websocket/frame.hpp"
#include "shared/names.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app {

/// A text frame that is written once and sent to many: its payload behind room for the header.
template <std::size_t payload_bytes_max>
class Frame {
public:
    /// Where the payload goes; `finish` ends it.
    [[nodiscard]] TextWriter payload() {
        return TextWriter(std::span(room_).subspan(websocket::header_bytes_max));
    }
    void finish(std::size_t payload_bytes) {
        const auto header = std::span(room_).template first<websocket::header_bytes_max>();
        const std::size_t header_bytes =
            websocket::write_header(header, websocket::Opcode::text, payload_bytes);
        begins_ = websocket::header_bytes_max - header_bytes;
        bytes_ = header_bytes + payload_bytes;
    }
    /// Valid until the next `payload`.
    [[nodiscard]] std::string_view view() const { return {room_.data() + begins_, bytes_}; }

private:
    std::array<char, websocket::header_bytes_max + payload_bytes_max> room_{};
    std::size_t begins_ = 0;
    std::size_t bytes_ = 0;
};

/// The stream `boardwalk.v1`: who is subscribed to what, and what each has yet to get. State, delta and
/// diagnostics are encoded once for all; a client gets the newest as soon as it takes it, and never a queue
/// of old ones.
class Stream {
public:
    explicit Stream(Board& board) : board_(board) {}
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    void open(server::SlotId);
    void receive(server::SlotId, std::string_view text);
    void close(server::SlotId);

    /// Sends what is due to those that are ready. Returns when it has something again.
    std::uint64_t pump(std::uint64_t now_ms);

private:
    struct Session {
        bool open = false;
        server::SlotId slot = {};
        protocol::TopicSet topics = {};
        std::uint64_t state_period_ms = 0;
        std::uint64_t state_due_ms = 0;  ///< not before: max_hz
        std::uint64_t state_seq = 0;     ///< what the client holds; 0: nothing yet
        bool state_blocked = false;      ///< it was due, and the client did not take it
        std::uint64_t log_seq = 0;       ///< last line that the client has
        std::uint64_t diagnostics_number = 0;
    };

    Session* find(server::SlotId);
    void subscribe(Session&, std::uint64_t id, const protocol::Subscribe&);
    void set_output(Session&, std::uint64_t id, const protocol::OutputSet&);
    void answer_error(const Session&, std::optional<std::uint64_t> id, const http::Problem&);

    void publish(std::uint64_t now_ms);
    void encode_delta();
    void encode_diagnostics(std::uint64_t now_ms);
    void pump_state(Session&, std::uint64_t now_ms);
    void pump_log(Session&);
    void pump_diagnostics(Session&);

    Board& board_;
    std::array<Session, limits::websocket_max> sessions_;

    std::uint64_t published_seq_ = 0;  ///< the state that clients get now
    std::uint64_t delta_since_ = 0;    ///< and the one that the delta applies to
    bool delta_usable_ = false;
    std::uint64_t diagnostics_due_ms_ = 0;
    std::uint64_t diagnostics_number_ = 0;  ///< counts what was encoded

    Frame<2048> delta_;
    Frame<limits::websocket_message_bytes_max> diagnostics_;
    Frame<1024> message_;  ///< answers and log lines
};

}  // namespace boardwalk::app
