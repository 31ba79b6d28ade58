#pragma once

#include <array>
#include <string_view>

#include "firmware/http/problem.hpp"
#include "firmware/http/request.hpp"

namespace boardwalk::websocket {

/// Sec-WebSocket-Accept: base64 of a SHA-1, always 28 characters (RFC 6455 §4.2.2).
using AcceptKey = std::array<char, 28>;

/// Checks the opening handshake (RFC 6455 §4.2.1). Returns a problem with status 0 when all is well, 426 when
/// no WebSocket was asked for or one of another version (§4.2.2), 400 for a handshake with a fault.
[[nodiscard]] http::Problem check_handshake(const http::Request&);

/// The answer to a checked key.
[[nodiscard]] AcceptKey accept_key(std::string_view key);

/// True when the client's list offers `protocol`.
[[nodiscard]] bool offers_protocol(const http::Request&, std::string_view protocol);

}  // namespace boardwalk::websocket
