#pragma once

#include <optional>
#include <string_view>

#include "firmware/http/request.hpp"

namespace boardwalk::app {

/// The token of `Authorization: Bearer TOKEN` (RFC 6750 §2.1). Nothing: no such field, or another scheme.
[[nodiscard]] std::optional<std::string_view> bearer_token(const http::Request&);

/// The value of the cookie `bw-ID` among all that were sent (RFC 6265 §5.4): those of other services on the
/// same host come along, whatever their port is. Empty: there is none.
[[nodiscard]] std::string_view session_cookie(const http::Request&, std::string_view board_id);

}  // namespace boardwalk::app
