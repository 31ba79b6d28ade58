#include "firmware/ports/linux/epoll_transport.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "firmware/limits.hpp"
#include "firmware/ports/linux/addresses.hpp"

namespace boardwalk::ports {
namespace {

using transport::CloseReason;
using transport::Link;

constexpr std::uint32_t listener_tag = 0xffff'ffff;
constexpr std::uint32_t waker_tag = 0xffff'fffe;
/// Peers that the kernel holds: silent ones, and those that wait until a link is free.
constexpr int backlog = 4'096;
/// Without a descriptor or memory for the next peer, it waits in the backlog for this long.
constexpr std::uint64_t accept_pause_us = 100'000;

void watch(int epoll, int fd, std::uint32_t tag, std::uint32_t what, int operation) {
    epoll_event event{};
    event.events = what;
    event.data.u32 = tag;
    (void)::epoll_ctl(epoll, operation, fd, &event);
}

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

iovec piece_of(std::string_view bytes) {
    return {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
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

EpollTransport::EpollTransport(std::size_t links, std::uint32_t silence_ms_max)
    : links_(std::make_unique<LinkState[]>(links)),
      link_count_(static_cast<Link>(links)),
      silence_s_max_(static_cast<int>(silence_ms_max / 1'000)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      waker_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    watch(epoll_, waker_, waker_tag, EPOLLIN, EPOLL_CTL_ADD);
}

EpollTransport::~EpollTransport() {
    for (std::size_t i = 0; i < link_count_; ++i) {
        if (links_[i].fd >= 0) ::close(links_[i].fd);
    }
    stop_listening();
    ::close(waker_);
    ::close(epoll_);
}

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
    watch(epoll_, listener_, listener_tag, EPOLLIN, EPOLL_CTL_ADD);
    accepting_ = true;
    return {};
}

void EpollTransport::stop_listening() {
    if (listener_ >= 0) ::close(listener_);
    listener_ = -1;
    accepting_ = false;
}

void EpollTransport::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(waker_, &one, sizeof one);
}

transport::Received EpollTransport::read(Link link, std::span<char> room) {
    auto& l = links_[link];
    if (l.state != State::open) return {};
    std::size_t bytes = 0;
    std::ptrdiff_t got = 0;
    do {  // the kernel stops in front of an urgent byte, whatever lies behind it
        got = ::recv(l.fd, room.data() + bytes, room.size() - bytes, 0);
        bytes += static_cast<std::size_t>(std::max<std::ptrdiff_t>(got, 0));
    } while (got > 0 && l.urgent_seen && bytes < room.size());
    if (bytes == 0) return {.bytes = 0, .end = got == 0};  // below 0: EAGAIN; an error comes as an event too
    // A short read empties the socket, so behind it comes the end that was announced.
    return {.bytes = bytes, .end = l.end_seen && bytes < room.size()};
}

std::size_t EpollTransport::write(Link link, std::string_view bytes, transport::Lifetime, bool more) {
    auto piece = piece_of(bytes);
    return send(link, {&piece, 1}, more ? MSG_MORE : 0);
}

std::size_t EpollTransport::write_both(Link link, std::string_view first, std::string_view second,
                                       transport::Lifetime) {
    std::array pieces = {piece_of(first), piece_of(second)};
    return send(link, pieces, 0);
}

std::size_t EpollTransport::send(Link link, std::span<iovec> pieces, int flags) {
    auto& l = links_[link];
    if (l.state != State::open) return 0;
    std::size_t size = 0;
    for (const auto& piece : pieces)
        size += piece.iov_len;
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    flags |= MSG_NOSIGNAL;
    const bool marked = l.marks && l.unmarked_bytes + size > limits::websocket_unacknowledged_bytes_max;
    const auto sent = marked ? send_marked(l.fd, message, flags) : ::sendmsg(l.fd, &message, flags);
    const auto taken = sent < 0 ? std::size_t{0} : static_cast<std::size_t>(sent);
    l.write_full = taken < size;
    if (taken > 0) l.unmarked_bytes = marked ? 0 : l.unmarked_bytes + static_cast<std::uint32_t>(taken);
    return taken;
}

/// The kernel has no event for an acknowledgement, except that it tells when a byte was acknowledged for
/// which it was asked for a time stamp (SOF_TIMESTAMPING_TX_ACK): that of this message's last byte. What is
/// written behind the last mark is never more than may be unacknowledged, so its event is enough.
std::ptrdiff_t EpollTransport::send_marked(int fd, msghdr& message, int flags) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(std::uint32_t))> control{};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    auto* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SO_TIMESTAMPING;
    header->cmsg_len = CMSG_LEN(sizeof(std::uint32_t));
    const std::uint32_t wanted = SOF_TIMESTAMPING_TX_ACK;
    std::memcpy(CMSG_DATA(header), &wanted, sizeof wanted);
    return ::sendmsg(fd, &message, flags);
}

/// Empties the queue in which the kernel tells of marks; as long as anything is in it, epoll takes it for an
/// error.
void EpollTransport::take_acknowledgements(int fd) {
    while (true) {
        alignas(cmsghdr) std::array<char, 256> control;
        msghdr message{};
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        if (::recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return;
    }
}

/// From the first question on, what is written is marked. A kernel that knows no marks tells nothing; then
/// the server finds the room at its next look.
bool EpollTransport::takes_message(Link link) {
    auto& l = links_[link];
    if (l.state != State::open) return false;
    if (!l.marks) {
        const std::uint32_t wanted = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY;
        l.marks = ::setsockopt(l.fd, SOL_SOCKET, SO_TIMESTAMPING, &wanted, sizeof wanted) == 0;
    }
    l.message_waits = unacknowledged(link) > limits::websocket_unacknowledged_bytes_max;
    return !l.message_waits;
}

/// What the kernel calls writable: a third of the socket's send buffer is free, some 15 KB and more. Where it
/// says no to poll(2), it tells epoll of the change.
bool EpollTransport::takes_answer(Link link) {
    auto& l = links_[link];
    if (l.state != State::open) return false;
    pollfd asked{.fd = l.fd, .events = POLLOUT, .revents = 0};
    if (::poll(&asked, 1, 0) == 1 && (asked.revents & POLLOUT) != 0) return true;
    l.write_full = true;
    return false;
}

std::size_t EpollTransport::unacknowledged(Link link) const {
    int queued = 0;
    if (links_[link].fd >= 0) (void)::ioctl(links_[link].fd, SIOCOUTQ, &queued);
    return static_cast<std::size_t>(queued);
}

/// The kernel's backlog keeps a peer with its request until a link is free. It remembers in steps of its own
/// when the last bytes came; the time told is at most a step too short, and never too long.
std::uint32_t EpollTransport::waited_us(Link link) const {
    static const auto step_ms = [] {
        timespec step{};
        ::clock_getres(CLOCK_MONOTONIC_COARSE, &step);
        return static_cast<std::uint32_t>(step.tv_nsec / 1'000'000 + 1);
    }();
    tcp_info info{};
    socklen_t size = sizeof info;
    const int fd = links_[link].fd;
    if (fd < 0 || ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
    const auto waited_ms = std::min<std::uint32_t>(info.tcpi_last_data_recv, limits::idle_timeout_ms);
    return waited_ms > step_ms ? (waited_ms - step_ms) * 1'000 : 0;
}

void EpollTransport::close(Link link) {
    auto& l = links_[link];
    if (l.state != State::open) return;
    ++closing_count_;
    l.state = State::closing;
    l.close_by_us = now_us() + limits::linger_ms_max * 1'000ULL;
    ::shutdown(l.fd, SHUT_WR);
    drain(l);
}

void EpollTransport::abort(Link link) {
    auto& l = links_[link];
    if (l.state == State::closing) return bury(l, CloseReason::finished);  // the kernel ends it in order
    if (l.state != State::open) return;
    ++closing_count_;
    bury(l, CloseReason::aborted);
}

/// Reads and drops what a closing link's peer still sends; a little in a go, so that no peer can keep the
/// loop at it. The kernel tells of what is left only once, so the next `poll` goes on by itself.
void EpollTransport::drain(LinkState& l) {
    std::array<char, 4096> dropped;
    l.drain_again = false;
    for (int round = 0; round < 16; ++round) {
        const auto got = ::recv(l.fd, dropped.data(), dropped.size(), 0);
        if (got == 0) return bury(l, CloseReason::finished);
        if (got < 0) {
            if (errno != EAGAIN) bury(l, CloseReason::reset);
            return;
        }
    }
    l.drain_again = drain_again_ = true;
}

void EpollTransport::drain_all() {
    if (!std::exchange(drain_again_, false)) return;
    for (Link link = 0; link < link_count_; ++link) {
        auto& l = links_[link];
        if (l.state == State::closing && l.drain_again) drain(l);
    }
}

/// The socket goes now; `on_closed` follows in the next turn, never inside a call.
void EpollTransport::bury(LinkState& l, CloseReason reason) {
    if (reason == CloseReason::aborted) {
        const linger reset{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(l.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    ::close(l.fd);
    l.fd = -1;
    l.state = State::closed;
    l.reason = reason;
}

/// Without a family where there is no peer any more.
sockaddr_storage EpollTransport::peer_of(Link link) const {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (links_[link].fd < 0 || ::getpeername(links_[link].fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0)
        return {};
    return unmapped(peer);
}

void EpollTransport::describe_peer(Link link, TextWriter& out) const {
    auto peer = peer_of(link);
    if (peer.ss_family == AF_UNSPEC) return;
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v6 = peer.ss_family == AF_INET6;
    const void* address = v6 ? static_cast<const void*>(&reinterpret_cast<sockaddr_in6&>(peer).sin6_addr)
                             : static_cast<const void*>(&reinterpret_cast<sockaddr_in&>(peer).sin_addr);
    if (::inet_ntop(peer.ss_family, address, text.data(), text.size()) == nullptr) return;
    if (v6) out.append('[');
    out.append(std::string_view(text.data()));
    out.append(v6 ? "]:" : ":");
    out.append_number(ntohs(v6 ? reinterpret_cast<sockaddr_in6&>(peer).sin6_port
                               : reinterpret_cast<sockaddr_in&>(peer).sin_port));
}

bool EpollTransport::peer_is_loopback(Link link) const { return links_[link].peer_is_loopback; }

void EpollTransport::poll(transport::Events& events, std::uint32_t timeout_ms) {
    raise_closed(events);
    if (accept_again_us_ != 0) {
        const auto left_us = accept_again_us_ - std::min(accept_again_us_, now_us());
        if (left_us == 0) accept_more(true);
        timeout_ms = std::min(timeout_ms, static_cast<std::uint32_t>((left_us + 999) / 1'000));
    }
    if (drain_again_) timeout_ms = 0;
    std::array<epoll_event, 64> ready;
    const auto count =
        ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), static_cast<int>(timeout_ms));
    for (int i = 0; i < count; ++i) {
        const auto& event = ready[static_cast<std::size_t>(i)];
        if (event.data.u32 == listener_tag) {
            accept_all(events);
        } else if (event.data.u32 == waker_tag) {
            std::uint64_t times = 0;
            [[maybe_unused]] const auto got = ::read(waker_, &times, sizeof times);
        } else {
            on_event(events, static_cast<Link>(event.data.u32), event.events);
        }
    }
    drain_all();
    raise_closed(events);
}

void EpollTransport::on_event(transport::Events& events, Link link, std::uint32_t what) {
    auto& l = links_[link];
    if (l.state == State::closing) return drain(l);
    if (l.state != State::open) return;
    if ((what & EPOLLERR) != 0 && l.marks) {
        take_acknowledgements(l.fd);
        int error = 0;
        socklen_t size = sizeof error;
        if (::getsockopt(l.fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0)
            what &= ~static_cast<std::uint32_t>(EPOLLERR);
    }
    if ((what & (EPOLLERR | EPOLLHUP)) != 0) {
        ++closing_count_;
        return bury(l, CloseReason::reset);
    }
    if ((what & EPOLLRDHUP) != 0) l.end_seen = true;
    if ((what & EPOLLPRI) != 0) l.urgent_seen = true;
    const bool room_for_message =
        l.message_waits && unacknowledged(link) <= limits::websocket_unacknowledged_bytes_max;
    if (((what & EPOLLOUT) != 0 && l.write_full) || room_for_message) {
        if ((what & EPOLLOUT) != 0) l.write_full = false;
        l.message_waits = false;
        events.on_writable(link);
    }
    if ((what & (EPOLLIN | EPOLLRDHUP)) != 0 && l.state == State::open) events.on_readable(link);
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
        watch(epoll_, fd, link, EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET, EPOLL_CTL_ADD);
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

/// Links that are done: tells so, and makes them free. Lingering ones that ran out of time are cut off.
void EpollTransport::raise_closed(transport::Events& events) {
    if (closing_count_ == 0) return;
    const auto now = now_us();
    bool one_is_free = false;
    for (Link link = 0; link < link_count_; ++link) {
        auto& l = links_[link];
        if (l.state == State::closing && now >= l.close_by_us) bury(l, CloseReason::finished);
        if (l.state != State::closed) continue;
        const auto reason = l.reason;
        l = {};
        --closing_count_;
        one_is_free = true;
        events.on_closed(link, reason);
    }
    if (one_is_free) accept_more(true);  // and its descriptor
}

/// While no link is free, the kernel's backlog holds the newcomers.
void EpollTransport::accept_more(bool wanted) {
    if (listener_ < 0 || accepting_ == wanted) return;
    accepting_ = wanted;
    accept_again_us_ = 0;
    watch(epoll_, listener_, listener_tag, wanted ? static_cast<std::uint32_t>(EPOLLIN) : 0U, EPOLL_CTL_MOD);
}

std::uint64_t EpollTransport::now_us() const {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
}

}  // namespace boardwalk::ports
