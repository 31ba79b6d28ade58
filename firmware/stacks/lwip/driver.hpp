#pragma once

#include <lwip/ip_addr.h>

#include <cstdint>

namespace boardwalk::ports {

/// What lwIP stands on: the wire and the clock. A TAP device, slirp, a chip's network interface, and the
/// tests' virtual link are such.
class LwipDriver {
public:
    virtual ~LwipDriver() = default;
    /// Hands to lwIP what has arrived; when there is nothing, waits for it for at most `timeout_ms`.
    virtual void exchange(std::uint32_t timeout_ms) = 0;
    /// Monotonic time, in microseconds since some moment; the clock of lwIP's sys_now().
    [[nodiscard]] virtual std::uint64_t now_us() const = 0;
    /// True when a peer with this address is on this very machine.
    [[nodiscard]] virtual bool is_local(const ip_addr_t&) const { return false; }
    /// Within a callback of lwIP's: the next `poll` has something to tell. For drivers whose `exchange` does
    /// not wait, since lwIP has a thread of its own.
    virtual void on_news() {}
};

}  // namespace boardwalk::ports
