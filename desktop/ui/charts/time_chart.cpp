#include "desktop/ui/charts/time_chart.hpp"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <utility>

#include "desktop/core/board/board_state.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

namespace {

constexpr double right_margin = 16;
constexpr double bottom_margin = 24;

/// Steps that people count time in, in seconds.
double timeStep(double span_s, int parts) {
    for (const double step :
         {1., 2., 5., 10., 15., 30., 60., 120., 300., 600., 900., 1800., 3600., 7200., 21600.}) {
        if (span_s / step <= parts) return step;
    }
    return 43200;
}

QString agoText(double seconds) {
    if (seconds < 0.5) return TimeChart::tr("now");
    const int s = int(std::lround(seconds));
    if (s < 60) return TimeChart::tr("−%1 s").arg(s);
    if (s < 3600) {
        return s % 60 ? TimeChart::tr("−%1 min %2 s").arg(s / 60).arg(s % 60)
                      : TimeChart::tr("−%1 min").arg(s / 60);
    }
    return s % 3600 ? TimeChart::tr("−%1 h %2 min").arg(s / 3600).arg(s % 3600 / 60)
                    : TimeChart::tr("−%1 h").arg(s / 3600);
}

}  // namespace

TimeChart::TimeChart(const BoardState& state, QList<Line> lines, QWidget* parent)
    : QWidget(parent), m_state(state), m_lines(std::move(lines)) {
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    QStringList names;
    for (const Line& line : m_lines)
        names << line.name;
    setAccessibleName(tr("Chart of %1").arg(names.join(QStringLiteral(", "))));
}

void TimeChart::setWindow(qint64 window_ms) {
    m_window_ms = window_ms;
    m_dirty = true;
    frame();
}

void TimeChart::frame() {
    if (!isVisible()) return;
    const double pixel_ms = double(m_window_ms) / std::max(1, width());
    if (m_dirty || double(m_state.uptimeNow() - m_paintedNow) >= std::max(100.0, pixel_ms)) update();
}

PlotArea TimeChart::layOut(double legend_bottom) const {
    PlotArea area;
    area.right_value = double(m_state.uptimeNow());
    area.left_value = area.right_value - double(m_window_ms);
    double low = 1e300;
    double high = -1e300;
    std::uint32_t decimals = 6;
    for (const Line& line : m_lines) {
        const SeriesRing& ring = m_state.series(line.id);
        for (int i = std::max(0, ring.lowerBound(qint64(area.left_value)) - 1); i < ring.size(); ++i) {
            const double value = ring.at(i).value;
            if (!std::isfinite(value)) continue;
            low = std::min(low, value);
            high = std::max(high, value);
        }
        decimals = std::min(decimals, line.decimals);
    }
    const double height = this->height() - legend_bottom - bottom_margin;
    area.axis = ValueAxis::around(low, high, 4 * std::pow(10, -double(decimals)), int(height / 40));
    const QFontMetricsF metrics(Theme::small(font()));
    double labels = 0;
    for (int i = 0; i <= area.axis.steps(); ++i)
        labels = std::max(labels, metrics.horizontalAdvance(area.axis.label(area.axis.line(i))));
    area.rect = QRectF(labels + 14, legend_bottom, width() - labels - 14 - right_margin, height);
    return area;
}

void TimeChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(Theme::small(font()));
    m_dirty = false;
    m_paintedNow = m_state.uptimeNow();
    const double legend_bottom = drawLegend(painter);
    const PlotArea area = layOut(legend_bottom);
    drawValueAxis(painter, area);
    drawTimeAxis(painter, area);
    painter.save();
    painter.setClipRect(area.rect.adjusted(0, -2, 1, 2));
    if (m_state.isFrozen()) painter.setOpacity(faded_opacity);
    for (int i = 0; i < m_lines.size(); ++i)
        drawLine(painter, area, i);
    painter.restore();
    drawHover(painter, area);
}

double TimeChart::drawLegend(QPainter& painter) const {
    const QFontMetricsF metrics(painter.font());
    const double row = metrics.height() + 4;
    double x = 4;
    double y = 2;
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i < m_lines.size(); ++i) {
        const Line& line = m_lines[i];
        const protocol::Reading* reading = m_state.reading(line.id);
        const QString value = valueText(reading ? reading->value : std::nullopt, line.decimals);
        const QString text = QStringLiteral("%1  %2 %3").arg(line.name, value, line.unit).trimmed();
        const double wide = metrics.horizontalAdvance(text) + 34;
        if (x > 4 && x + wide > width()) {
            x = 4;
            y += row;
        }
        painter.setPen(Qt::NoPen);
        painter.setBrush(Theme::series(i));
        painter.drawRoundedRect(QRectF(x, y + (row - 9) / 2, 9, 9), 2.5, 2.5);
        painter.setPen(Theme::colors().text);
        painter.drawText(QRectF(x + 15, y, wide, row), Qt::AlignLeft | Qt::AlignVCenter, text);
        x += wide;
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    return y + row + 10;
}

