#pragma once

#include <cstddef>
#include <cstdint>

/// Limits that board and companion must agree on. `firmware/limits.hpp` adds those that only the board knows.
namespace boardwalk::limits {

/// Largest message in either direction of the stream (RFC 6455 §5.4: all fragments together). Above: close
/// 1009.
inline constexpr std::size_t websocket_message_bytes_max = 4096;

/// WebSockets that one board serves at a time, so that pages always load. Above: 503 with Retry-After.
inline constexpr std::size_t websocket_max = 12;

/// Nesting of inbound JSON. A DOM of 4 KB of `[[[…` took 102 KB. Deeper: 400, but for unknown settings.
inline constexpr std::size_t json_depth_max = 8;

/// A board's name: UTF-8 bytes. DNS-SD allows 63 in an instance name (RFC 6763 §4.1.1).
inline constexpr std::size_t name_bytes_max = 63;

/// Identifiers of readings and outputs: `[a-z0-9_.-]`, bytes.
inline constexpr std::size_t id_bytes_max = 31;

/// A Wi-Fi network's name: bytes (IEEE 802.11 §9.4.2.2); of those only text can be typed. Its password: a WPA
/// passphrase of 8 to 63 printable ASCII characters, or a key of 64 hex digits; none for an open network.
inline constexpr std::size_t ssid_bytes_max = 32;
inline constexpr std::size_t wifi_password_bytes_min = 8;
inline constexpr std::size_t wifi_password_bytes_max = 64;

/// Hosts and origins that the owner lets the board be asked by, beside its own names (`settings.security`).
/// Cost on the board: 1 KB for the settings in force and those on their way to the file. More, or longer:
/// 422.
inline constexpr std::size_t trusted_hosts_max = 4;
inline constexpr std::size_t trusted_host_bytes_max = 48;
inline constexpr std::size_t trusted_origins_max = 4;
inline constexpr std::size_t trusted_origin_bytes_max = 64;

/// People who may sign in, and tokens of programs. Cost on the board: 152 and 108 bytes each. More: 409
/// `full`.
inline constexpr std::size_t people_max = 4;
inline constexpr std::size_t tokens_max = 4;
/// A token: letters of base64url. Shorter or longer: 422.
inline constexpr std::size_t token_bytes_min = 32;
inline constexpr std::size_t token_bytes_max = 64;
/// The set-up code, and the nonces of a sign-in, in characters.
inline constexpr std::size_t setup_code_bytes = 8;
inline constexpr std::size_t client_nonce_bytes = 24;
inline constexpr std::size_t nonce_bytes_max = 64;
/// Iterations of PBKDF2 that clients may choose; those that they do choose. Outside: 422.
inline constexpr std::uint32_t iterations_min = 10'000;
inline constexpr std::uint32_t iterations_max = 1'000'000;
inline constexpr std::uint32_t iterations_default = 10'000;

/// One option of a choice output: UTF-8 bytes.
inline constexpr std::size_t choice_bytes_max = 31;

/// Telemetry period that a client may set, in milliseconds. Outside: 422.
inline constexpr std::uint32_t telemetry_period_ms_min = 100;
inline constexpr std::uint32_t telemetry_period_ms_max = 60'000;
inline constexpr std::uint32_t telemetry_period_ms_default = 1'000;

/// Updates a second that a subscriber may ask for (`max_hz`); without it, the default.
inline constexpr double stream_hz_min = 0.1;
inline constexpr double stream_hz_max = 20;
inline constexpr double stream_hz_default = 10;

}  // namespace boardwalk::limits
