#include <stdexcept>

#include "firmware/stacks/lwip/lwip_transport.hpp"
#include "tests/contract/transport/ports.hpp"
#include "tests/support/lwip/client.hpp"
#include "tests/support/lwip/virtual_link.hpp"

namespace boardwalk::test {
namespace {

class LwipPeer final : public Peer {
public:
    LwipPeer(const ip_addr_t& address, std::uint16_t port) : client_(address, port) {}
    void send(const std::string& text) override { client_.send(text); }
    std::string receive() override { return client_.receive(); }
    void finish() override { client_.finish(); }
    void reset() override { client_.reset(); }
    [[nodiscard]] bool saw_end() override { return client_.saw_end(); }
    [[nodiscard]] bool saw_reset() override { return client_.saw_reset(); }

private:
    LwipClient client_;
};

class LwipPort final : public PortUnderTest {
public:
    LwipPort(const Weather& weather, const ip_addr_t& peers)
        : wire_(weather), peers_(peers), loses_packets_(weather.loss_percent > 0) {
        if (!transport_.listen(80)) throw std::runtime_error("lwIP cannot listen");
    }
    transport::Transport& transport() override { return transport_; }
    std::unique_ptr<Peer> connect() override { return std::make_unique<LwipPeer>(peers_, 80); }
    [[nodiscard]] bool peers_are_local() const override { return false; }
    [[nodiscard]] bool loses_packets() const override { return loses_packets_; }
    // A packet that is lost three times is repeated after 48 s only. On this clock that costs nothing.
    [[nodiscard]] std::uint64_t patience_us() const override { return 600'000'000; }

private:
    VirtualLink wire_;
    ip_addr_t peers_;
    bool loses_packets_;
    ports::LwipTransport transport_{wire_, links};
};

}  // namespace

std::unique_ptr<PortUnderTest> make_lwip_port() {
    return std::make_unique<LwipPort>(Weather(), VirtualLink::peer_v4());
}

std::unique_ptr<PortUnderTest> make_lwip_v6_port() {
    return std::make_unique<LwipPort>(Weather(), VirtualLink::peer_v6());
}

std::unique_ptr<PortUnderTest> make_lwip_stormy_port() {
    // A packet that is lost again and again is repeated later than the 10 s for which the board waits for an
    // acknowledgement, and whether a seed has one depends on lwIP's version: so some arrive between two
    // losses.
    const Weather storm = {.seed = 7,
                           .loss_percent = 20,
                           .arrivals_between_losses_min = 20,
                           .duplicate_percent = 10,
                           .delay_ms_min = 1,
                           .delay_ms_max = 40};
    return std::make_unique<LwipPort>(storm, VirtualLink::peer_v4());
}

}  // namespace boardwalk::test
