#pragma once

#include <cstdint>

#include "firmware/ports/linux/storage/data_directory.hpp"

namespace boardwalk::ports {

/// What a start forgets, instead of serving: who owns the board; or all that it was told.
enum class Reset : std::uint8_t { none, owner, factory };

/// Removes what the board keeps of its owner (people, tokens, the set-up code), or all that it was told (the
/// settings and its id, too), with the copies that were kept aside. Firmware that was stored stays, and so do
/// files that are none of the board's. Only while no board runs on the directory. Blocks.
void reset(DataDirectory& directory, Reset what);

}  // namespace boardwalk::ports
