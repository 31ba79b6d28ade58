#pragma once

#include <QByteArray>

#include "desktop/core/board/board_state.hpp"

namespace boardwalk::desktop {

/// The recent past of all readings as CSV (RFC 4180): a head, then a row for each time at which one of them
/// has a sample, from `from_ms` on (uptime). A cell is empty where a reading has no value. Where nothing is
/// known for a while (the board was away, or was restarted), a row with empty cells begins that time, so that
/// a spreadsheet draws no line over it.
/// `time` is UTC by this computer's clock.
[[nodiscard]] QByteArray readingsCsv(const BoardState& state, qint64 from_ms);

}  // namespace boardwalk::desktop
