#pragma once

#include <QByteArray>
#include <array>
#include <optional>
#include <vector>

namespace boardwalk::desktop {

/// What the board said of itself in one second of a test, or that it said nothing.
struct BoardSecond {
    static constexpr std::size_t statesMax = 8;  ///< of protocol::SlotState

    double atS = 0;                      ///< when it was asked
    std::optional<double> answeredMs;    ///< how long a client beside the test waited; nothing: in vain
    std::array<int, statesMax> slots{};  ///< slots in each state at that moment
    int worked = 0;                      ///< slots that dealt with something in the last second
    double busyShare = 0;                ///< of all slots' last second
    int peakConnections = 0;             ///< the most of the last second; without `peak`, at that moment
    int peakBuffers = 0;
    int peakWaiting = 0;
    quint64 evicted = 0;  ///< since the test began
    quint64 refused = 0;
    quint64 timedOut = 0;
    double requestsPerS = 0;
    std::optional<double> p99Ms;
    bool restarted = false;  ///< it started again since it was asked before
};

/// The board's side of a test; `known()` is false when it never told.
struct BoardSide {
    QByteArray before;  ///< its diagnostics as JSON; empty: not told
    QByteArray after;
    int slotsMax = 0;
    int buffersMax = 0;
    std::vector<BoardSecond> seconds;

    [[nodiscard]] bool known() const { return slotsMax > 0; }
    [[nodiscard]] int peakConnections() const;
    [[nodiscard]] int peakBuffers() const;
    [[nodiscard]] int peakWaiting() const;
    /// The longest that the client beside the test waited, of those that it was answered; nothing: never.
    [[nodiscard]] std::optional<double> slowestAnswerMs() const;
    /// Counts of the whole test.
    [[nodiscard]] BoardSecond last() const { return seconds.empty() ? BoardSecond{} : seconds.back(); }
};

}  // namespace boardwalk::desktop
