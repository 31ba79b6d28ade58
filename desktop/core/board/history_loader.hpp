#pragma once

#include <QTimer>
#include <string>
#include <vector>

#include "desktop/core/board/board_requests.hpp"
#include "desktop/core/board/board_state.hpp"

namespace boardwalk::desktop {

/// Fetches the past of each reading, one after the other: a page of ten readings must not take ten of a
/// board's slots. A board that is busy is asked again for the same reading.
class HistoryLoader {
public:
    HistoryLoader(BoardRequests& requests, BoardState& state);

    /// Loads what is missing: everything the first time, nothing when it has been loaded for this start of
    /// the board.
    void load();

    /// Forgets what was loaded, after a restart of the board or by request.
    void restart();

private:
    void next();
    void onAnswer(const std::string& id, const HttpAnswer& answer);

    BoardRequests& m_requests;
    BoardState& m_state;
    QTimer m_again;
    std::vector<std::string> m_waiting;
    bool m_loaded = false;
    bool m_busy = false;
    int m_refusals = 0;
    int m_generation = 0;
};

}  // namespace boardwalk::desktop
