#pragma once

#include <netinet/in.h>
#include <poll.h>

#include <memory>

#include "firmware/transport/transport.hpp"

namespace boardwalk::ports {

/// The transport on nothing but BSD sockets and poll(2): a network stack that offers these is carried
/// already. IPv4. All memory is taken in the constructor.
class SocketTransport final : public transport::Transport {
public:
    explicit SocketTransport(std::size_t links);
    SocketTransport(const SocketTransport&) = delete;
    SocketTransport& operator=(const SocketTransport&) = delete;
    ~SocketTransport() override;

    /// Starts to listen on an address in host byte order. Returns false, and sets errno, when that failed.
    [[nodiscard]] bool listen(std::uint32_t address, std::uint16_t port);
    /// The port that was picked when 0 was asked for.
    [[nodiscard]] std::uint16_t port() const { return port_; }

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
    [[nodiscard]] std::uint64_t now_us() const override;

private:
    /// `closed`: the socket is gone, and `on_closed` is still to come.
    enum class State : std::uint8_t { free, open, closing, closed };
    struct LinkState {
        int socket = -1;
        State state = State::free;
        transport::CloseReason reason{};
        bool wants_readable = false;  ///< the last `read` emptied the socket, or none was made
        bool wants_writable = false;  ///< the last `write` was not taken whole, or an answer would not be
        bool message_waits = false;   ///< takes_message said no
        std::uint64_t close_by_us = 0;
        sockaddr_in peer{};
    };

    void accept_one(transport::Events&);
    void deal_with(transport::Events&, transport::Link, short what);
    void drain(LinkState&);
    void bury(LinkState&, transport::CloseReason);
    [[nodiscard]] LinkState* free_link();
    [[nodiscard]] std::uint32_t watch(std::uint32_t timeout_ms);
    void raise_closed(transport::Events&);

    std::unique_ptr<LinkState[]> links_;
    std::unique_ptr<pollfd[]> watched_;  ///< one a link, the listener behind them
    transport::Link link_count_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::uint64_t accept_after_us_ = 0;  ///< the system was out of sockets: not before
};

}  // namespace boardwalk::ports
