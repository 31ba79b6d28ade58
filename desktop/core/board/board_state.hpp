#pragma once

#include <QDateTime>
#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QString>

#include "desktop/core/board/series_ring.hpp"
#include "shared/messages.hpp"

namespace boardwalk::desktop {

/// What one board last told: readings, outputs, and the recent past of each reading.
class BoardState : public QObject {
    Q_OBJECT

public:
    enum class Applied {
        Yes,
        Missed,  ///< the delta builds on a state that we do not hold: ask for a snapshot
    };

    /// More of either is more than any board has: the rest is not kept.
    static constexpr std::size_t readings_max = 64;
    static constexpr std::size_t outputs_max = 64;
    static constexpr std::size_t options_max = 64;

    explicit BoardState(QObject* parent = nullptr) : QObject(parent) {}

    void applySnapshot(const protocol::State& snapshot);
    [[nodiscard]] Applied applyDelta(const protocol::StateDelta& delta);

    /// The board's answer to a set: shown at once, without waiting for the delta; one that is older than what
    /// is known, or of another start than `boot`, is no news. What comes later and is older than the answer
    /// does not undo it.
    void applyOutput(const protocol::OutputResult& result, const std::string& boot);

    void addHistory(const protocol::History& history);

    [[nodiscard]] bool isKnown() const { return m_known; }
    [[nodiscard]] const protocol::State& state() const { return m_state; }
    [[nodiscard]] const protocol::Reading* reading(const std::string& id) const;
    [[nodiscard]] const protocol::Output* output(const std::string& id) const;
    [[nodiscard]] const SeriesRing& series(const std::string& id) const;

    /// Nothing was heard since `ago_ms`: until the next sample the past is unknown, and no line is drawn over
    /// it.
    void markGap(qint64 ago_ms);
    /// The board is away: its time stands still until the next snapshot.
    void freeze();
    [[nodiscard]] bool isFrozen() const { return m_frozenAt_ms >= 0; }
    /// Forgets the recent past (views that want it again load it), not the last values.
    void forgetPast();

    /// The board's clock, carried on by ours between two snapshots: deltas hold no uptime.
    [[nodiscard]] qint64 uptimeNow() const;
    /// This computer's time when the board's clock shows `uptimeNow()`.
    [[nodiscard]] QDateTime clockNow() const;

Q_SIGNALS:
    /// Other readings or outputs than before, or the first ones: views build themselves anew.
    void structureChanged();
    void readingsChanged();
    void outputsChanged();
    /// Its state, changed or not.
    void told();
    void historyAdded();

private:
    void appendSamples(qint64 uptime_ms);
    void keepPastOfOtherStart(const protocol::State& fresh);
    void keepConfirmed(const protocol::State& before);

    protocol::State m_state;
    bool m_known = false;
    qint64 m_frozenAt_ms = -1;
    QDateTime m_frozenAt;
    QHash<QString, SeriesRing> m_series;
    QHash<QString, std::uint64_t>
        m_confirmed;  ///< by output: the state that holds what the board said yes to
    QElapsedTimer m_sinceSnapshot;
};

}  // namespace boardwalk::desktop
