#pragma once

#include <QPointF>
#include <QString>
#include <QWidget>
#include <vector>

class QPainter;

namespace boardwalk::desktop {

/// Lines and stacked areas over the seconds of a test. Plain data: `paintSeconds` makes pixels of it.
struct SecondsView {
    /// Colours are looked up when they are painted, so that they follow the theme: series(n), or one of
    /// these.
    enum Tone : int { Bad = -1, Text = -2, Good = -3, Muted = -4 };

    struct Line {
        QString name;  ///< in the legend; empty: not there
        int tone = 0;
        std::vector<QPointF> points;  ///< seconds and value; one that is not finite is a gap
        bool dashed = false;          ///< of the test that this one is compared with
    };
    struct Area {
        QString name;
        int tone = 0;
        std::vector<QPointF>
            points;  ///< seconds and height, on top of the areas before; all have the same seconds
    };

    QString title;
    std::vector<Area> areas;
    std::vector<Line> lines;
    double durationS = 1;
    double leastMax = 1;  ///< the value axis goes at least that far
};

/// Width of the value labels: the same for all plots of a test, so that their times stand above one another.
inline constexpr double seconds_left = 44;

/// The part of `area` that is the plot itself, below a line for its title.
[[nodiscard]] QRectF secondsPlot(const QPainter& painter, const QRectF& area);
/// Labels of the time axis below a plot.
void paintTimes(QPainter& painter, const struct PlotArea& plot);
void paintSeconds(QPainter& painter, const QRectF& area, const SecondsView& view);

class SecondsChart : public QWidget {
    Q_OBJECT

public:
    explicit SecondsChart(QWidget* parent = nullptr);
    void show(SecondsView view);

    [[nodiscard]] QSize sizeHint() const override { return {360, 92}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {220, 84}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    SecondsView m_view;
};

}  // namespace boardwalk::desktop
