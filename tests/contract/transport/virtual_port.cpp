#include "tests/contract/transport/ports.hpp"
#include "tests/support/virtual_network.hpp"

namespace boardwalk::test {
namespace {

class VirtualPeer final : public Peer {
public:
    explicit VirtualPeer(std::unique_ptr<ClientSocket> socket) : socket_(std::move(socket)) {}
    void send(const std::string& text) override { socket_->send(text); }
    std::string receive() override { return socket_->receive(); }
    void finish() override { socket_->finish(); }
    void reset() override { socket_->reset(); }
    [[nodiscard]] bool saw_end() override { return socket_->ended(); }
    [[nodiscard]] bool saw_reset() override {
        (void)receive();
        return socket_->was_reset();
    }

private:
    std::unique_ptr<ClientSocket> socket_;
};

/// A ragged and lossy one: the rules hold over any network.
class VirtualPort final : public PortUnderTest {
public:
    transport::Transport& transport() override { return network_; }
    std::unique_ptr<Peer> connect() override {
        const LinkConditions way{
            .latency_us = 300, .jitter_us = 500, .segment_bytes_max = 700, .loss_per_mille = 5};
        return std::make_unique<VirtualPeer>(network_.connect(way, {}));
    }
    [[nodiscard]] bool loses_packets() const override { return true; }

private:
    VirtualClock clock_;
    VirtualNetwork network_{clock_, Random(1), {.links = links, .send_bytes = 64 * 1024}};
};

}  // namespace

std::unique_ptr<PortUnderTest> make_virtual_port() { return std::make_unique<VirtualPort>(); }

}  // namespace boardwalk::test
