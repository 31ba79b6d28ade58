#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>

#include "firmware/limits.hpp"
#include "firmware/ports/linux/epoll/epoll_transport.hpp"

/// What is written, what of it the peer has acknowledged, and for how much more there is room.
namespace boardwalk::ports {
namespace {

using transport::Link;

iovec piece_of(std::string_view bytes) {
    return {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
}

std::size_t size_of(std::span<const iovec> pieces) {
    std::size_t size = 0;
    for (const auto& piece : pieces)
        size += piece.iov_len;
    return size;
}

}  // namespace

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
    if (!holds(link)) return send_now(l, pieces, flags);
    if (l.write_full) return 0;  // what was taken before goes first
    const auto size = size_of(pieces);
    if (size > limits::held_bytes_max - held_end_) return send_behind_held(pieces);
    for (const auto& piece : pieces) {
        std::memcpy(held_.get() + held_end_, piece.iov_base, piece.iov_len);
        held_end_ += piece.iov_len;
    }
    return size;
}

/// A WebSocket's bytes are never held: their acknowledgements are asked for as they are sent.
void EpollTransport::hold(Link link) {
    const auto& l = links_[link];
    if (is_holding_ || l.state != State::open || l.marks || l.write_full) return;
    held_link_ = link;
    is_holding_ = true;
}

void EpollTransport::drop_held() {
    held_begin_ = held_end_ = 0;
    is_holding_ = false;
}

/// Sends what is held, unless that waits for the kernel already.
void EpollTransport::send_held() {
    if (is_holding_ && !links_[held_link_].write_full) (void)send_behind_held({});
}

/// Sends what is held and `pieces` (at most two) behind it, in one call. Returns what was taken of the
/// pieces. Nothing is held any more, or the link is `write_full`.
std::size_t EpollTransport::send_behind_held(std::span<iovec> pieces) {
    auto& l = links_[held_link_];
    const auto held = held_bytes();
    std::array<iovec, 3> all = {piece_of({held_.get() + held_begin_, held})};
    std::copy(pieces.begin(), pieces.end(), all.begin() + 1);
    const auto taken =
        held + size_of(pieces) == 0 ? 0 : send_now(l, std::span(all).first(1 + pieces.size()), 0);
    if (taken < held) {
        held_begin_ += taken;
        return 0;
    }
    drop_held();
    return taken - held;
}

std::size_t EpollTransport::send_now(LinkState& l, std::span<iovec> pieces, int flags) {
    const auto size = size_of(pieces);
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
    if (holds(link)) send_held();
    if (!l.marks) {
        const std::uint32_t wanted = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY;
        l.marks = ::setsockopt(l.fd, SOL_SOCKET, SO_TIMESTAMPING, &wanted, sizeof wanted) == 0;
    }
    l.message_waits = holds(link) || unacknowledged(link) > limits::websocket_unacknowledged_bytes_max;
    return !l.message_waits;
}

/// What the kernel calls writable: a third of the socket's send buffer is free, some 15 KB and more. Where it
/// says no to poll(2), it tells epoll of the change.
bool EpollTransport::takes_answer(Link link) {
    auto& l = links_[link];
    if (l.state != State::open) return false;
    if (holds(link)) send_held();
    if (holds(link)) return false;  // `write_full` already
    pollfd asked{.fd = l.fd, .events = POLLOUT, .revents = 0};
    if (::poll(&asked, 1, 0) == 1 && (asked.revents & POLLOUT) != 0) return true;
    l.write_full = true;
    return false;
}

std::size_t EpollTransport::unacknowledged(Link link) const {
    int queued = 0;
    if (links_[link].fd >= 0) (void)::ioctl(links_[link].fd, SIOCOUTQ, &queued);
    return static_cast<std::size_t>(queued) + (holds(link) ? held_bytes() : 0);
}

/// The kernel's backlog keeps a peer with its request until a link is free. It remembers in steps of its own
/// when the last bytes came; the time told is at most a step too short, and never too long.
std::uint16_t EpollTransport::waited_ms(Link link) const {
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
    return static_cast<std::uint16_t>(std::max(waited_ms, step_ms) - step_ms);
}

}  // namespace boardwalk::ports
