#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/http/list_field.hpp"

namespace boardwalk::http {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };

[[nodiscard]] std::string_view to_string(Method);

/// How the end of a body is found (RFC 9112 §6.3).
enum class Framing : std::uint8_t { none, length, chunked };

inline constexpr std::string_view accept_field = "accept";
inline constexpr std::string_view authorization_field = "authorization";
inline constexpr std::string_view cookie_field = "cookie";

/// One request. Views point into the connection's scratch buffer and are valid while the handler runs.
/// A field that was not sent is an empty view.
struct Request {
    Method method = Method::get;
    std::uint8_t minor_version = 1;  ///< HTTP/1.x
    bool keep_alive = true;
    bool expect_continue = false;
    bool upgrade_websocket = false;  ///< Connection: upgrade, Upgrade: websocket
    bool target_is_asterisk = false;
    bool through_proxy = false;  ///< Forwarded, X-Forwarded-For or Via was sent (RFC 7239, RFC 9110 §7.6.3)

    bool host_is_ipv4 =
        false;  ///< `host` was read as such an address; else it has not been looked at for that

    std::string_view target;  ///< as received
    std::string_view path;    ///< without the query, percent-encoding kept; empty for `*`
    std::string_view query;   ///< without the question mark

    std::string_view host;  ///< with the port; of an absolute-form target, else of the Host field
    std::string_view origin;
    std::string_view content_type;
    std::string_view range;
    std::string_view if_range;
    std::string_view websocket_key;
    std::string_view websocket_version;

    ListField if_match;
    ListField if_none_match;
    ListField accept_encoding;
    ListField content_encoding;
    ListField content_digest;
    ListField websocket_protocol;

    /// Begins with the field lines, and may go on behind the head.
    std::string_view fields;
    /// Few ask for it, so it is looked for then, and not when the head is parsed.
    [[nodiscard]] ListField accept() const { return ListField::within(accept_field, fields); }
    [[nodiscard]] ListField authorization() const { return ListField::within(authorization_field, fields); }
    /// Cut at commas, too, which the value of a cookie may hold.
    [[nodiscard]] ListField cookies() const { return ListField::within(cookie_field, fields); }

    Framing framing = Framing::none;
    std::uint64_t content_length = 0;
    std::string_view body;  ///< complete when the handler runs
};

}  // namespace boardwalk::http
