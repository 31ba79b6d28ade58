#pragma once

#include <lwip/tcp.h>

#include <array>
#include <cstdint>
#include <memory>

#include "firmware/limits.hpp"
#include "firmware/stacks/lwip/driver.hpp"
#include "firmware/transport/transport.hpp"

namespace boardwalk::ports {

/// The transport on lwIP's raw API, for a computer, the bare-metal image and ESP-IDF alike. Everything runs
/// in one thread, on ESP-IDF lwIP's own.
///
/// lwIP's callbacks only note what happened; `poll` tells it afterwards. So the server's calls never run
/// inside a callback, where a pcb may not be aborted without telling lwIP so.
///
/// This class decides which connections are admitted, and not the size of lwIP's pools: the backlog is always
/// the number of free links, so that a handshake beyond them goes unanswered and the peer repeats it.
class LwipTransport final : public transport::Transport {
public:
    LwipTransport(LwipDriver&, std::size_t links);
    LwipTransport(const LwipTransport&) = delete;
    LwipTransport& operator=(const LwipTransport&) = delete;
    ~LwipTransport() override;

    /// Starts to listen on all addresses of the stack, IPv4 and IPv6; 0 picks a port. Returns false when the
    /// port is taken.
    [[nodiscard]] bool listen(std::uint16_t port);
    [[nodiscard]] std::uint16_t port() const;

    transport::Received read(transport::Link, std::span<char> room) override;
    std::size_t write(transport::Link, std::string_view, transport::Lifetime, bool more) override;
    [[nodiscard]] std::size_t unacknowledged(transport::Link) const override;
    [[nodiscard]] bool takes_message(transport::Link) override;
    [[nodiscard]] bool takes_answer(transport::Link) override;
    void close(transport::Link) override;
    void abort(transport::Link) override;
    void describe_peer(transport::Link, TextWriter&) const override;
    [[nodiscard]] bool peer_is_loopback(transport::Link) const override;
    void stop_listening() override;
    void poll(transport::Events&, std::uint32_t timeout_ms) override;
    [[nodiscard]] std::uint64_t now_us() const override { return driver_.now_us(); }

    // --- for lwIP, where the pool of packets is ours (receive_pool.cpp)
    /// Whether a segment that has come is taken. A link that holds nothing always gets one; more only as long
    /// as the pool has one for each of those.
    [[nodiscard]] static bool admits(const tcp_pcb&, std::uint32_t sequence_number, const pbuf&);

private:
    enum class State : std::uint8_t { free, open, closing, closed };
    struct LinkState {
        LwipTransport* owner = nullptr;
        tcp_pcb* pcb = nullptr;  ///< none once it is closed
        pbuf* unread = nullptr;  ///< received; its bytes are taken off the window until they are read
        std::uint64_t close_by_us = 0;
        std::uint32_t unacknowledged = 0;
        State state = State::free;
        transport::CloseReason reason{};
        bool announced = false;      ///< on_open was raised
        bool armed = true;           ///< on_readable may be raised: the last read came back short
        bool news = false;           ///< something came since the last short read
        bool ended = false;          ///< the peer has finished sending
        bool write_full = false;     ///< a write was not taken whole
        bool starved = false;        ///< for want of memory
        bool writable = false;       ///< and may go on now
        bool message_waits = false;  ///< takes_message said no
        bool answer_waits = false;   ///< takes_answer said no
    };

    /// Segments that the longest frame needs, and one for the end.
    static constexpr u16_t segments_kept_free =
        (limits::websocket_frame_bytes_max + TCP_MSS - 1) / TCP_MSS + 1;

    /// Memory for one message. All links share lwIP's memory for copies, and links that are slow to
    /// acknowledge may hold all of it. A message that the transport promised to take uses this reserve, which
    /// is refilled when memory comes back.
    struct Reserve {
        void* bytes = nullptr;
        std::array<void*, segments_kept_free> segments{};
        bool complete = false;
        void take();
        void give_back();
    };

    // lwIP's callbacks
    static err_t on_accepted(void* transport, tcp_pcb*, err_t);
    static err_t on_received(void* link, tcp_pcb*, pbuf*, err_t);
    static err_t on_acknowledged(void* link, tcp_pcb*, u16_t bytes);
    static void on_failed(void* link, err_t);

    /// Appends what has come to what is unread. Returns false when there is no memory.
    [[nodiscard]] static bool keep(pbuf*& unread, pbuf* data);
    err_t accept(tcp_pcb*);
    [[nodiscard]] bool append(const LinkState&, std::string_view bytes, u8_t flags) const;
    [[nodiscard]] bool has_room_for_message(const LinkState&) const;
    [[nodiscard]] bool has_room_for_answer(const LinkState&) const;
    void note_room(LinkState&);
    void set_backlog();
    void note_news();
    void drop_unread(LinkState&);
    void finish_when_done(LinkState&);
    void part_from(LinkState&, transport::CloseReason);
    void note_closed(LinkState&, transport::CloseReason);
    void retry_starved();
    void raise_closed(transport::Events&);
    void raise(transport::Events&, transport::Link);

    LwipDriver& driver_;
    std::unique_ptr<LinkState[]> links_;
    transport::Link link_count_;
    transport::Link used_count_ = 0;     ///< links with a pcb
    transport::Link links_end_ = 0;      ///< behind the last that is used: newcomers take the first free one
    transport::Link closing_count_ = 0;  ///< links in `closing` or `closed`
    bool news_ = false;                  ///< some link has something to tell
    bool starved_ = false;               ///< some link waits for memory
    Reserve reserve_;
    tcp_pcb* listener_ = nullptr;
};

}  // namespace boardwalk::ports
