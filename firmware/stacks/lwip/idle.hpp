#pragma once

#include <cstdint>

namespace boardwalk::ports {

/// How long the loop may sleep, for all that lwIP has to do, in milliseconds. lwIP's own answer is 100 at
/// most
/// (`sys_timeouts_sleeptime`): the timers of IGMP and MLD run for ever. While no connection, address or
/// membership waits for a timer, those that only age tables may come late: they count by the second.
[[nodiscard]] std::uint32_t lwip_sleep_ms();

}  // namespace boardwalk::ports
