#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/http/response.hpp"
#include "firmware/server/application.hpp"

namespace boardwalk::server {

/// What the application may ask of the server. Loop's thread only. Late ids are ignored. What these calls
/// make possible (an answer that goes out, a piece that is read) is done before the turn ends, never within
/// the call.
class Outlet {
public:
    virtual ~Outlet() = default;

    /// Answers a request that `on_request` or `on_body` left open: `fill(context, response)` is called at
    /// once, if the client is still there.
    using Fill = void (*)(void* context, http::Response&);
    virtual void answer_later(SlotId, Fill fill, void* context) = 0;

    /// Calls `on_request` again for one that it left open, as if it came now: for one that had to wait for
    /// another.
    virtual void repeat_request(SlotId) = 0;

    /// The piece that `on_body` held is done with, and was not the last: the next one may come.
    virtual void resume_body(SlotId) = 0;

    /// The piece that `on_body` held is worked on for longer than a client waits. Its buffer is not free for
    /// an answer, so `unavailable` is sent as it stands: a whole 503 of static storage, which says
    /// `Connection: close`. The connection closes; slot and buffer stay with the piece until `resume_body` or
    /// `answer_later`, which send nothing then.
    virtual void abandon_body(SlotId, std::string_view unavailable) = 0;

    /// True while `send_frame` takes a frame whole: little enough is unacknowledged.
    [[nodiscard]] virtual bool websocket_ready(SlotId) const = 0;
    /// Sends an encoded frame (websocket::write_header + payload), copied.
    virtual void send_frame(SlotId, std::string_view frame) = 0;
    /// Starts the closing handshake (RFC 6455 §7.1.2).
    virtual void close_websocket(SlotId, std::uint16_t code) = 0;
};

}  // namespace boardwalk::server
