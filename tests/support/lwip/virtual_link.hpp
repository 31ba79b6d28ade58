#pragma once

#include <lwip/netif.h>

#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "firmware/stacks/lwip/driver.hpp"

namespace boardwalk::test {

/// What a packet may meet on its way. All of it comes from the seed: same seed, same packets.
struct Weather {
    std::uint32_t seed = 1;
    unsigned loss_percent = 0;
    unsigned arrivals_between_losses_min = 0;
    unsigned duplicate_percent = 0;
    unsigned delay_ms_min = 1;
    unsigned delay_ms_max = 1;  ///< above the least: packets overtake each other
};

/// A wire inside one process, on a clock that only moves when nothing is left to do. Client and server live
/// in the same stack: the wire swaps source and destination address of each packet (their checksums stay
/// valid), so that each end sees a peer at `peer_v4` or `peer_v6`, where there is no host.
///
/// One at a time in a process. lwIP's own state (ports, timers) goes on from one to the next: for the same
/// packets, a process of its own.
class VirtualLink final : public ports::LwipDriver {
public:
    explicit VirtualLink(const Weather& = {});
    VirtualLink(const VirtualLink&) = delete;
    VirtualLink& operator=(const VirtualLink&) = delete;
    ~VirtualLink() override;

    /// Delivers what is due. With nothing due, the clock jumps to the next packet, by `timeout_ms` at most.
    void exchange(std::uint32_t timeout_ms) override;
    [[nodiscard]] std::uint64_t now_us() const override;
    [[nodiscard]] bool is_local(const ip_addr_t&) const override { return peers_are_local; }

    /// From now on. Packets that are on their way arrive.
    void set_loss_percent(unsigned percent) { weather_.loss_percent = percent; }

    static ip_addr_t peer_v4();
    static ip_addr_t peer_v6();

    /// How the weather was.
    struct Count {
        std::uint64_t sent = 0, lost = 0, duplicated = 0;
        std::uint64_t fingerprint =
            14'695'981'039'346'656'037ULL;  ///< hash of all packets and their times (FNV-1a)
    };
    [[nodiscard]] const Count& count() const { return count_; }

    bool peers_are_local = false;
    /// Packets come in memory of their own, as from a Wi-Fi driver, and not in lwIP's pool.
    bool packets_are_the_drivers = false;
    /// The most of those that lwIP has had at a time.
    [[nodiscard]] std::size_t drivers_packets_at_most() const { return drivers_packets_at_most_; }

private:
    using Packet = std::vector<std::uint8_t>;

    static err_t set_up(netif*);
    static err_t send_v4(netif*, pbuf*, const ip4_addr_t*);
    static err_t send_v6(netif*, pbuf*, const ip6_addr_t*);
    void send(const pbuf&);
    [[nodiscard]] bool happens(unsigned percent) { return random_() % 100 < percent; }
    void put_on_its_way(Packet);
    void deliver_due();
    void deliver_by_reference(const Packet&);

    Weather weather_;
    std::mt19937 random_;
    unsigned arrived_since_loss_ = 0;
    netif interface_{};
    std::multimap<std::uint64_t, Packet> on_the_way_;  ///< by the time of arrival
    Count count_;
    std::size_t drivers_packets_at_most_ = 0;
};

}  // namespace boardwalk::test
