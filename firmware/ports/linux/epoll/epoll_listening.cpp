#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "firmware/ports/linux/addresses.hpp"
#include "firmware/ports/linux/epoll/epoll_transport.hpp"

/// The listener: new peers, and those that wait in the kernel's backlog.
namespace boardwalk::ports {
namespace {

using transport::Link;

/// Peers that the kernel holds: silent ones, and those that wait until a link is free.
constexpr int backlog = 4'096;
/// Without a descriptor or memory for the next peer, it waits in the backlog for this long.
constexpr std::uint64_t accept_pause_us = 100'000;

/// True when the kernel has kept this peer for as long as it was asked to, and it still has not said a word.
/// (At the end of that time the kernel repeats its part of the handshake. A peer that it could not keep, in a
/// flood of handshakes, comes at once and unasked again: its first byte may be on the way.)
bool was_silent_to_the_end(int fd) {
    char byte = 0;
    if (::recv(fd, &byte, 1, MSG_PEEK) >= 0 || errno != EAGAIN) return false;
    tcp_info info{};
    socklen_t size = sizeof info;
    return ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_total_retrans > 0;
}

bool is_loopback_address(const sockaddr_storage& peer) {
    if (peer.ss_family == AF_INET)
        return (ntohl(reinterpret_cast<const sockaddr_in&>(peer).sin_addr.s_addr) >> 24) == 127;
    return peer.ss_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr);
}

std::string error_text(std::string_view what, const std::string& where) {
    return std::string(what) + " " + where + ": " + std::strerror(errno);
}

}  // namespace

std::string EpollTransport::listen(const std::string& address, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
        return "'" + address + "' is not an IPv4 or IPv6 address";
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    const auto where =
        (found->ai_family == AF_INET6 ? "[" + address + "]" : address) + ":" + std::to_string(port);

    listener_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener_ < 0) return error_text("cannot listen on", where);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(listener_, IPPROTO_TCP, TCP_DEFER_ACCEPT, &silence_s_max_, sizeof silence_s_max_);
    // Those that are accepted have it, too: urgent bytes are bytes as all others (RFC 6093 §6).
    ::setsockopt(listener_, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
    if (::bind(listener_, found->ai_addr, found->ai_addrlen) != 0 || ::listen(listener_, backlog) != 0) {
        return error_text("cannot listen on", where);
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &size);
    port_ = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                              : reinterpret_cast<sockaddr_in&>(bound).sin_port);
    watch(listener_, listener_tag, EPOLLIN, EPOLL_CTL_ADD);
    accepting_ = true;
    return {};
}

void EpollTransport::stop_listening() {
    if (listener_ >= 0) ::close(listener_);
    listener_ = -1;
    accepting_ = false;
}

void EpollTransport::accept_all(transport::Events& events) {
    for (Link link = 0; link < link_count_; ++link) {
        auto& l = links_[link];
        if (l.state != State::free) continue;
        sockaddr_storage peer{};
        const int fd = accept_one(peer);
        if (fd < 0) return;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        l = {};
        l.fd = fd;
        l.state = State::open;
        l.peer_is_loopback = is_loopback_address(unmapped(peer));
        watch(fd, link, EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET, EPOLL_CTL_ADD);
        events.on_open(link);
        // Deferred accepting means that its first bytes are here already; the edge may be reported only next
        // turn.
    }
    accept_more(false);
}

/// The next peer that may have something to say; below 0: none now. Whoever was silent to the end goes here:
/// the kernel hands over all silent ones of a wave together, and no client is to wait behind them.
int EpollTransport::accept_one(sockaddr_storage& peer) {
    while (true) {
        socklen_t size = sizeof peer;
        const int fd =
            ::accept4(listener_, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            // Nobody is left, or one has gone again, and epoll tells of the next. Anything else, as being out
            // of descriptors or memory, leaves the peer where it is: epoll would tell of it for ever.
            if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) {
                accept_more(false);
                accept_again_us_ = now_us() + accept_pause_us;
            }
            return -1;
        }
        if (!was_silent_to_the_end(fd)) return fd;
        ::close(fd);
    }
}

/// While no link is free, the kernel's backlog holds the newcomers.
void EpollTransport::accept_more(bool wanted) {
    if (listener_ < 0 || accepting_ == wanted) return;
    accepting_ = wanted;
    accept_again_us_ = 0;
    watch(listener_, listener_tag, wanted ? static_cast<std::uint32_t>(EPOLLIN) : 0U, EPOLL_CTL_MOD);
}

}  // namespace boardwalk::ports
