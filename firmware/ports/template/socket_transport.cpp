#include "firmware/ports/template/socket_transport.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

#include "firmware/limits.hpp"

namespace boardwalk::ports {
namespace {

using transport::CloseReason;
using transport::Link;

constexpr int backlog = 16;
constexpr std::uint64_t out_of_sockets_pause_us = 100'000;
/// poll(2) does not tell of acknowledgements; a stack that does needs no such look.
constexpr std::uint32_t look_for_acknowledgement_ms = 1;

}  // namespace

SocketTransport::SocketTransport(std::size_t links)
    : links_(std::make_unique<LinkState[]>(links)),
      watched_(std::make_unique<pollfd[]>(links + 1)),
      link_count_(static_cast<Link>(links)) {}

SocketTransport::~SocketTransport() {
    for (Link link = 0; link < link_count_; ++link) {
        if (links_[link].socket >= 0) ::close(links_[link].socket);
    }
    stop_listening();
}

bool SocketTransport::listen(std::uint32_t address, std::uint16_t port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(address);
    where.sin_port = htons(port);
    socklen_t size = sizeof where;
    const int on = 1;
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (listener_ < 0) return false;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::fcntl(listener_, F_SETFL, O_NONBLOCK);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&where), size) != 0 ||
        ::listen(listener_, backlog) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size) != 0) {
        return false;
    }
    port_ = ntohs(where.sin_port);
    return true;
}

void SocketTransport::stop_listening() {
    if (listener_ >= 0) ::close(listener_);
    listener_ = -1;
}

transport::Received SocketTransport::read(Link link, std::span<char> room) {
    auto& l = links_[link];
    if (l.state != State::open) return {};
    const auto got = ::recv(l.socket, room.data(), room.size(), 0);
    // After the peer's end the socket would stay readable for ever, so it is no longer polled for reading.
    l.wants_readable = got != 0 && got < static_cast<std::ptrdiff_t>(room.size());
    if (got < 0) return {};  // nothing there; an error is poll's to tell
    return {.bytes = static_cast<std::size_t>(got), .end = got == 0};
}

/// A stack that keeps references instead of copies takes `Lifetime::fixed` bytes without one: see
/// stacks/lwip.
std::size_t SocketTransport::write(Link link, std::string_view bytes, transport::Lifetime, bool more) {
    auto& l = links_[link];
    if (l.state != State::open) return 0;
    const auto sent = ::send(l.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | (more ? MSG_MORE : 0));
    const auto taken = static_cast<std::size_t>(std::max<std::ptrdiff_t>(sent, 0));
    l.wants_writable = taken < bytes.size();
    return taken;
}

/// The one call that is not of POSIX. Linux has SIOCOUTQ, the BSDs FIONWRITE; a stack that tells neither must
/// count what it acknowledged, or slow clients look like fast ones.
std::size_t SocketTransport::unacknowledged(Link link) const {
    int queued = 0;
    if (links_[link].socket >= 0) ::ioctl(links_[link].socket, SIOCOUTQ, &queued);
    return static_cast<std::size_t>(queued);
}

bool SocketTransport::takes_message(Link link) {
    auto& l = links_[link];
    l.message_waits = unacknowledged(link) > limits::websocket_unacknowledged_bytes_max;
    return l.state == State::open && !l.message_waits;
}

bool SocketTransport::takes_answer(Link link) {
    auto& l = links_[link];
    pollfd asked = {.fd = l.socket, .events = POLLOUT, .revents = 0};
    l.wants_writable = ::poll(&asked, 1, 0) != 1 || (asked.revents & POLLOUT) == 0;
    return l.state == State::open && !l.wants_writable;
}

void SocketTransport::close(Link link) {
    auto& l = links_[link];
    if (l.state != State::open) return;
    l.state = State::closing;
    l.close_by_us = now_us() + limits::linger_ms_max * 1'000ULL;
    ::shutdown(l.socket, SHUT_WR);
    drain(l);
}

void SocketTransport::abort(Link link) {
    auto& l = links_[link];
    if (l.state == State::closing) bury(l, CloseReason::finished);  // the stack ends it in order
    if (l.state == State::open) bury(l, CloseReason::aborted);
}

/// Drops what a closing link's peer still sends: a socket that is closed over unread bytes sends a reset,
/// which takes the last answer with it.
void SocketTransport::drain(LinkState& l) {
    std::array<char, 512> dropped;
    const auto got = ::recv(l.socket, dropped.data(), dropped.size(), 0);
    if (got == 0) bury(l, CloseReason::finished);
    if (got < 0 && errno != EAGAIN) bury(l, CloseReason::reset);
}

