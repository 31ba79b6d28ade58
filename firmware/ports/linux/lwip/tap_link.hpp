#pragma once

#include "firmware/ports/linux/lwip/host_link.hpp"

namespace boardwalk::ports {

/// A TAP device of the kernel's: the board is a machine of its own on that network, with an address of its
/// own.
class TapLink final : public HostLink {
public:
    explicit TapLink(std::string device) : device_(std::move(device)) {}
    ~TapLink() override;

    [[nodiscard]] std::string bring_up(const std::string& address, std::uint16_t port) override;
    void exchange(std::uint32_t timeout_ms) override;

private:
    void send_frame(std::span<const std::uint8_t> frame) override;
    [[nodiscard]] bool receive_some();

    std::string device_;
    int tap_ = -1;
};

}  // namespace boardwalk::ports
