#pragma once

#include <functional>
#include <memory>
#include <string>

#include "firmware/transport/transport.hpp"

namespace boardwalk::test {

/// The other end of a link, driven by the test.
class Peer {
public:
    virtual ~Peer() = default;
    virtual void send(const std::string&) = 0;
    /// What has arrived since the last call; empty when nothing has.
    virtual std::string receive() = 0;
    /// Says that it has finished sending; it still reads.
    virtual void finish() = 0;
    virtual void reset() = 0;
    /// It saw the board's end, in order / as a reset.
    [[nodiscard]] virtual bool saw_end() = 0;
    [[nodiscard]] virtual bool saw_reset() = 0;
};

/// A port with a network to it, as the contract suite needs it. Each port brings one of these.
class PortUnderTest {
public:
    static constexpr std::size_t links = 4;
    virtual ~PortUnderTest() = default;
    virtual transport::Transport& transport() = 0;
    virtual std::unique_ptr<Peer> connect() = 0;
    /// Whether `peer_is_loopback` is to be true of its peers.
    [[nodiscard]] virtual bool peers_are_local() const { return true; }
    /// Whether what is sent may come late because it was lost on its way.
    [[nodiscard]] virtual bool loses_packets() const { return false; }
    /// How long a network like this may take, on the transport's clock: here a busy machine's.
    [[nodiscard]] virtual std::uint64_t patience_us() const { return 20'000'000; }
};

struct PortFactory {
    std::string name;
    std::function<std::unique_ptr<PortUnderTest>()> make;
};

}  // namespace boardwalk::test
