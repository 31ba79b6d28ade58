#pragma once

#include <memory>

#include "firmware/ports/linux/lwip/host_link.hpp"
#include "firmware/ports/linux/network_stack.hpp"
#include "firmware/stacks/lwip/lwip_transport.hpp"

namespace boardwalk::ports {

/// The chip's TCP/IP on this computer.
class LwipStack final : public NetworkStack {
public:
    /// What lwIP's pools are built for here.
    static constexpr std::size_t connections_max = BOARDWALK_LWIP_SLOTS;

    LwipStack(std::unique_ptr<HostLink> link, std::size_t links)
        : link_(std::move(link)), transport_(*link_, links) {}

    transport::Transport& transport() override { return transport_; }
    [[nodiscard]] std::string listen(const std::string& address, std::uint16_t port) override {
        if (auto error = link_->bring_up(address, port); !error.empty()) return error;
        return transport_.listen(link_->inner_port(port)) ? std::string() : "lwIP cannot listen";
    }
    [[nodiscard]] std::string address() const override { return link_->address(); }
    [[nodiscard]] std::uint16_t port() const override { return link_->outer_port(transport_.port()); }
    void wake() const override { link_->wake(); }

private:
    std::unique_ptr<HostLink> link_;
    LwipTransport transport_;
};

}  // namespace boardwalk::ports
