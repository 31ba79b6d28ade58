#include "firmware/ports/linux/epoll/epoll_transport.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
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

using transport::CloseReason;
using transport::Link;

EpollTransport::EpollTransport(std::size_t links, std::uint32_t silence_ms_max)
    : links_(std::make_unique<LinkState[]>(links)),
      link_count_(static_cast<Link>(links)),
      silence_s_max_(static_cast<int>(silence_ms_max / 1'000)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      waker_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    watch(waker_, waker_tag, EPOLLIN, EPOLL_CTL_ADD);
}

EpollTransport::~EpollTransport() {
    for (std::size_t i = 0; i < link_count_; ++i) {
        if (links_[i].fd >= 0) ::close(links_[i].fd);
    }
    stop_listening();
    ::close(waker_);
    ::close(epoll_);
}

void EpollTransport::watch(int fd, std::uint32_t tag, std::uint32_t what, int operation) const {
    epoll_event event{};
    event.events = what;
    event.data.u32 = tag;
    (void)::epoll_ctl(epoll_, operation, fd, &event);
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

void EpollTransport::close(Link link) {
    auto& l = links_[link];
    if (l.state != State::open) return;
    ++closing_count_;
    l.state = State::closing;
    l.closing_since_ms = now_ms();
    if (holds(link)) send_held();
    if (!holds(link)) ::shutdown(l.fd, SHUT_WR);
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
        if (got == 0 && holds(number_of(l))) return;  // the peer still reads
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
    if (holds(number_of(l))) drop_held();
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
    send_held();
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
            send_held();
        }
    }
    drain_all();
    raise_closed(events);
}

void EpollTransport::on_event(transport::Events& events, Link link, std::uint32_t what) {
    auto& l = links_[link];
    if ((what & EPOLLOUT) != 0 && l.write_full && holds(link)) {
        l.write_full = false;
        send_held();
        if (!holds(link) && l.state == State::closing) ::shutdown(l.fd, SHUT_WR);
        else if (!holds(link)) l.write_full = true;  // so that the server hears of the room, below
        else what &= ~static_cast<std::uint32_t>(EPOLLOUT);
    }
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

/// Links that are done: tells so, and makes them free. Lingering ones that ran out of time are cut off.
void EpollTransport::raise_closed(transport::Events& events) {
    if (closing_count_ == 0) return;
    const auto now = now_ms();
    bool one_is_free = false;
    for (Link link = 0; link < link_count_; ++link) {
        auto& l = links_[link];
        if (l.state == State::closing && now - l.closing_since_ms >= linger_ms(link))
            bury(l, CloseReason::finished);
        if (l.state != State::closed) continue;
        const auto reason = l.reason;
        l = {};
        --closing_count_;
        one_is_free = true;
        events.on_closed(link, reason);
    }
    if (one_is_free) accept_more(true);  // and its descriptor
}

std::uint64_t EpollTransport::now_us() const {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
}

}  // namespace boardwalk::ports
