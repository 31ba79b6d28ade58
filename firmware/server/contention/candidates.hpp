#pragma once

#include <optional>

#include "firmware/server/contention/eviction.hpp"
#include "firmware/server/pools/pools.hpp"

/// What the eviction policy is told of the links and slots.
namespace boardwalk::server {

/// The slot whose connection makes way for `wanted`.
[[nodiscard]] std::optional<Victim> choose_slot(Pools&, Resource wanted);
/// The link without a slot that makes way for a handshake.
[[nodiscard]] std::optional<Victim> choose_link(const Pools&);

}  // namespace boardwalk::server
