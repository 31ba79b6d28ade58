#pragma once

#include <QElapsedTimer>
#include <QWidget>
#include <cstdint>
#include <optional>
#include <string>

#include "desktop/ui/charts/plot.hpp"

namespace boardwalk::desktop {

class BoardState;

/// Live lines of some readings with one unit, over the last while.
class TimeChart : public QWidget {
    Q_OBJECT

public:
    struct Line {
        std::string id;
        QString name;
        QString unit;
        std::uint32_t decimals = 0;
    };

    TimeChart(const BoardState& state, QList<Line> lines, QWidget* parent = nullptr);

    void setWindow(qint64 window_ms);

    /// New data came. Repaints at the next frame.
    void setDirty() { m_dirty = true; }
    /// Repaints when there is something new to show; cheap otherwise. A timer of the page calls this.
    void frame();

    [[nodiscard]] QSize sizeHint() const override { return {480, 230}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 190}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    [[nodiscard]] PlotArea layOut(double legend_bottom) const;
    double drawLegend(QPainter& painter) const;
    void drawTimeAxis(QPainter& painter, const PlotArea& area) const;
    void drawLine(QPainter& painter, const PlotArea& area, int index) const;
    void drawHover(QPainter& painter, const PlotArea& area) const;

    const BoardState& m_state;
    QList<Line> m_lines;
    qint64 m_window_ms = 300'000;
    qint64 m_paintedNow = 0;
    bool m_dirty = true;
    std::optional<QPointF> m_hover;
};

}  // namespace boardwalk::desktop
