#pragma once

#include "firmware/core/block_sums.hpp"

namespace boardwalk::ports {

/// From now on lwIP does not read these bytes to make their checksum when they are sent by reference.
void know_sums(const SummedBytes&);

}  // namespace boardwalk::ports
