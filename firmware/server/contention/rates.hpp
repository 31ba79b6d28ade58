#pragma once

#include <cstdint>

#include "firmware/server/pools/pools.hpp"

/// How a slot's body or answer is measured against the minimum rate.
namespace boardwalk::server {

/// The slot's body or answer begins; the client had time for it from `began_ms` on.
void begin_rate(Slot&, std::uint32_t began_ms);
/// Asks the transport for the bytes of an answer that the peer has acknowledged, and stores their count.
/// Renews `progress_ms` when it changed.
void update_acknowledged(Pools&, Slot&);
/// Updates the slot's RateMeter, in state body or sending. In sending, call `update_acknowledged` before.
void update_rate(Pools&, Slot&);

}  // namespace boardwalk::server
