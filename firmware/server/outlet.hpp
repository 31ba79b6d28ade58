#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/http/response.hpp"
#include "firmware/server/application.hpp"

namespace boardwalk::server {

/// What the application may ask of the server. Loop's thread only. Ids of ended requests are ignored.
/// `answer_later`, `repeat_request` and `resume_body` send and read before the turn ends, never within the
/// call. The others write at once. None frees the slot within the call.
class Outlet {
public:
    virtual ~Outlet() = default;

    /// Answers a request that `on_request` or `on_body` left open: `fill(context, response)` is called at
    /// once, if the client is still there.
    using Fill = void (*)(void* context, http::Response&);
    virtual void answer_later(SlotId, Fill fill, void* context) = 0;

    /// Calls `on_request` again for a request that it left open, as if the request came now: for one that had
    /// to wait for another request.
    virtual void repeat_request(SlotId) = 0;

    /// The application is done with the piece that `on_body` held, which was not the last: the next one may
    /// come.
    virtual void resume_body(SlotId) = 0;

    /// The work on the piece that `on_body` held takes longer than a client waits. The piece is in the
    /// buffer, so no answer can be written there: `unavailable` is sent instead, a whole 503 in static
    /// storage with `Connection: close`. The connection closes. Slot and buffer stay taken until
    /// `resume_body` or `answer_later`, which then send nothing.
    virtual void abandon_body(SlotId, std::string_view unavailable) = 0;

    /// True while `send_frame` takes a frame whole: little enough is unacknowledged.
    [[nodiscard]] virtual bool websocket_ready(SlotId) const = 0;
    /// Sends an encoded frame (websocket::write_header + payload), copied.
    virtual void send_frame(SlotId, std::string_view frame) = 0;
    /// Starts the closing handshake (RFC 6455 §7.1.2).
    virtual void close_websocket(SlotId, std::uint16_t code) = 0;
};

}  // namespace boardwalk::server
