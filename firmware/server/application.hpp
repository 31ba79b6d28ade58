#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/http/request.hpp"
#include "firmware/http/response.hpp"

namespace boardwalk::server {

/// Names one use of a slot; a later use of the same slot has another generation, so that late answers are
/// dropped. A generation must not wrap while one job of a worker runs: 32 bits take days to wrap, whatever
/// the rate of requests.
struct SlotId {
    std::uint16_t slot = 0xffff;
    std::uint32_t generation = 0;
    friend bool operator==(const SlotId&, const SlotId&) = default;
};

/// The application's decision about a request whose head is complete, before any body is read.
enum class Verdict : std::uint8_t {
    proceed,          ///< read the body (if any) and call `on_request`
    stream_body,      ///< hand the body over piece by piece: `on_body`
    answer,           ///< the response is filled in: send it
    accept_websocket  ///< check and answer the handshake, then `on_websocket_open`
};

/// What belongs to a verdict to proceed or to open a WebSocket. All but `peer_is_loopback` is set by the
/// application.
struct Admission {
    bool peer_is_loopback = false;  ///< set by the server: the peer is on this machine
    std::size_t body_bytes_max = 0;
    std::string_view subprotocol = {};  ///< of a WebSocket; static
    bool echo = false;                  ///< the server sends each message back, the application hears nothing
    std::uint16_t route = 0;            ///< the application's own; comes back with the whole request
};

/// The board's side of the server. All calls come from the loop's thread; none may block.
class Application {
public:
    virtual ~Application() = default;

    /// A head is complete. Fills in the response only when that is the answer.
    virtual Verdict on_head(const http::Request&, http::Response&, Admission&) = 0;
    /// A request is complete; `route` is what `on_head` said of it. False: the answer comes later, by
    /// `Server::answer_later(id, …)`.
    virtual bool on_request(SlotId, std::uint16_t route, const http::Request&, http::Response&) = 0;

    /// The next piece of a body that `on_head` asked to stream: `limits::piece_bytes`, only the last one is
    /// shorter, and may be empty. True: it was taken, go on. False: it is being worked on. The bytes stay
    /// where they are, also when the client goes, until `Outlet::resume_body` or `Outlet::answer_later`
    /// (which may be called from within); nothing more is read meanwhile. The last piece is answered by
    /// `answer_later`.
    virtual bool on_body(SlotId, std::uint16_t /*route*/, std::string_view /*piece*/, bool /*last*/) {
        return true;
    }
    /// The rest of a streamed body will not come, and the client is gone. Never called after the last piece.
    virtual void on_body_lost(SlotId, std::uint16_t /*route*/) {}

    /// A WebSocket opened. `on_websocket_closed` follows exactly once.
    virtual void on_websocket_open(SlotId) = 0;
    /// One text message, whole, valid UTF-8. Only called while one answer of up to
    /// `limits::websocket_answer_bytes_max` can be sent.
    virtual void on_websocket_message(SlotId, std::string_view text) = 0;
    virtual void on_websocket_closed(SlotId) = 0;

    /// After each turn of the loop. Returns the latest time for the next turn, on the clock of `now_ms`.
    virtual std::uint64_t on_turn(std::uint64_t now_ms) = 0;
};

}  // namespace boardwalk::server
