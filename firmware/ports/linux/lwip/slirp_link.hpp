#pragma once

#include <memory>
#include <vector>

#include "firmware/ports/linux/lwip/host_link.hpp"

struct Slirp;

namespace boardwalk::ports {

/// A network inside this process, made by libslirp: needs no rights. Connections to a port of this computer
/// are passed on to the board at 10.0.2.15; nothing else gets in or out.
class SlirpLink final : public HostLink {
public:
    SlirpLink();
    ~SlirpLink() override;

    [[nodiscard]] std::string bring_up(const std::string& address, std::uint16_t port) override;
    [[nodiscard]] std::uint16_t inner_port(std::uint16_t) const override { return 80; }
    [[nodiscard]] std::uint16_t outer_port(std::uint16_t) const override { return port_; }
    [[nodiscard]] std::string address() const override { return outer_address_; }
    void exchange(std::uint32_t timeout_ms) override;
    /// Peers on this computer's loopback interface look like this.
    [[nodiscard]] bool is_local(const ip_addr_t&) const override;

private:
    struct Frame {
        std::uint16_t size = 0;
        std::array<std::uint8_t, frame_bytes_max> bytes;
    };
    /// Frames that wait for lwIP. slirp sends from within lwIP's own sending, when lwIP must not be given a
    /// frame.
    static constexpr std::size_t frames_max = 512;

    // slirp's callbacks; the context is the link
    static ssize_t take_frame(const void* bytes, std::size_t size, void* link);
    static int add_descriptor(int fd, int events, void* link);
    static int events_of(int index, void* link);

    void send_frame(std::span<const std::uint8_t> frame) override;
    [[nodiscard]] bool deliver_waiting();
    void widen_backlog();

    Slirp* slirp_ = nullptr;
    std::string outer_address_;
    std::uint16_t port_ = 0;
    std::unique_ptr<Frame[]> frames_;  ///< a ring
    std::size_t first_ = 0, waiting_ = 0;
    std::vector<pollfd> descriptors_;
};

}  // namespace boardwalk::ports
