#pragma once

#include <cstdint>

namespace boardwalk::ports {

/// Where a board announces itself: nowhere, to this computer alone, or on every network it is in.
enum class MdnsScope : std::uint8_t { off, loopback, lan };

}  // namespace boardwalk::ports
