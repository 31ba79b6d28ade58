#pragma once

#include "firmware/http/scan/sse2.hpp"

/// For x86-64. The build chooses between this folder and its neighbours.
namespace boardwalk::http {
using Scan = Sse2Scan;
}
