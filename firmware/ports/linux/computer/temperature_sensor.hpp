#pragma once

#include <string>

namespace boardwalk::ports {

/// The file in /sys that tells the processor's temperature in thousandths of a degree; empty where there is
/// none. `root` is "/sys" but in tests.
[[nodiscard]] std::string find_cpu_temperature(const std::string& root = "/sys");

}  // namespace boardwalk::ports
