#pragma once

#include <cstdint>
#include <optional>

#include "firmware/stacks/lwip/driver.hpp"

namespace boardwalk::ports {

/// The time of day by SNTP (RFC 4330), with lwIP's client. Asks a given server or the one that DHCP names
/// (option 42), and again every hour. An answer must repeat what was asked, so that only a host that sees the
/// query can set the clock. There is one such object in a program.
class SntpClock {
public:
    explicit SntpClock(const LwipDriver&);
    SntpClock(const SntpClock&) = delete;
    SntpClock& operator=(const SntpClock&) = delete;
    ~SntpClock();

    /// Call before DHCP begins: the server that DHCP names is asked.
    void take_server_from_dhcp();
    void set_server(const ip_addr_t&);
    /// Begins to ask, within five seconds (RFC 4330 §10: a street of boards that got its power back does not
    /// ask at once). Once there is an address to ask from.
    void start();

    /// Milliseconds since 1970 in UTC; nothing before the first answer.
    [[nodiscard]] std::optional<std::int64_t> utc_ms() const;

    // --- for lwIP
    void set(std::uint32_t seconds, std::uint32_t microseconds);
    [[nodiscard]] std::uint64_t microseconds() const;

private:
    const LwipDriver& driver_;
    bool known_ = false;
    std::uint64_t ahead_us_ = 0;  ///< of the driver's clock
};

}  // namespace boardwalk::ports
