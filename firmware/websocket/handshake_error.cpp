#include "firmware/websocket/handshake_error.hpp"

#include <array>

namespace boardwalk::websocket {
namespace {

struct Row {
    HandshakeError error;
    std::uint16_t status;
    std::string_view code;
    std::string_view detail;
};

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

constexpr bool in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].error != static_cast<HandshakeError>(i)) return false;
    }
    return rows.back().error == last_handshake_error;
}
static_assert(in_order(), "one row for each HandshakeError, in its order");

}  // namespace

http::Problem problem_of(HandshakeError error) {
    const Row& row = rows[static_cast<std::size_t>(error)];
    return {.status = row.status, .code = row.code, .detail = row.detail};
}

}  // namespace boardwalk::websocket
