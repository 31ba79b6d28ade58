#include "firmware/ports/linux/addresses.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

namespace boardwalk::ports {
namespace {

/// An IPv4 address is read as the IPv6 address that it is mapped to.
std::optional<in6_addr> read_numeric(const std::string& address) {
    in6_addr v6{};
    if (::inet_pton(AF_INET6, address.c_str(), &v6) == 1) return v6;
    if (::inet_pton(AF_INET6, ("::ffff:" + address).c_str(), &v6) == 1) return v6;
    return std::nullopt;
}

/// The IPv4 address of a mapped one, in host order.
std::uint32_t ipv4_of(const in6_addr& mapped) {
    std::uint32_t address = 0;
    std::memcpy(&address, &mapped.s6_addr[12], sizeof address);
    return ntohl(address);
}

}  // namespace

sockaddr_storage unmapped(const sockaddr_storage& peer) {
    if (peer.ss_family != AF_INET6) return peer;
    sockaddr_in6 v6{};
    std::memcpy(&v6, &peer, sizeof v6);
    if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return peer;
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = v6.sin6_port;
    v4.sin_addr.s_addr = htonl(ipv4_of(v6.sin6_addr));
    sockaddr_storage same{};
    std::memcpy(&same, &v4, sizeof v4);
    return same;
}

bool is_loopback(const std::string& address) {
    const auto v6 = read_numeric(address);
    if (!v6) return false;
    return IN6_IS_ADDR_V4MAPPED(&*v6) ? ipv4_of(*v6) >> 24 == 127 : IN6_IS_ADDR_LOOPBACK(&*v6);
}

bool is_any(const std::string& address) {
    const auto v6 = read_numeric(address);
    if (!v6) return false;
    return IN6_IS_ADDR_V4MAPPED(&*v6) ? ipv4_of(*v6) == INADDR_ANY : IN6_IS_ADDR_UNSPECIFIED(&*v6);
}

bool is_of_many(const std::string& address) {
    const auto v6 = read_numeric(address);
    if (!v6) return false;
    if (!IN6_IS_ADDR_V4MAPPED(&*v6)) return IN6_IS_ADDR_MULTICAST(&*v6);
    return IN_MULTICAST(ipv4_of(*v6)) || ipv4_of(*v6) == INADDR_BROADCAST;
}

std::string url_host(const std::string& address) {
    const auto v6 = read_numeric(address);
    if (!v6) return address;
    if (!IN6_IS_ADDR_V4MAPPED(&*v6)) return is_any(address) ? "[::1]" : "[" + address + "]";
    if (is_any(address)) return "127.0.0.1";
    std::array<char, INET_ADDRSTRLEN> text{};
    (void)::inet_ntop(AF_INET, &v6->s6_addr[12], text.data(), text.size());
    return text.data();
}

}  // namespace boardwalk::ports
