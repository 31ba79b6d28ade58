#pragma once

#include <cstdint>
#include <string>

#include "firmware/transport/transport.hpp"

namespace boardwalk::ports {

/// The TCP of the board on this computer: the kernel's, or lwIP's as on the chip.
class NetworkStack {
public:
    virtual ~NetworkStack() = default;
    virtual transport::Transport& transport() = 0;
    /// Starts to listen on a numeric address, or on one that DHCP gives. May wait for that. Returns an empty
    /// text, or one line that says what is wrong.
    [[nodiscard]] virtual std::string listen(const std::string& address, std::uint16_t port) = 0;
    /// The address that it listens on, which may be one that DHCP gave.
    [[nodiscard]] virtual std::string address() const = 0;
    /// The port that was picked when 0 was asked for.
    [[nodiscard]] virtual std::uint16_t port() const = 0;
    /// Ends a `poll` that waits. From any thread, and from signal handlers.
    virtual void wake() const = 0;
};

}  // namespace boardwalk::ports
