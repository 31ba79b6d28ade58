#include "tests/support/lwip/virtual_link.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "firmware/stacks/lwip/lwip_transport.hpp"
#include "tests/support/lwip/client.hpp"

namespace boardwalk::test {
namespace {

struct Silent final : transport::Events {
    void on_open(transport::Link) override {}
    void on_readable(transport::Link) override {}
    void on_writable(transport::Link) override {}
    void on_closed(transport::Link, transport::CloseReason) override {}
};

/// What one transfer in this weather looked like on the wire, in a process of its own.
VirtualLink::Count transfer(const Weather& weather) {
    std::array<int, 2> ends{};
    VirtualLink::Count count;
    EXPECT_EQ(::pipe(ends.data()), 0);
    const auto child = ::fork();
    if (child == 0) {
        VirtualLink wire(weather);
        ports::LwipTransport transport(wire, 4);
        Silent events;
        const bool listening = transport.listen(80);
        LwipClient client(VirtualLink::peer_v4(), 80);
        client.send(std::string(20'000, 'x'));
        std::array<char, 1'000> room;
        const auto end = wire.now_us() + 3'600'000'000;  // the clock goes on from test to test
        for (std::size_t got = 0; listening && got < 20'000 && wire.now_us() < end;) {
            transport.poll(events, 50);
            got += transport.read(0, room).bytes;
        }
        count = wire.count();
        const auto written = ::write(ends[1], &count, sizeof count);
        ::_exit(written == sizeof count ? 0 : 1);
    }
    ::close(ends[1]);
    EXPECT_EQ(::read(ends[0], &count, sizeof count), static_cast<ssize_t>(sizeof count));
    ::close(ends[0]);
    int status = 1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    return count;
}

constexpr Weather storm = {
    .seed = 3, .loss_percent = 20, .duplicate_percent = 10, .delay_ms_min = 1, .delay_ms_max = 50};

TEST(VirtualLink, SameSeedSendsTheSamePacketsAtTheSameTimes) {
    const auto first = transfer(storm);
    EXPECT_EQ(first.fingerprint, transfer(storm).fingerprint);
    auto other = storm;
    other.seed = 4;
    EXPECT_NE(first.fingerprint, transfer(other).fingerprint);
}

TEST(VirtualLink, WeatherIsAsAskedFor) {
    const auto fine = transfer({});
    EXPECT_EQ(fine.lost + fine.duplicated, 0U);
    EXPECT_GE(fine.sent, 14U) << "20 KB are 14 segments";
    const auto count = transfer(storm);
    EXPECT_GT(count.lost, count.sent / 10);
    EXPECT_LT(count.lost, count.sent / 3);
    EXPECT_GT(count.duplicated, 0U);
}

}  // namespace
}  // namespace boardwalk::test
