#pragma once

#include "firmware/http/scan/plain.hpp"

/// For a processor that is not known to have more. The build chooses between this folder and its neighbours.
namespace boardwalk::http {
using Scan = PlainScan;
}
