#pragma once

#include <optional>

#include "firmware/server/contention/eviction.hpp"
#include "firmware/server/pools/pools.hpp"

/// Describes links and slots to the eviction policy.
namespace boardwalk::server {

/// The slot whose connection makes way for `wanted`.
[[nodiscard]] std::optional<Victim> choose_slot(Pools&, Resource wanted);
/// The link without a slot that makes way for a handshake.
[[nodiscard]] std::optional<Victim> choose_link(const Pools&);

}  // namespace boardwalk::server
