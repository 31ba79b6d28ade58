#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/core/text_writer.hpp"
#include "firmware/limits.hpp"

/// The one seam between the server and a network. A port implements `Transport` and raises `Events`; the
/// contract suite (tests/contract/transport) holds every port to what is written here.
namespace boardwalk::transport {

/// Names one connection of the port, 0 … links - 1; used again after `on_closed`.
using Link = std::uint16_t;

enum class CloseReason : std::uint8_t {
    finished,  ///< closed in order: we called `close`, and the peer finished or ran out of time
    reset,     ///< the peer reset it, or the network gave up
    aborted,   ///< we called `abort`
};

/// Raised only from within `Transport::poll`, never from within another call: a handler may call anything.
class Events {
public:
    virtual ~Events() = default;
    /// A peer connected.
    virtual void on_open(Link) = 0;
    /// There is something to read: bytes, or the peer's end. Comes again only after `read` returned fewer
    /// bytes than it had room for.
    virtual void on_readable(Link) = 0;
    /// A `write` that was not taken whole can go on, or there is room again after `takes_message` or
    /// `takes_answer` said that there is none.
    virtual void on_writable(Link) = 0;
    /// Always a link's last event, exactly once, also after `close` and `abort`.
    virtual void on_closed(Link, CloseReason) = 0;
};

struct Received {
    std::size_t bytes = 0;
    bool end = false;  ///< the peer has finished sending (half-close); it may still read
};

/// Where the bytes of a write live.
enum class Lifetime : std::uint8_t {
    copied,  ///< the port takes a copy
    fixed    ///< they outlive the link, and what is repeated for it after its end: sent by reference
};

class Transport {
public:
    virtual ~Transport() = default;

    /// Moves what has arrived into `room`. What is not read stays with the network: the peer's window closes.
    virtual Received read(Link, std::span<char> room) = 0;
    /// Returns how many bytes were taken, in order from the front. Fewer than all: `on_writable` follows.
    /// While `takes_message` says so, `limits::websocket_frame_bytes_max` are taken whole. `more`: another
    /// write follows at once, so a packet need not leave yet.
    virtual std::size_t write(Link, std::string_view bytes, Lifetime, bool more) = 0;
    /// Writes `first`, of which the port takes a copy, and `second` right behind it. Returns how many bytes
    /// of both were taken. For a port that can gather them in one call; else two writes.
    virtual std::size_t write_both(Link link, std::string_view first, std::string_view second,
                                   Lifetime lifetime_of_second) {
        const auto taken = write(link, first, Lifetime::copied, true);
        return taken < first.size() ? taken : taken + write(link, second, lifetime_of_second, false);
    }
    /// Requests came together, so what is written to this link from here on may leave together: when the
    /// present event is over, or at the next `poll`, at the latest. For ports where each call costs much.
    virtual void hold(Link) {}
    /// Bytes taken by `write` that the peer has not acknowledged yet.
    [[nodiscard]] virtual std::size_t unacknowledged(Link) const = 0;
    /// True while at most `limits::websocket_unacknowledged_bytes_max` bytes are unacknowledged; for less
    /// time where the memory that a message needs is other links', too. False: `on_writable` follows once it
    /// is true, when the acknowledgement comes.
    [[nodiscard]] virtual bool takes_message(Link) = 0;
    /// True while `limits::websocket_answer_bytes_max` more are taken whole, however much is unacknowledged.
    /// False: `on_writable` follows once it is true.
    [[nodiscard]] virtual bool takes_answer(Link) = 0;
    /// How long the first bytes of a link have been in the network already, where it can tell; else 0. At
    /// most `limits::idle_timeout_ms`. Asked once, when the link's first `on_readable` comes.
    [[nodiscard]] virtual std::uint16_t waited_ms(Link) const { return 0; }
    /// Sends what was taken, then the end. Reads and drops what still comes, for at most
    /// `limits::linger_ms_max`, so that a last answer is not lost to a reset (RFC 9112 §9.6). No more events
    /// but `on_closed`.
    virtual void close(Link) = 0;
    /// Resets the connection. One that is closing already is only given up: the network goes on with what was
    /// taken as well as it can without the link. No more events but `on_closed`.
    virtual void abort(Link) = 0;
    /// Writes the peer's address and port, "192.168.1.7:51234".
    virtual void describe_peer(Link, TextWriter&) const = 0;
    /// True when the peer is on this very machine.
    [[nodiscard]] virtual bool peer_is_loopback(Link) const = 0;

    /// Stops taking new peers; those that are connected stay.
    virtual void stop_listening() = 0;
    /// Waits for at most `timeout_ms` for something to happen and raises the events.
    virtual void poll(Events&, std::uint32_t timeout_ms) = 0;
    /// Monotonic time, in microseconds since some moment.
    [[nodiscard]] virtual std::uint64_t now_us() const = 0;
};

}  // namespace boardwalk::transport
