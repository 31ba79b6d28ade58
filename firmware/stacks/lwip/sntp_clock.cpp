#include "firmware/stacks/lwip/sntp_clock.hpp"

#include <lwip/apps/sntp.h>

#include <cstdint>

namespace {

boardwalk::ports::SntpClock* clock_of_lwip = nullptr;

}  // namespace

extern "C" {

void boardwalk_lwip_set_time(std::uint32_t seconds, std::uint32_t microseconds) {
    if (clock_of_lwip != nullptr) clock_of_lwip->set(seconds, microseconds);
}

void boardwalk_lwip_get_time(std::uint32_t* seconds, std::uint32_t* microseconds) {
    const auto now = clock_of_lwip != nullptr ? clock_of_lwip->microseconds() : 0;
    *seconds = static_cast<std::uint32_t>(now / 1'000'000);
    *microseconds = static_cast<std::uint32_t>(now % 1'000'000);
}

}  // extern "C"

namespace boardwalk::ports {

SntpClock::SntpClock(const LwipDriver& driver) : driver_(driver) {
    clock_of_lwip = this;
    sntp_setoperatingmode(SNTP_OPMODE_POLL);
}

SntpClock::~SntpClock() {
    sntp_stop();
    clock_of_lwip = nullptr;
}

void SntpClock::take_server_from_dhcp() { sntp_servermode_dhcp(1); }

void SntpClock::set_server(const ip_addr_t& server) { sntp_setserver(0, &server); }

void SntpClock::start() { sntp_init(); }

void SntpClock::set(std::uint32_t seconds, std::uint32_t microseconds) {
    // Unsigned, so that a clock behind the driver's is a huge step ahead, and comes out right.
    ahead_us_ = seconds * 1'000'000ULL + microseconds - driver_.now_us();
    known_ = true;
}

std::uint64_t SntpClock::microseconds() const { return driver_.now_us() + ahead_us_; }

std::optional<std::int64_t> SntpClock::utc_ms() const {
    return known_ ? std::optional(static_cast<std::int64_t>(microseconds() / 1'000)) : std::nullopt;
}

}  // namespace boardwalk::ports
