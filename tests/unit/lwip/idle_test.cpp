#include <lwip/igmp.h>

#include "firmware/stacks/lwip/lwip_announcement.hpp"
#include "tests/unit/lwip/transport_house.hpp"

namespace boardwalk::test {
namespace {

class IdleStack : public LwipTransport {
protected:
    /// How often the loop wakes up in so many seconds in which nothing comes.
    unsigned wakes_in(std::uint64_t seconds) {
        const auto end_us = wire.now_us() + seconds * 1'000'000;
        unsigned count = 0;
        for (; wire.now_us() < end_us; ++count)
            transport.poll(seen, 10'000);
        return count;
    }
};

TEST_F(IdleStack, WithoutConnectionsLwipWakesTheLoopOnceASecond) { EXPECT_LE(wakes_in(60), 61U); }

TEST_F(IdleStack, ItsTimersRunWhileAConnectionIsOpen) {
    {
        const auto [client, link] = open();
        EXPECT_GE(wakes_in(10), 40U) << "each 250 ms";
        transport.close(link);
    }
    (void)wakes_in(300);
    EXPECT_LE(wakes_in(60), 61U) << "all is over";
}

TEST_F(IdleStack, AMembershipThatIsToBeReportedIsReportedInTime) {
    ip4_addr_t group;
    IP4_ADDR(&group, 224, 0, 0, 251);
    netif_list->flags |= NETIF_FLAG_IGMP;
    ASSERT_EQ(igmp_start(netif_list), ERR_OK);
    ASSERT_EQ(igmp_joingroup_netif(netif_list, &group), ERR_OK);
    const auto sent = wire.count().sent;
    EXPECT_TRUE(turn_until([&] { return wire.count().sent > sent; }, 1'000)) << "RFC 2236 §3: within seconds";
    (void)wakes_in(10);
    EXPECT_LE(wakes_in(60), 61U);
    (void)igmp_stop(netif_list);
}

TEST_F(IdleStack, TheBoardsNameIsProbedAndAnnouncedInTime) {
    netif_list->flags |= NETIF_FLAG_IGMP;
    ASSERT_EQ(igmp_start(netif_list), ERR_OK);
    {
        ports::mdns::Service service;
        service.name = cut("Kitchen");
        service.id = cut("a1");
        ports::LwipAnnouncement announcement(transport, service);
        (void)wakes_in(30);  // memberships are reported, too
        const auto before = wire.count().sent;
        const auto renamed_us = wire.now_us();
        announcement.rename("Attic");
        while (wire.now_us() < renamed_us + 900'000)
            transport.poll(seen, 10'000);
        EXPECT_GE(wire.count().sent - before, 4U)
            << "RFC 6762 §8.1: three probes 250 ms apart, then the first "
               "announcement";
    }
    (void)igmp_stop(netif_list);
}

}  // namespace
}  // namespace boardwalk::test
