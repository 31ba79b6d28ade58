#pragma once

#include <lwip/netif.h>
#include <poll.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "firmware/stacks/lwip/driver.hpp"

namespace boardwalk::ports {

/// Stands in the place of an address, and means that a DHCP server is asked for one.
inline constexpr std::string_view by_dhcp = "dhcp";

/// An Ethernet interface of lwIP's in this process. What is at the other end of the cable is up to the kind.
class HostLink : public LwipDriver {
public:
    HostLink();
    HostLink(const HostLink&) = delete;
    HostLink& operator=(const HostLink&) = delete;
    ~HostLink() override;

    /// Connects the interface, so that a board which listens on `inner_port(port)` is reached at `address`
    /// and `port`. Returns an empty text, or one line that says what is wrong.
    [[nodiscard]] virtual std::string bring_up(const std::string& address, std::uint16_t port) = 0;
    /// Where the board is reached: the address that was asked for, or the one that DHCP gave.
    [[nodiscard]] virtual std::string address() const { return address_; }
    [[nodiscard]] virtual std::uint16_t inner_port(std::uint16_t port) const { return port; }
    [[nodiscard]] virtual std::uint16_t outer_port(std::uint16_t inner) const { return inner; }

    /// Ends an `exchange` that waits. From any thread, and from signal handlers.
    void wake() const;
    [[nodiscard]] std::uint64_t now_us() const final;

protected:
    using Mac = std::array<std::uint8_t, 6>;
    static constexpr std::size_t frame_bytes_max = 1514;

    /// Adds the interface to lwIP with one numeric address (a /24 of IPv4 or a /64 of IPv6), or without one
    /// for `by_dhcp`.
    void add_interface(const Mac&, const std::string& address);
    /// Asks a DHCP server for an address, for as long as `address_patience_us`. Returns false when none gave
    /// one.
    [[nodiscard]] bool ask_for_address();
    void remove_interface();
    virtual void send_frame(std::span<const std::uint8_t> frame) = 0;
    void receive_frame(std::span<const std::uint8_t> frame);
    /// For `poll`; `drain_waker` once it has ended.
    [[nodiscard]] pollfd waker() const { return {.fd = waker_, .events = POLLIN, .revents = 0}; }
    void drain_waker() const;

private:
    static err_t set_up(netif*);
    static err_t send(netif*, pbuf*);

    netif interface_{};
    std::string address_;
    bool added_ = false;
    int waker_;
};

}  // namespace boardwalk::ports
