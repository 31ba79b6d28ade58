#include "desktop/ui/charts/scatter_plot.hpp"

#include <QPainter>
#include <algorithm>

#include "desktop/ui/charts/plot.hpp"
#include "desktop/ui/charts/seconds_chart.hpp"
#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

ScatterPlot::ScatterPlot(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Latency of each answer over time"));
}

void ScatterPlot::setDuration(double seconds) {
    m_duration = std::max(0.1, seconds);
    m_dirty = true;
}

void ScatterPlot::clear() {
    m_answered.clear();
    m_failed.clear();
    m_nextAnswered = m_nextFailed = 0;
    m_end = m_greatest = 0;
    m_dirty = true;
    update();
}

void ScatterPlot::add(double at_s, double latency_ms, bool failed) {
    if (failed) {
        addTo(m_failed, m_nextFailed, {at_s, latency_ms});
    } else {
        addTo(m_answered, m_nextAnswered, {at_s, latency_ms});
    }
    m_end = std::max(m_end, at_s);
    m_greatest = std::max(m_greatest, latency_ms);
    m_dirty = true;
}

void ScatterPlot::addTo(std::vector<QPointF>& points, std::size_t& next, QPointF point) {
    if (points.size() < points_max) {
        points.push_back(point);
    } else {
        points[next] = point;
        next = (next + 1) % points_max;
    }
}

void ScatterPlot::frame() {
    if (m_dirty && isVisible()) update();
}

void ScatterPlot::paintEvent(QPaintEvent*) {
    m_dirty = false;
    QPainter painter(this);
    painter.setFont(Theme::small(font()));
    PlotArea area;
    area.left_value = 0;
    area.right_value = std::max(m_duration, m_end);
    area.rect = secondsPlot(painter, rect());
    area.axis = ValueAxis::around(0, m_greatest, 1, std::max(2, int(area.rect.height() / 24)));
    drawValueAxis(painter, area);
    paintTimes(painter, area);
    painter.setPen(Theme::colors().text);
    painter.drawText(QPointF(0, QFontMetricsF(painter.font()).ascent() + 1),
                     tr("Latency of each answer, ms"));
    painter.setPen(Theme::colors().muted);
    if (m_answered.empty() && m_failed.empty()) {
        painter.drawText(area.rect, Qt::AlignCenter, tr("Each answer becomes a dot here"));
        return;
    }

    const auto draw = [&](const std::vector<QPointF>& points, QColor color, int size) {
        std::vector<QPointF> pixels;
        pixels.reserve(points.size());
        for (const QPointF& point : points)
            pixels.emplace_back(area.x(point.x()), area.y(point.y()));
        // Square and without antialiasing: sixty thousand of them are painted twenty times a second.
        painter.setPen(QPen(color, size, Qt::SolidLine, Qt::SquareCap));
        painter.drawPoints(pixels.data(), int(pixels.size()));
    };
    QColor answered = Theme::colors().accent;
    answered.setAlpha(m_answered.size() > 5000 ? 110 : 190);
    draw(m_answered, answered, m_answered.size() > 5000 ? 2 : 3);
    draw(m_failed, Theme::colors().bad, 4);
}

}  // namespace boardwalk::desktop
