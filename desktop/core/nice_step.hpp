#pragma once

#include <cmath>

namespace boardwalk::desktop {

/// 1, 2 or 5 times a power of ten, so that `span` takes about `parts` steps.
inline double niceStep(double span, int parts) {
    const double raw = span / parts;
    const double magnitude = std::pow(10, std::floor(std::log10(raw)));
    const double n = raw / magnitude;
    return (n < 1.5 ? 1 : n < 3 ? 2 : n < 7 ? 5 : 10) * magnitude;
}

}  // namespace boardwalk::desktop
