#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace boardwalk::app {

/// Queries above this are ignored: a name of 255 bytes, and the option that resolvers add (RFC 6891).
inline constexpr std::size_t dns_query_bytes_max = 512;  // RFC 1035 §2.3.4

/// Answers a DNS query (RFC 1035 §4) as the board's own network needs it: whatever the name, `address` is
/// where it leads. Other record types do not exist there: the answer is empty, so that no
/// client waits for an AAAA record. Writes into `answer`, which has room for dns_query_bytes_max + 16 bytes;
/// returns its size, 0 for anything that is not one plain question in class IN.
[[nodiscard]] std::size_t answer_dns(std::span<const std::uint8_t> query,
                                     const std::array<std::uint8_t, 4>& address,
                                     std::span<std::uint8_t> answer);

}  // namespace boardwalk::app
