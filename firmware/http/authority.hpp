#pragma once

#include <string_view>

namespace boardwalk::http {

/// True for `host [":" port]` as a Host field or an absolute-form has it (RFC 9110 §4.2.1, §7.2): a name, an
/// IPv4 address or an IPv6 literal, never empty, without user information; a port up to 65535, which may be
/// left out behind its colon. IPvFuture literals are refused: no version of them was ever defined.
[[nodiscard]] bool is_authority(std::string_view text);

/// True for an IPv4 address with or without a port: an authority, and `is_by_address`.
[[nodiscard]] bool is_ipv4_authority(std::string_view text);

struct Authority {
    std::string_view host;  ///< an IPv6 literal with its brackets
    std::string_view port;  ///< digits; may be empty
};
/// Takes apart what `is_authority`.
[[nodiscard]] Authority split_authority(std::string_view authority);

/// True when the host of what `is_authority` is an IPv4 address, also with a dot behind it, or an IPv6
/// literal.
[[nodiscard]] bool is_by_address(std::string_view authority);

}  // namespace boardwalk::http
