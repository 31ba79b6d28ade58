#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "firmware/transport/transport.hpp"
#include "tests/support/client_network.hpp"
#include "tests/support/flow.hpp"

namespace boardwalk::test {

/// A transport whose network takes time: latency, segments of any size, windows that fill, losses that show
/// as stalls, resets, half-close, silence, and a backlog like a kernel's. All of it on a virtual clock and
/// from a seed: the same seed, the same run. The server's waiting in `poll` is what lets time pass.
class VirtualNetwork final : public transport::Transport, public ClientNetwork {
public:
    using Link = transport::Link;

    struct Options {
        std::size_t links = 32;
        std::size_t send_bytes =
            5'760;  ///< taken and unacknowledged, each connection; at least 5 KB (`write`)
        std::size_t window_bytes = 5'760;  ///< arrived and unread, each connection
        std::size_t backlog = 64;       ///< peers that wait for a link; the next tries again a second later
        bool defers_accept = false;     ///< like TCP_DEFER_ACCEPT: a link is given at the first byte
        bool repeats_readable = false;  ///< like epoll's edges: says again that there is something to read
        std::uint32_t turn_us = 20;     ///< what each turn of the loop costs
    };

    VirtualNetwork(VirtualClock& clock, Random random, const Options& options);
    VirtualNetwork(const VirtualNetwork&) = delete;
    VirtualNetwork& operator=(const VirtualNetwork&) = delete;
    ~VirtualNetwork() override;

    /// Sockets must not outlive the network.
    std::unique_ptr<ClientSocket> connect(const LinkConditions&, std::function<void()> on_change) override;
    /// Ends a `poll` that waits, as a worker does that is done.
    void wake() { woken_ = true; }

    transport::Received read(Link, std::span<char> room) override;
    std::size_t write(Link, std::string_view, transport::Lifetime, bool more) override;
    [[nodiscard]] std::size_t unacknowledged(Link) const override;
    [[nodiscard]] bool takes_message(Link) override;
    [[nodiscard]] bool takes_answer(Link) override;
    void close(Link) override;
    void abort(Link) override;
    void describe_peer(Link, TextWriter&) const override;
    [[nodiscard]] bool peer_is_loopback(Link) const override { return true; }
    void stop_listening() override;
    void poll(transport::Events&, std::uint32_t timeout_ms) override;
    [[nodiscard]] std::uint64_t now_us() const override { return clock_.now_us(); }

private:
    struct Connection;
    class Socket;
    struct LinkState {
        Connection* connection = nullptr;
        bool closed = false;  ///< on_closed is to be told
        transport::CloseReason reason{};
    };

    void on_handshake(Connection&, int attempt);
    void offer(Connection&);
    void on_arrival_at_board(Connection&);
    void on_reset_at_board(Connection&);
    void reset_client(Connection&);
    void bury(Connection&, transport::CloseReason);
    void mark_ready(Link);
    [[nodiscard]] Connection* open_connection(Link) const;
    [[nodiscard]] Link free_link() const;
    [[nodiscard]] bool has_events() const;
    void accept_all(transport::Events&);
    void raise(transport::Events&, Link);

    VirtualClock& clock_;
    Random random_;
    Options options_;
    std::vector<std::unique_ptr<Connection>> connections_;  ///< past ones too: tasks may still name them
    std::vector<LinkState> links_;
    std::deque<Connection*> backlog_;
    std::vector<Link> ready_;
    bool listening_ = true;
    bool woken_ = false;
};

}  // namespace boardwalk::test
