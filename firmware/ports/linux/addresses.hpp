#pragma once

#include <sys/socket.h>

#include <string>

namespace boardwalk::ports {

/// The same peer: IPv4 where a listener on IPv6 shows an IPv4 peer as `::ffff:192.0.2.1` (RFC 4291 §2.5.5.2).
[[nodiscard]] sockaddr_storage unmapped(const sockaddr_storage&);

/// True for a numeric address of this very machine's loopback interface.
[[nodiscard]] bool is_loopback(const std::string& address);
/// True for `0.0.0.0` and `::`. A listener there takes peers on every address, but no client can connect to
/// that address itself.
[[nodiscard]] bool is_any(const std::string& address);

/// True for the addresses of many at once: multicast, and IPv4's broadcast. The kernel takes them for a
/// listener, but no TCP client can connect to them.
[[nodiscard]] bool is_of_many(const std::string& address);

/// The host of a URL that opens, on this machine, what listens on this numeric address.
[[nodiscard]] std::string url_host(const std::string& address);

}  // namespace boardwalk::ports