void TimeChart::drawTimeAxis(QPainter& painter, const PlotArea& area) const {
    const double span_s = double(m_window_ms) / 1000;
    const double step = timeStep(span_s, std::max(2, int(area.rect.width() / 90)));
    painter.setPen(Theme::colors().muted);
    for (double ago = 0; ago <= span_s + 1e-6; ago += step) {
        const double x = area.rect.right() - ago / span_s * area.rect.width();
        QRectF label(x - 45, area.rect.bottom() + 5, 90, 16);
        int align = Qt::AlignHCenter;
        if (label.right() > width()) {
            label.moveRight(area.rect.right());
            align = Qt::AlignRight;
        }
        const bool then = ago == 0 && m_state.isFrozen();  // the board was last heard of there
        painter.drawText(label, align | Qt::AlignTop, then ? clockText(m_state.clockNow()) : agoText(ago));
    }
}

void TimeChart::drawLine(QPainter& painter, const PlotArea& area, int index) const {
    const SeriesRing& ring = m_state.series(m_lines[index].id);
    if (ring.isEmpty()) return;
    const int from = std::max(0, ring.lowerBound(qint64(area.left_value)) - 1);
    // One more point than there are: the last value holds until now.
    const int count = ring.size() - from + 1;
    const auto lines = columnLines(area, count, [&](int i) -> std::pair<double, double> {
        if (from + i == ring.size()) return {area.right_value, ring.last().value};
        const Sample& sample = ring.at(from + i);
        return {double(sample.uptime_ms), sample.value};
    });
    // Smooth where it is cheap; dense lines with an antialiased wide pen cost eighty times as much.
    const bool sparse = count < area.rect.width() * 2;
    painter.setRenderHint(QPainter::Antialiasing, sparse);
    const QColor color = Theme::series(index);
    for (const QPolygonF& line : lines) {
        // An area is the more the higher: not above an axis that begins somewhere.
        if (m_lines.size() == 1 && area.axis.low <= 0) {
            QPolygonF under = line;
            under << QPointF(line.last().x(), area.rect.bottom())
                  << QPointF(line.first().x(), area.rect.bottom());
            QColor fill = color;
            fill.setAlpha(32);
            painter.setPen(Qt::NoPen);
            painter.setBrush(fill);
            painter.drawPolygon(under);
        }
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, sparse ? 1.5 : 1));
        painter.drawPolyline(line);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void TimeChart::drawHover(QPainter& painter, const PlotArea& area) const {
    if (!m_hover || !area.rect.contains(*m_hover)) return;
    const double time = area.valueAt(m_hover->x());
    QStringList texts{agoText((area.right_value - time) / 1000)};
    QList<QColor> marks{QColor()};
    painter.setPen(QPen(Theme::colors().muted, 1, Qt::DashLine));
    const double x = std::round(m_hover->x()) + 0.5;
    painter.drawLine(QPointF(x, area.rect.top()), QPointF(x, area.rect.bottom()));
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i < m_lines.size(); ++i) {
        const SeriesRing& ring = m_state.series(m_lines[i].id);
        if (ring.isEmpty()) continue;
        const double at = ring.valueAt(qint64(time));
        const std::optional<double> value = std::isfinite(at) ? std::optional(at) : std::nullopt;
        texts << QStringLiteral("%1  %2 %3")
                     .arg(m_lines[i].name, valueText(value, m_lines[i].decimals), m_lines[i].unit);
        marks << Theme::series(i);
        if (value) {
            painter.setPen(QPen(Theme::colors().surface, 1.5));
            painter.setBrush(Theme::series(i));
            painter.drawEllipse(QPointF(m_hover->x(), area.y(*value)), 4, 4);
        }
    }
    drawHoverBox(painter, *m_hover, area.rect, texts, marks);
}

void TimeChart::mouseMoveEvent(QMouseEvent* event) {
    m_hover = event->position();
    update();
}

void TimeChart::leaveEvent(QEvent*) {
    m_hover.reset();
    update();
}

}  // namespace boardwalk::desktop
