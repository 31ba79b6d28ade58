#pragma once

#include <cstdint>

#include "firmware/http/problem.hpp"

namespace boardwalk::websocket {

/// Everything for which an opening handshake is refused (RFC 6455 §4.2.1).
enum class HandshakeError : std::uint8_t {
    upgrade_required,  ///< a plain request
    no_upgrade,        ///< a key, and no upgrade to WebSocket
    not_get,           ///< another method, or HTTP/1.0
    has_body,
    other_version,
    bad_key,
};
inline constexpr auto last_handshake_error = HandshakeError::bad_key;

/// The one table from error to answer.
[[nodiscard]] http::Problem problem_of(HandshakeError);

}  // namespace boardwalk::websocket
