#pragma once

#include <QWidget>
#include <optional>

#include "desktop/core/stress/report/stress_report.hpp"

class QBoxLayout;
class QLabel;

namespace boardwalk::desktop {

class FigureStrip;
class LatencyHistogram;
class ScatterPlot;
class SecondsChart;
class StateGrid;

/// A test on both sides: what the clients saw on the left, what the board said of the same seconds on the
/// right, while it runs and when it has ended. A second report is drawn over the first with dashed lines.
class StressView : public QWidget {
    Q_OBJECT

public:
    explicit StressView(QWidget* parent = nullptr);

    /// Nothing is shown, and the time axis has this length.
    void begin(double durationS);
    void show(const StressSnapshot& snapshot);
    void show(const StressReport& report, const std::optional<StressReport>& other);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    [[nodiscard]] QWidget* makeClient();
    [[nodiscard]] QWidget* makeBoard();
    void showClient(const StressReport& report);
    void showBoard(const BoardSide& board);
    void showConnections();
    void showLatency(const Histogram& latency);
    void showSlots(const BoardSide& board);

    StressReport m_report;  ///< what is shown; of a test that runs, what there is of it
    std::optional<StressReport> m_other;
    double m_durationS = 10;
    QByteArray m_slotsOf;  ///< the diagnostics that the slots were drawn of
    QBoxLayout* m_sides;
    FigureStrip* m_clientFigures;
    ScatterPlot* m_plot;
    SecondsChart* m_compared;  ///< in the place of the dots while two are compared
    SecondsChart* m_rate;
    LatencyHistogram* m_histogram;
    StateGrid* m_grid;
    QLabel* m_errors;
    FigureStrip* m_boardFigures;
    SecondsChart* m_slotsChart;
    SecondsChart* m_lineChart;
    StateGrid* m_slots;
    QLabel* m_untold;
};

/// The slots in each state over the seconds of a test, and the most of each.
[[nodiscard]] struct SecondsView slotsView(const BoardSide& board, const BoardSide* other, double durationS);
/// Buffers, the line, and the board's own p99.
[[nodiscard]] struct SecondsView lineView(const BoardSide& board, const BoardSide* other, double durationS);
/// Requests answered and failed in each second.
[[nodiscard]] struct SecondsView rateView(const StressReport& report, const StressReport* other,
                                          double durationS);

}  // namespace boardwalk::desktop
