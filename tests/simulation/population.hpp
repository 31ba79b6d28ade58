#pragma once

#include <memory>
#include <vector>

#include "firmware/server/server.hpp"
#include "tests/simulation/client.hpp"

namespace boardwalk::simulation {

/// Clients come during this time …
inline constexpr std::uint64_t arrivals_ms = 8'000;
/// … and each that behaves has what it came for so long after the last of them.
inline constexpr std::uint64_t patience_ms = 120'000;

/// The clients of this run; each begins at a moment of its own.
[[nodiscard]] std::vector<std::unique_ptr<Client>> populate(Context&, test::Random&, const server::Options&);

}  // namespace boardwalk::simulation
