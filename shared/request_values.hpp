#pragma once

#include "shared/fixed_string.hpp"
#include "shared/limits.hpp"
#include "shared/name_rule.hpp"
#include "shared/names.hpp"
#include "shared/output_value.hpp"
#include "shared/trusted_names.hpp"

/// What the members of requests hold, beside numbers. The schemas name these types (`x-type`).
namespace boardwalk::protocol {

using OutputId = FixedString<limits::id_bytes_max>;
using Ssid = FixedString<limits::ssid_bytes_max>;
using WifiPassword = FixedString<limits::wifi_password_bytes_max>;
using StreamRate = double;  ///< messages a second

}  // namespace boardwalk::protocol
