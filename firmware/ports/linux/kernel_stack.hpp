#pragma once

#include "firmware/ports/linux/epoll/epoll_transport.hpp"
#include "firmware/ports/linux/network_stack.hpp"

namespace boardwalk::ports {

class KernelStack final : public NetworkStack {
public:
    explicit KernelStack(std::size_t links) : transport_(links) {}
    transport::Transport& transport() override { return transport_; }
    [[nodiscard]] std::string listen(const std::string& address, std::uint16_t port) override {
        address_ = address;
        return transport_.listen(address, port);
    }
    [[nodiscard]] std::string address() const override { return address_; }
    [[nodiscard]] std::uint16_t port() const override { return transport_.port(); }
    void wake() const override { transport_.wake(); }

private:
    EpollTransport transport_;
    std::string address_;
};

}  // namespace boardwalk::ports
