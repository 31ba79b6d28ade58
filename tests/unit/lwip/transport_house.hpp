#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "firmware/stacks/lwip/lwip_transport.hpp"
#include "tests/support/lwip/client.hpp"
#include "tests/support/lwip/virtual_link.hpp"

namespace boardwalk::test {

using transport::Lifetime;
using transport::Link;

struct Seen final : transport::Events {
    std::vector<Link> opened, readable, writable, closed;
    void on_open(Link link) override { opened.push_back(link); }
    void on_readable(Link link) override { readable.push_back(link); }
    void on_writable(Link link) override { writable.push_back(link); }
    void on_closed(Link link, transport::CloseReason) override { closed.push_back(link); }
};

/// The transport with a few links, and clients at the other end of a wire, on a virtual clock.
class LwipTransport : public testing::Test {
protected:
    static constexpr std::size_t links = 8;

    LwipTransport() { EXPECT_TRUE(transport.listen(80)); }

    std::unique_ptr<LwipClient> connect() { return std::make_unique<LwipClient>(VirtualLink::peer_v4(), 80); }
    /// Turns for so long on the virtual clock, or until `done`.
    template <typename Condition>
    bool turn_until(Condition done, std::uint64_t ms = 10'000) {
        const auto end = wire.now_us() + ms * 1'000;
        while (!done() && wire.now_us() < end)
            transport.poll(seen, 50);
        return done();
    }
    void turn_for(std::uint64_t ms) {
        (void)turn_until([] { return false; }, ms);
    }
    /// A client and its link.
    std::pair<std::unique_ptr<LwipClient>, Link> open() {
        const auto before = seen.opened.size();
        auto client = connect();
        EXPECT_TRUE(turn_until([&] { return seen.opened.size() > before; }));
        return {std::move(client), seen.opened.back()};
    }

    VirtualLink wire;
    ports::LwipTransport transport{wire, links};
    Seen seen;
};

}  // namespace boardwalk::test
