#include "desktop/ui/charts/seconds_chart.hpp"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <utility>

#include "desktop/ui/charts/plot.hpp"
#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

namespace {

constexpr double right_margin = 12;

QColor colorOf(int tone) {
    switch (tone) {
        case SecondsView::Bad: return Theme::colors().bad;
        case SecondsView::Text: return Theme::colors().text;
        case SecondsView::Good: return Theme::colors().good;
        case SecondsView::Muted: return Theme::colors().muted;
        default: return Theme::series(tone);
    }
}

QPen penOf(const SecondsView::Line& line) {
    QPen pen(colorOf(line.tone), line.dashed ? 1.4 : 1.8);
    pen.setCapStyle(Qt::RoundCap);
    if (line.dashed) pen.setDashPattern({3, 3});
    return pen;
}

double greatest(const SecondsView& view) {
    double most = view.leastMax;
    for (const SecondsView::Line& line : view.lines)
        for (const QPointF& point : line.points)
            if (std::isfinite(point.y())) most = std::max(most, point.y());
    if (view.areas.empty()) return most;
    for (std::size_t i = 0; i < view.areas.front().points.size(); ++i) {
        double sum = 0;
        for (const SecondsView::Area& area : view.areas)
            if (i < area.points.size()) sum += area.points[i].y();
        most = std::max(most, sum);
    }
    return most;
}

/// Title and names in one line above the plot.
void paintLegend(QPainter& painter, const QRectF& row, const SecondsView& view) {
    const QFontMetricsF metrics(painter.font());
    double x = row.left();
    painter.setPen(Theme::colors().text);
    painter.drawText(QRectF(x, row.top(), row.width(), row.height()), Qt::AlignVCenter, view.title);
    x += metrics.horizontalAdvance(view.title) + 14;
    const auto name = [&](const QString& text, const auto& mark) {
        const double wide = metrics.horizontalAdvance(text);
        if (text.isEmpty() || x + 18 + wide > row.right()) return;
        mark(QRectF(x, row.center().y() - 4, 14, 8));
        painter.setPen(Theme::colors().muted);
        painter.drawText(QRectF(x + 18, row.top(), wide + 4, row.height()), Qt::AlignVCenter, text);
        x += 18 + wide + 12;
    };
    for (const SecondsView::Line& line : view.lines) {
        name(line.name, [&](const QRectF& at) {
            painter.setPen(penOf(line));
            painter.drawLine(QPointF(at.left(), at.center().y()), QPointF(at.right(), at.center().y()));
        });
    }
    for (const SecondsView::Area& area : view.areas)
        name(area.name,
             [&](const QRectF& at) { painter.fillRect(at.adjusted(3, 0, -3, 0), colorOf(area.tone)); });
}

void paintAreas(QPainter& painter, const PlotArea& plot, const SecondsView& view) {
    std::vector<double> below;
    for (const SecondsView::Area& area : view.areas) {
        below.resize(std::max(below.size(), area.points.size()), 0);
        QPolygonF shape;
        for (std::size_t i = 0; i < area.points.size(); ++i)
            shape << QPointF(plot.x(area.points[i].x()), plot.y(below[i] + area.points[i].y()));
        for (std::size_t i = area.points.size(); i-- > 0;)
            shape << QPointF(plot.x(area.points[i].x()), plot.y(below[i]));
        for (std::size_t i = 0; i < area.points.size(); ++i)
            below[i] += area.points[i].y();
        QColor color = colorOf(area.tone);
        color.setAlpha(190);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawPolygon(shape);
    }
}

void paintLine(QPainter& painter, const PlotArea& plot, const SecondsView::Line& line) {
    painter.setPen(penOf(line));
    painter.setBrush(Qt::NoBrush);
    const auto count = int(line.points.size());
    for (const QPolygonF& part : columnLines(plot, count, [&](int i) -> std::pair<double, double> {
             return {line.points[std::size_t(i)].x(), line.points[std::size_t(i)].y()};
         })) {
        if (part.size() == 1) painter.drawEllipse(part.first(), 1, 1);
        else painter.drawPolyline(part);
    }
}

}  // namespace

void paintTimes(QPainter& painter, const PlotArea& plot) {
    const QFontMetricsF metrics(painter.font());
    painter.setPen(Theme::colors().muted);
    const double step = niceStep(plot.right_value, std::max(2, int(plot.rect.width() / 80)));
    for (double t = 0; t <= plot.right_value + 1e-9; t += step) {
        const QString text = SecondsChart::tr("%1 s").arg(t);
        const double wide = metrics.horizontalAdvance(text);
        const double x = std::min(plot.x(t) - wide / 2, plot.rect.right() + right_margin - wide);
        painter.drawText(QPointF(x, plot.rect.bottom() + metrics.ascent() + 3), text);
    }
}

QRectF secondsPlot(const QPainter& painter, const QRectF& area) {
    const double row = QFontMetricsF(painter.font()).height() + 3;
    return {area.left() + seconds_left, area.top() + row + 6, area.width() - seconds_left - right_margin,
            std::max(10.0, area.height() - 2 * row - 10)};
}

void paintSeconds(QPainter& painter, const QRectF& area, const SecondsView& view) {
    const QFontMetricsF metrics(painter.font());
    const double row = metrics.height() + 3;
    painter.save();
    painter.translate(area.topLeft());
    PlotArea plot;
    plot.right_value = std::max(0.1, view.durationS);
    plot.rect = secondsPlot(painter, QRectF({0, 0}, area.size()));
    plot.axis = ValueAxis::around(0, greatest(view), 1e-3, std::max(2, int(plot.rect.height() / 24)));
    painter.setRenderHint(QPainter::Antialiasing, false);
    drawValueAxis(painter, plot);
    paintTimes(painter, plot);
    painter.setRenderHint(QPainter::Antialiasing);
    paintLegend(painter, QRectF(0, 0, area.width(), row), view);
    painter.setClipRect(plot.rect.adjusted(-1, -2, 2, 2));
    paintAreas(painter, plot, view);
    for (auto line = view.lines.rbegin(); line != view.lines.rend(); ++line)
        paintLine(painter, plot, *line);
    painter.restore();
}

SecondsChart::SecondsChart(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void SecondsChart::show(SecondsView view) {
    m_view = std::move(view);
    setAccessibleName(m_view.title);
    update();
}

void SecondsChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(Theme::small(font()));
    paintSeconds(painter, rect(), m_view);
}

}  // namespace boardwalk::desktop
