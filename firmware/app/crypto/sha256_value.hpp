#pragma once

#include <array>
#include <cstdint>

namespace boardwalk::app {

using Sha256Value = std::array<std::uint8_t, 32>;

}  // namespace boardwalk::app
