#pragma once

#include <string_view>

namespace boardwalk::http {

/// True for `host [":" port]` as a Host field or an absolute-form has it (RFC 9110 §4.2.1, §7.2): a name, an
/// IPv4 address or an IPv6 literal, never empty, without user information; a port up to 65535, which may be
/// left out behind its colon. IPvFuture literals are refused: no version of them was ever defined.
[[nodiscard]] bool is_authority(std::string_view text);

}  // namespace boardwalk::http
