#pragma once

#include <cstdint>

namespace boardwalk::ports {

/// How long the loop may sleep, for all that lwIP has to do, in milliseconds. lwIP's own answer is 100 at
/// most
/// (`sys_timeouts_sleeptime`): the timers of IGMP and MLD run for ever. While no connection, address or
/// membership waits for a timer, those that only age tables may come late: they count by the second.
/// What `lwip_call_in` was asked for is in time.
[[nodiscard]] std::uint32_t lwip_sleep_ms();

/// As `sys_timeout`, for what must not come late while lwIP is idle. For one caller: the last time counts.
void lwip_call_in(std::uint32_t ms, void (*handler)(void*), void* context);

}  // namespace boardwalk::ports
