#pragma once

#include <string_view>

#include "shared/limits.hpp"
#include "shared/text_list.hpp"

/// Names that the owner lets the board be asked by, beside its own: a reverse proxy's, for example.
namespace boardwalk::protocol {

using TrustedHosts = TextList<limits::trusted_hosts_max, limits::trusted_host_bytes_max>;
using TrustedOrigins = TextList<limits::trusted_origins_max, limits::trusted_origin_bytes_max>;

/// Reads a host: a DNS name in ASCII or an IP address (IPv6 in brackets), without a port. What is kept is in
/// lower case and without the one dot that a name may end with. Returns what is wrong, or an empty text.
[[nodiscard]] std::string_view read_trusted_host(std::string_view text, TrustedHosts::Text& host);

/// Reads an origin (RFC 6454 §6.2): `http` or `https`, a host as above, and a port unless it is the scheme's
/// own, which is left out. Returns what is wrong, or an empty text.
[[nodiscard]] std::string_view read_trusted_origin(std::string_view text, TrustedOrigins::Text& origin);

}  // namespace boardwalk::protocol
