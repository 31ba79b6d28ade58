#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "firmware/limits.hpp"
#include "firmware/transport/transport.hpp"

namespace boardwalk::ports {

/// The transport on Linux' own TCP: non-blocking sockets and one edge-triggered epoll. The kernel's
/// TCP_DEFER_ACCEPT is the lobby: a peer that says nothing costs nothing here, and is closed by the end of
/// `silence_ms_max` (which the kernel rounds up to its own steps: 1, 3, 7, 15, 31, 63 s) without ever having
/// been a link.
class EpollTransport final : public transport::Transport {
public:
    explicit EpollTransport(std::size_t links, std::uint32_t silence_ms_max = limits::idle_timeout_ms);
    EpollTransport(const EpollTransport&) = delete;
    EpollTransport& operator=(const EpollTransport&) = delete;
    ~EpollTransport() override;

    /// Starts to listen on a numeric IPv4 or IPv6 address. Returns an empty text, or one line that says what
    /// is wrong.
    [[nodiscard]] std::string listen(const std::string& address, std::uint16_t port);
    /// The port that was picked when 0 was asked for.
    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Ends a `poll` that waits. From any thread, and from signal handlers.
    void wake() const;

    transport::Received read(transport::Link, std::span<char> room) override;
    std::size_t write(transport::Link, std::string_view, transport::Lifetime, bool more) override;
    std::size_t write_both(transport::Link, std::string_view first, std::string_view second,
                           transport::Lifetime) override;
    void hold(transport::Link) override;
    [[nodiscard]] std::size_t unacknowledged(transport::Link) const override;
    [[nodiscard]] bool takes_message(transport::Link) override;
    [[nodiscard]] bool takes_answer(transport::Link) override;
    [[nodiscard]] std::uint16_t waited_ms(transport::Link) const override;
    void close(transport::Link) override;
    void abort(transport::Link) override;
    void describe_peer(transport::Link, TextWriter&) const override;
    [[nodiscard]] bool peer_is_loopback(transport::Link) const override;
    void stop_listening() override;
    void poll(transport::Events&, std::uint32_t timeout_ms) override;
    [[nodiscard]] std::uint64_t now_us() const override;

private:
    enum class State : std::uint8_t { free, open, closing, closed };
    struct LinkState {
        int fd = -1;
        State state = State::free;
        transport::CloseReason reason{};
        bool peer_is_loopback : 1 = false;
        bool end_seen : 1 = false;       ///< EPOLLRDHUP: what is unread is all there will be
        bool urgent_seen : 1 = false;    ///< EPOLLPRI: a short read may not have emptied the socket
        bool drain_again : 1 = false;    ///< closing, and there may be more to drop
        bool write_full : 1 = false;     ///< a write was not taken whole, or an answer would not be
        bool marks : 1 = false;          ///< the kernel is asked to tell when what is marked is acknowledged
        bool message_waits : 1 = false;  ///< takes_message said no
        std::uint32_t unmarked_bytes = 0;    ///< written behind the last mark
        std::uint32_t closing_since_ms = 0;  ///< the lower 32 bits
    };
    static_assert(sizeof(LinkState) <= limits::socket_bytes_max);

    // What epoll tells of the descriptors that are no links.
    static constexpr std::uint32_t listener_tag = 0xffff'ffff;
    static constexpr std::uint32_t waker_tag = 0xffff'fffe;

    void watch(int fd, std::uint32_t tag, std::uint32_t what, int operation) const;
    void accept_all(transport::Events&);
    int accept_one(sockaddr_storage& peer);
    void on_event(transport::Events&, transport::Link, std::uint32_t what);
    std::size_t send(transport::Link, std::span<iovec> pieces, int flags);
    std::size_t send_now(LinkState&, std::span<iovec> pieces, int flags);
    std::size_t send_behind_held(std::span<iovec> pieces);
    void send_held();
    [[nodiscard]] transport::Link number_of(const LinkState& l) const {
        return static_cast<transport::Link>(&l - links_.get());
    }
    [[nodiscard]] bool holds(transport::Link link) const { return is_holding_ && held_link_ == link; }
    /// The kernel goes on with what it has after the linger; what is held waits for the kernel first.
    [[nodiscard]] std::uint32_t linger_ms(transport::Link link) const {
        return holds(link) ? limits::write_stall_timeout_ms : limits::linger_ms_max;
    }
    [[nodiscard]] std::size_t held_bytes() const { return held_end_ - held_begin_; }
    void drop_held();
    static std::ptrdiff_t send_marked(int fd, msghdr& message, int flags);
    static void take_acknowledgements(int fd);
    void drain(LinkState&);
    void drain_all();
    void bury(LinkState&, transport::CloseReason);
    [[nodiscard]] sockaddr_storage peer_of(transport::Link) const;
    [[nodiscard]] std::uint32_t now_ms() const { return static_cast<std::uint32_t>(now_us() / 1'000); }
    void raise_closed(transport::Events&);
    void accept_more(bool wanted);

    std::unique_ptr<LinkState[]> links_;

    // What was taken of one link and not handed to the kernel yet. While the kernel takes no more (its link
    // is `write_full`), no other link's writes are held.
    std::unique_ptr<char[]> held_ = std::make_unique<char[]>(limits::held_bytes_max);
    std::size_t held_begin_ = 0;
    std::size_t held_end_ = 0;
    transport::Link held_link_ = 0;
    bool is_holding_ = false;

    transport::Link link_count_;
    int silence_s_max_;
    std::size_t closing_count_ = 0;  ///< links in `closing` or `closed`
    int epoll_ = -1;
    int listener_ = -1;
    int waker_ = -1;
    bool accepting_ = false;
    bool drain_again_ = false;           ///< some link's
    std::uint64_t accept_again_us_ = 0;  ///< 0: as soon as a link is free
    std::uint16_t port_ = 0;
};

}  // namespace boardwalk::ports