/// The socket goes now; `on_closed` comes with the next poll, never inside a call.
void SocketTransport::bury(LinkState& l, CloseReason reason) {
    if (reason == CloseReason::aborted) {
        const linger reset{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(l.socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    ::close(l.socket);
    l.socket = -1;
    l.state = State::closed;
    l.reason = reason;
}

void SocketTransport::describe_peer(Link link, TextWriter& out) const {
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, &links_[link].peer.sin_addr, text.data(), text.size());
    out.append(std::string_view(text.data()));
    out.append(':');
    out.append_number(ntohs(links_[link].peer.sin_port));
}

bool SocketTransport::peer_is_loopback(Link link) const {
    return (ntohl(links_[link].peer.sin_addr.s_addr) >> 24) == 127;
}

void SocketTransport::poll(transport::Events& events, std::uint32_t timeout_ms) {
    raise_closed(events);
    const auto wait_ms = watch(timeout_ms);
    const int ready = ::poll(watched_.get(), static_cast<nfds_t>(link_count_) + 1, static_cast<int>(wait_ms));
    for (Link link = 0; ready > 0 && link < link_count_; ++link) {
        if (watched_[link].revents != 0) deal_with(events, link, watched_[link].revents);
    }
    for (Link link = 0; link < link_count_; ++link) {
        if (links_[link].state == State::open && links_[link].message_waits && takes_message(link))
            events.on_writable(link);
    }
    if (ready > 0 && (watched_[link_count_].revents & POLLIN) != 0) accept_one(events);
    raise_closed(events);
}

/// Asks only for what the server can use: what it does not read stays in the network, whose window shuts.
std::uint32_t SocketTransport::watch(std::uint32_t timeout_ms) {
    const auto now = now_us();
    for (Link link = 0; link < link_count_; ++link) {
        const auto& l = links_[link];
        const bool reads = l.state == State::closing || l.wants_readable;
        watched_[link] = {
            .fd = l.socket,
            .events = static_cast<short>((reads ? POLLIN : 0) | (l.wants_writable ? POLLOUT : 0)),
            .revents = 0};
        if (l.state == State::open && l.message_waits)
            timeout_ms = std::min(timeout_ms, look_for_acknowledgement_ms);
        if (l.state == State::closing && l.close_by_us < now + timeout_ms * 1'000ULL) {
            timeout_ms = static_cast<std::uint32_t>((std::max(l.close_by_us, now) - now) / 1'000 + 1);
        }
    }
    // While no link is free, the stack's backlog holds the newcomers.
    const bool accepts = free_link() != nullptr && now >= accept_after_us_;
    watched_[link_count_] = {.fd = accepts ? listener_ : -1, .events = POLLIN, .revents = 0};
    return now < accept_after_us_ ? std::min<std::uint32_t>(timeout_ms, out_of_sockets_pause_us / 1'000)
                                  : timeout_ms;
}

void SocketTransport::deal_with(transport::Events& events, Link link, short what) {
    auto& l = links_[link];
    if (l.state == State::closing) return drain(l);
    if (l.state == State::open && (what & (POLLERR | POLLHUP)) != 0) return bury(l, CloseReason::reset);
    if (l.state == State::open && (what & POLLOUT) != 0) {
        l.wants_writable = false;
        events.on_writable(link);
    }
    if (l.state == State::open && (what & POLLIN) != 0) {  // on_writable may have ended it
        l.wants_readable = false;
        events.on_readable(link);
    }
}

/// Accepts one connection a turn, so that a burst of new clients does not delay those that are served.
void SocketTransport::accept_one(transport::Events& events) {
    auto* const l = free_link();
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    const int socket = ::accept(listener_, reinterpret_cast<sockaddr*>(&peer), &size);
    if (socket < 0) {
        // Out of sockets, and the newcomer stays in the backlog: asked again at once, this would be a busy
        // loop.
        if (errno != EAGAIN && errno != ECONNABORTED) accept_after_us_ = now_us() + out_of_sockets_pause_us;
        return;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);  // urgent bytes are bytes, too
    ::fcntl(socket, F_SETFL, O_NONBLOCK);
    *l = {.socket = socket, .state = State::open, .wants_readable = true, .peer = peer};
    events.on_open(static_cast<Link>(l - links_.get()));
}

SocketTransport::LinkState* SocketTransport::free_link() {
    auto* const end = links_.get() + link_count_;
    auto* const found =
        std::find_if(links_.get(), end, [](const LinkState& one) { return one.state == State::free; });
    return found == end ? nullptr : found;
}

/// Tells of links that are done, and makes them free. Those that linger beyond their time are cut off.
void SocketTransport::raise_closed(transport::Events& events) {
    const auto now = now_us();
    for (Link link = 0; link < link_count_; ++link) {
        auto& l = links_[link];
        if (l.state == State::closing && now >= l.close_by_us) bury(l, CloseReason::finished);
        if (l.state != State::closed) continue;
        const auto reason = l.reason;
        l = {};
        events.on_closed(link, reason);
    }
}

std::uint64_t SocketTransport::now_us() const {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
}

}  // namespace boardwalk::ports
