#pragma once

#include <string_view>

#include "firmware/server/pools/pools.hpp"
#include "firmware/websocket/session.hpp"

namespace boardwalk::server {

/// WebSockets on the slots: the handshake, the frames' way to the application, and closing.
class WebSocketService {
public:
    explicit WebSocketService(Pools& pools) : pools_(pools) {}

    /// Answers a handshake. False: it was refused, and `response` says why.
    bool open(Slot&, const http::Request&, http::Response&, const Admission&);
    /// In state websocket: one step. False: there is nothing to do until an event.
    bool step(Slot&);
    /// Sends a ping when one is due, and ends a WebSocket that is stalled, whose message or Close takes too
    /// long, or whose peer is gone.
    void check_timeouts(Slot&);

    /// Sends a Close with `code` and ends the connection. When the network has taken only a part of another
    /// frame, a Close cannot follow it, and the connection is reset.
    void close(Slot&, websocket::CloseCode code);
    /// Sends an encoded frame. The connection ends when the network takes only a part of the frame.
    void send_frame(Slot&, std::string_view frame);
    /// A message is only read while its answer has room. Until then the receive window stays shut, and
    /// `on_writable` continues. An echo waits in the buffer instead.
    [[nodiscard]] bool takes_answer(const Slot&) const;
    /// True while `send_frame` takes a frame whole.
    [[nodiscard]] bool takes_message(const Slot&) const;

private:
    /// Makes the problem the answer, and returns false for `open` to return.
    bool refuse(http::Response&, http::Problem, const http::Request&);
    bool send_handshake(Slot&, const http::Request&, const Admission&, std::size_t& unsent);
    bool read_more(Slot&);
    bool send_echo(Slot&);
    bool dispatch_event(Slot&, websocket::Session::Event);
    bool dispatch_message(Slot&);
    bool end(Slot&, websocket::CloseCode);
    void time_out(Slot&, websocket::CloseCode);
    void send_control(Slot&, websocket::Opcode, std::string_view payload);
    [[nodiscard]] bool are_all_taken() const;

    Pools& pools_;
};

}  // namespace boardwalk::server
