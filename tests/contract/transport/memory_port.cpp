#include "tests/contract/transport/ports.hpp"
#include "tests/support/memory_transport.hpp"

namespace boardwalk::test {
namespace {

class MemoryPeer final : public Peer {
public:
    MemoryPeer(MemoryTransport& network, transport::Link link) : network_(network), link_(link) {
        network_.set_window(link_, 64 * 1024);
    }
    void send(const std::string& text) override { network_.send(link_, text); }
    std::string receive() override { return network_.take(link_); }
    void finish() override { network_.finish(link_); }
    void reset() override { network_.reset(link_); }
    [[nodiscard]] bool saw_end() override { return network_.saw_end(link_); }
    [[nodiscard]] bool saw_reset() override { return network_.saw_reset(link_); }

private:
    MemoryTransport& network_;
    transport::Link link_;
};

class MemoryPort final : public PortUnderTest {
public:
    transport::Transport& transport() override { return network_; }
    std::unique_ptr<Peer> connect() override {
        return std::make_unique<MemoryPeer>(network_, network_.connect());
    }

private:
    MemoryTransport network_{links};
};

}  // namespace

std::unique_ptr<PortUnderTest> make_memory_port() { return std::make_unique<MemoryPort>(); }

}  // namespace boardwalk::test
