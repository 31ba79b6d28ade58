#pragma once

#include <QWidget>
#include <array>
#include <optional>

#include "desktop/core/stress/stress_run.hpp"
#include "desktop/core/stress/stress_store.hpp"
#include "shared/messages.hpp"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace boardwalk::desktop {

class FigureCard;
class LatencyHistogram;
class ScatterPlot;
class StateGrid;

/// The stress test: how a crowd is to come, the button that sends it, how the board takes it, live, and the
/// reports of earlier tests of this board. A report is on disk by the time that `runningChanged(false)` is
/// said.
class StressPanel : public QWidget {
    Q_OBJECT

public:
    StressPanel(const QUrl& board, const StressStore& store, QWidget* parent = nullptr);

    /// As if its button had been pressed; nothing happens while a test runs.
    void start();
    /// Ends a test early, with a report of what was measured.
    void stop() { m_run.stop(); }
    /// The same, done when this returns.
    void endNow() { m_run.endNow(); }
    [[nodiscard]] const StressRun& run() const { return m_run; }
    /// A report stands here that could not be kept on disk.
    [[nodiscard]] bool hasUnkept() const { return m_unkept; }
    [[nodiscard]] const StressReport& report() const { return m_report; }
    /// The next test goes there.
    void setBoard(const QUrl& board) { m_board = board; }
    /// Whose reports these are.
    void setId(const QString& id);
    /// So many WebSockets of others are open to the board: a person is asked before a test takes their slots.
    void setOthers(int others) { m_others = others; }
    /// What the board counts by itself: shown beside what its clients see.
    void showBoard(const protocol::Diagnostics& now);

Q_SIGNALS:
    void runningChanged(bool running);

protected:
    void showEvent(QShowEvent* event) override;

private:
    enum Figure { Open, Answered, Evicted, Refused, TimedOut, Rate, P50, P90, P99, P999, FigureCount };

    [[nodiscard]] QWidget* makeControls();
    [[nodiscard]] QWidget* makeFigures();
    void toggle();
    void showRunning(bool running);
    void showProgress(const StressSnapshot& snapshot);
    void onFinished(const StressReport& report);
    void showReport(const StressReport& report);
    void showRuns();
    void showFigures(const OutcomeCounts& outcome, const QString& rate, const Histogram& latency);
    void showConnections(const std::vector<ConnectionState>& connections);
    void showLatency(const Histogram& latency);
    void save(bool csv);

    QUrl m_board;
    int m_others = 0;
    StressRun m_run;
    StressStore m_store;
    QString m_id;
    StressReport m_report;  ///< the one that is shown
    bool m_unkept = false;
    QList<StressStore::Kept> m_kept;  ///< in the order of `m_runs`
    bool m_runsKnown = false;
    QSpinBox* m_connections;
    QSpinBox* m_duration;
    QComboBox* m_mode;
    QDoubleSpinBox* m_rate;
    QWidget* m_rateField;
    QPushButton* m_button;
    QPushButton* m_csv;
    QPushButton* m_json;
    QComboBox* m_runs;
    QWidget* m_runsField;
    std::array<FigureCard*, FigureCount> m_figures{};
    ScatterPlot* m_plot;
    LatencyHistogram* m_histogram;
    StateGrid* m_grid;
    QLabel* m_verdict;
    QLabel* m_details;
    QLabel* m_told;
    std::optional<protocol::Diagnostics> m_before;  ///< when the test began
};

}  // namespace boardwalk::desktop
