#pragma once

#include <cstdint>

#include "firmware/server/pools/pools.hpp"

/// How a slot's body or answer is measured against the minimum rate.
namespace boardwalk::server {

/// The slot's body or answer begins; the client had time for it from `began_ms` on.
void begin_rate(Slot&, std::uint32_t began_ms);
/// What the peer has acknowledged of an answer counts, not what the network took. Asks the network.
void update_acknowledged(Pools&, Slot&);
/// Of a slot in state body or sending, after `update_acknowledged` in the latter.
void update_rate(Pools&, Slot&);

}  // namespace boardwalk::server
