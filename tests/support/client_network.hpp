#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace boardwalk::test {

/// What one client's way to the board is like. TCP hides loss and reorder from both ends: here they show as
/// time.
struct LinkConditions {
    std::uint32_t latency_us = 500;  ///< one way
    std::uint32_t jitter_us = 0;
    std::uint32_t segment_bytes_max = 1460;  ///< each segment has a random size up to this
    std::uint32_t loss_per_mille = 0;      ///< a lost segment, and all behind it, comes 200 ms later, or more
    std::size_t window_bytes = 32 * 1024;  ///< what the client's side holds unread
};

/// A client's end of one connection, whatever network is between it and the board.
class ClientSocket {
public:
    /// Destroying an open socket closes it, as the death of a process does.
    virtual ~ClientSocket() = default;

    /// Queues bytes: they leave as the board's window lets them.
    virtual void send(std::string_view) = 0;
    /// What has arrived, at most so many bytes. What is left unread closes the window.
    virtual std::string receive(std::size_t bytes_max = SIZE_MAX) = 0;
    /// Ends its own direction and reads on (half-close).
    virtual void finish() = 0;
    /// Ends both: what still comes is answered by a reset.
    virtual void close() = 0;
    virtual void reset() = 0;
    /// The cable is pulled: says nothing any more, and hears nothing.
    virtual void vanish() = 0;

    [[nodiscard]] virtual bool connected() const = 0;
    /// The board's end has come, and all before it was received.
    [[nodiscard]] virtual bool ended() const = 0;
    /// The board, or its network, reset the connection, and what had arrived before was received (as on
    /// Linux; other systems throw it away).
    [[nodiscard]] virtual bool was_reset() const = 0;
    /// For the books, after a connection's life: what the board handed to its network and this client did not
    /// receive.
    [[nodiscard]] virtual std::string_view undelivered() const = 0;
};

/// Where clients get their connections from. `on_change` is called when a socket got connected, has
/// something to read, ended or was reset; never from within a call of the client's.
class ClientNetwork {
public:
    virtual ~ClientNetwork() = default;
    virtual std::unique_ptr<ClientSocket> connect(const LinkConditions&, std::function<void()> on_change) = 0;
};

}  // namespace boardwalk::test
