#pragma once

#include <QByteArray>

namespace boardwalk::desktop {

struct StressReport;

/// The report of a stress test as one page of A4, with the plots of the window, in light colours.
[[nodiscard]] QByteArray reportPdf(const StressReport& report);

}  // namespace boardwalk::desktop
