#pragma once

#include <QWidget>
#include <array>
#include <optional>

#include "desktop/core/stress/stress_run.hpp"
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

/// The stress test: how a crowd is to come, the button that sends it, and how the board takes it, live.
class StressPanel : public QWidget {
    Q_OBJECT

public:
    explicit StressPanel(const QUrl& board, QWidget* parent = nullptr);

    /// As if its button had been pressed; nothing happens while a test runs.
    void start();
    /// Ends a test early, with a report of what was measured.
    void stop() { m_run.stop(); }
    [[nodiscard]] const StressRun& run() const { return m_run; }
    /// A test has ended, and its report stands here.
    [[nodiscard]] bool hasReport() const { return m_hasReport; }
    [[nodiscard]] const StressReport& report() const { return m_report; }
    /// The next test goes there.
    void setBoard(const QUrl& board) { m_board = board; }
    /// So many WebSockets of others are open to the board: a person is asked before a test takes their slots.
    void setOthers(int others) { m_others = others; }
    /// What the board counts by itself: shown beside what its clients see.
    void showBoard(const protocol::Diagnostics& now);

Q_SIGNALS:
    void runningChanged(bool running);

private:
    enum Figure { Open, Answered, Evicted, Refused, TimedOut, Rate, P50, P90, P99, P999, FigureCount };

    [[nodiscard]] QWidget* makeControls();
    [[nodiscard]] QWidget* makeFigures();
    void toggle();
    void showRunning(bool running);
    void showProgress(const StressSnapshot& snapshot);
    void showReport(const StressReport& report);
    void showFigures(const OutcomeCounts& outcome, const QString& rate, const Histogram& latency);
    void showConnections(const std::vector<ConnectionState>& connections);
    void showLatency(const Histogram& latency);
    void save(bool csv);

    QUrl m_board;
    int m_others = 0;
    StressRun m_run;
    StressReport m_report;
    bool m_hasReport = false;
    QSpinBox* m_connections;
    QSpinBox* m_duration;
    QComboBox* m_mode;
    QDoubleSpinBox* m_rate;
    QWidget* m_rateField;
    QPushButton* m_button;
    QPushButton* m_csv;
    QPushButton* m_json;
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
