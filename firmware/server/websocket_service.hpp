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
    /// What the clock asks for: a ping, or the end of one that is stalled, unfinished or gone.
    void check_timeouts(Slot&);

    /// Sends a Close with `code`, and ends the connection. Within a frame that the network does not take
    /// there is no place for a Close: that one is reset.
    void close(Slot&, websocket::CloseCode code);
    /// Sends an encoded frame; a network that takes only a part of it ends the connection.
    void send_frame(Slot&, std::string_view frame);
    /// What a client asks for must have room to be answered; until then its window stays shut, and
    /// `on_writable` goes on. An echo waits in the buffer instead.
    [[nodiscard]] bool takes_messages(const Slot&) const;
    /// True while `send_frame` takes a frame whole.
    [[nodiscard]] bool takes_frame(const Slot&) const;

private:
    /// Makes the problem the answer; returns false, as `open` does then.
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
