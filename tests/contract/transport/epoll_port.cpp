#include <stdexcept>

#include "firmware/ports/linux/epoll/epoll_transport.hpp"
#include "tests/contract/transport/ports.hpp"
#include "tests/contract/transport/socket_peer.hpp"

namespace boardwalk::test {
namespace {

class EpollPort final : public PortUnderTest {
public:
    EpollPort() {
        if (const auto error = transport_.listen("127.0.0.1", 0); !error.empty())
            throw std::runtime_error(error);
    }
    transport::Transport& transport() override { return transport_; }
    std::unique_ptr<Peer> connect() override { return std::make_unique<SocketPeer>(transport_.port()); }

private:
    ports::EpollTransport transport_{links};
};

}  // namespace

std::unique_ptr<PortUnderTest> make_epoll_port() { return std::make_unique<EpollPort>(); }

}  // namespace boardwalk::test
