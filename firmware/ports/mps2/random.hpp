#pragma once

#include <cstdint>
#include <span>

namespace boardwalk::ports {

/// Seeds the generator; once, before lwIP starts. The machine has no source of its own, so the computer that
/// it is emulated on gives 32 bytes; false when it does not.
[[nodiscard]] bool seed_random();
/// Unpredictable bytes: SHA-256 over the seed and a counter.
void fill_random(std::span<std::uint8_t> bytes);

}  // namespace boardwalk::ports
