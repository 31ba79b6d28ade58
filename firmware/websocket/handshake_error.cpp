#include "firmware/websocket/handshake_error.hpp"

#include <array>

#include "firmware/http/problem_table.hpp"

namespace boardwalk::websocket {
namespace {

using Row = http::ProblemRow<HandshakeError>;

using enum HandshakeError;

constexpr std::array rows = {
    Row{upgrade_required, 426, "upgrade_required",
        "This path is a WebSocket: send Upgrade: websocket, version 13."},
    Row{no_upgrade, 400, "bad_handshake", "A handshake needs Connection: Upgrade and Upgrade: websocket."},
    Row{not_get, 400, "bad_handshake", "A WebSocket is opened with GET and HTTP/1.1."},
    Row{has_body, 400, "bad_handshake", "Behind the handshake come frames, not a body."},
    Row{other_version, 426, "websocket_version", "This board speaks WebSocket version 13."},
    Row{bad_key, 400, "bad_handshake", "Sec-WebSocket-Key must be 16 bytes in base64."},
};

static_assert(http::is_whole(rows, last_handshake_error), "one row for each HandshakeError, in its order");

}  // namespace

http::Problem problem_of(HandshakeError error) { return rows[static_cast<std::size_t>(error)].problem(); }

}  // namespace boardwalk::websocket
