#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "firmware/http/request.hpp"
#include "firmware/websocket/handshake_error.hpp"

namespace boardwalk::websocket {

/// Sec-WebSocket-Accept: base64 of a SHA-1, always 28 characters (RFC 6455 §4.2.2).
using AcceptKey = std::array<char, 28>;

/// Checks the opening handshake (RFC 6455 §4.2.1). Returns nothing when all is well.
[[nodiscard]] std::optional<HandshakeError> check_handshake(const http::Request&);

/// The answer to a checked key.
[[nodiscard]] AcceptKey accept_key(std::string_view key);

/// True when the client's list offers `protocol`.
[[nodiscard]] bool offers_protocol(const http::Request&, std::string_view protocol);

}  // namespace boardwalk::websocket
