#include <stdexcept>

#include "firmware/ports/template/socket_transport.hpp"
#include "tests/contract/transport/ports.hpp"
#include "tests/contract/transport/socket_peer.hpp"

namespace boardwalk::test {
namespace {

class TemplatePort final : public PortUnderTest {
public:
    TemplatePort() {
        if (!transport_.listen(INADDR_LOOPBACK, 0)) throw std::runtime_error("cannot listen");
    }
    transport::Transport& transport() override { return transport_; }
    std::unique_ptr<Peer> connect() override { return std::make_unique<SocketPeer>(transport_.port()); }

private:
    ports::SocketTransport transport_{links};
};

}  // namespace

std::unique_ptr<PortUnderTest> make_template_port() { return std::make_unique<TemplatePort>(); }

}  // namespace boardwalk::test
