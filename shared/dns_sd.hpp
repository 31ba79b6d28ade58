#pragma once

#include <string_view>

/// How a board is found by DNS-SD (RFC 6763): what its announcers say and the companion looks for. All of
/// these are literals, so that `data()` ends with a zero, as ESP-IDF's mDNS wants it.
namespace boardwalk::protocol::dns_sd {

// Labels: a service type is `_boardwalk._tcp.local`.
inline constexpr std::string_view board_label = "_boardwalk";
inline constexpr std::string_view http_label = "_http";
inline constexpr std::string_view tcp_label = "_tcp";
inline constexpr std::string_view domain_label = "local";

// Keys of the TXT record, and the values that are the same for all boards.
inline constexpr std::string_view txt_version_key = "txtvers";
inline constexpr std::string_view txt_version = "1";
inline constexpr std::string_view id_key = "id";
inline constexpr std::string_view mac_key = "mac";
inline constexpr std::string_view name_key = "name";
inline constexpr std::string_view model_key = "model";
inline constexpr std::string_view firmware_key = "fw";
inline constexpr std::string_view api_key = "api";
inline constexpr std::string_view api_version = "1";
inline constexpr std::string_view path_key = "path";
inline constexpr std::string_view path = "/";
inline constexpr std::string_view tls_key = "tls";
inline constexpr std::string_view auth_key = "auth";
inline constexpr std::string_view no = "0";
inline constexpr std::string_view yes = "1";

}  // namespace boardwalk::protocol::dns_sd
