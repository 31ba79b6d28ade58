#include "desktop/ui/charts/plot.hpp"

#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

namespace {
constexpr double greatest_value = 1e300;  // of which sums and differences are finite, too
constexpr double finest_part = 1e-9;
constexpr double plain_below = 1e12;  // what is greater is written as a power of ten
constexpr int power_digits = 12;      // tells lines apart that are `finest_part` apart
}  // namespace

ValueAxis ValueAxis::around(double low, double high, double least_span, int parts) {
    if (!(low <= high)) {  // also when there is no value at all
        low = 0;
        high = 1;
    }
    low = std::clamp(low, -greatest_value, greatest_value);
    high = std::clamp(high, -greatest_value, greatest_value);
    // Lines closer than that are the same number in a double.
    least_span = std::max(least_span, std::max(std::abs(low), std::abs(high)) * finest_part);
    if (high - low < least_span) {
        const double middle = (low + high) / 2;
        // A value that cannot be negative should not get a negative axis from our padding.
        const double padded = middle - least_span / 2;
        low = low >= 0 ? std::max(0.0, padded) : padded;
        high = low + least_span;
    }
    ValueAxis axis;
    axis.step = niceStep(high - low, std::max(2, parts));
    axis.low = std::floor(low / axis.step + 1e-9) * axis.step;
    axis.high = std::ceil(high / axis.step - 1e-9) * axis.step;
    if (axis.high <= axis.low) axis.high = axis.low + axis.step;
    return axis;
}

int ValueAxis::steps() const { return int(std::lround((high - low) / step)); }

QString ValueAxis::label(double value) const {
    if (std::abs(value) < step / 1000) value = 0;  // no "-0"
    // Short where that tells the lines apart: 12k and 12.5k, but 12,003 and 12,004.
    const double greatest = std::max(std::abs(low), std::abs(high));
    if (greatest >= plain_below) return QLocale().toString(value, 'g', power_digits);
    const bool millions = greatest >= 1e6 && step >= 1e5;
    const bool thousands = !millions && greatest >= 1e4 && step >= 100;
    const double unit = millions ? 1e6 : thousands ? 1e3 : 1;
    const int decimals = std::clamp(int(std::ceil(-std::log10(step / unit) - 1e-9)), 0, 6);
    if (value == 0 && unit > 1) return QLocale().toString(0);
    const QString text = QLocale().toString(value / unit, 'f', decimals);
    return millions ? text + u'M' : thousands ? text + u'k' : text;
}

void drawValueAxis(QPainter& painter, const PlotArea& area) {
    const Colors& colors = Theme::colors();
    const ValueAxis& axis = area.axis;
    for (int i = 0; i <= axis.steps(); ++i) {
        const double value = axis.line(i);
        const double y = std::round(area.y(value)) + 0.5;
        painter.setPen(QPen(colors.grid, 1));
        painter.drawLine(QPointF(area.rect.left(), y), QPointF(area.rect.right(), y));
        painter.setPen(colors.muted);
        painter.drawText(QRectF(0, y - 9, area.rect.left() - 8, 18), Qt::AlignRight | Qt::AlignVCenter,
                         axis.label(value));
    }
}

std::vector<QPolygonF> columnLines(const PlotArea& area, int count,
                                   const std::function<std::pair<double, double>(int)>& at) {
    std::vector<QPolygonF> lines(1);
    struct Column {
        int x = -1;
        double first = 0, least = 0, greatest = 0, last = 0, at = 0;
        int points = 0;
    } column;
    const auto flush = [&] {
        if (column.points == 0) return;
        QPolygonF& line = lines.back();
        const double x = column.points == 1 ? column.at : area.rect.left() + column.x;
        line << QPointF(x, area.y(column.first));
        if (column.points > 1) {
            line << QPointF(x, area.y(column.least)) << QPointF(x, area.y(column.greatest));
            line << QPointF(x, area.y(column.last));
        }
        column.points = 0;
    };
    for (int i = 0; i < count; ++i) {
        const auto [time, value] = at(i);
        if (!std::isfinite(value)) {
            flush();
            if (!lines.back().isEmpty()) lines.emplace_back();
            continue;
        }
        const double pixel = area.x(time);
        const int x = int(std::floor(pixel - area.rect.left()));
        if (column.points == 0 || x != column.x) {
            flush();
            column = {x, value, value, value, value, pixel, 0};
        }
        column.least = std::min(column.least, value);
        column.greatest = std::max(column.greatest, value);
        column.last = value;
        ++column.points;
    }
    flush();
    if (lines.back().isEmpty()) lines.pop_back();
    return lines;
}

void drawHoverBox(QPainter& painter, const QPointF& pointer, const QRectF& bounds, const QStringList& lines,
                  const QList<QColor>& marks) {
    const Colors& colors = Theme::colors();
    const QFontMetricsF metrics(painter.font());
    double width = 0;
    for (const QString& line : lines)
        width = std::max(width, metrics.horizontalAdvance(line));
    const double line_height = metrics.height() + 3;
    QRectF box(0, 0, width + 36, line_height * double(lines.size()) + 12);
    const bool right = pointer.x() + 14 + box.width() <= bounds.right();
    box.moveLeft(right ? pointer.x() + 14 : std::max(bounds.left(), pointer.x() - 14 - box.width()));
    box.moveTop(std::clamp(pointer.y() - box.height() / 2, bounds.top(),
                           std::max(bounds.top(), bounds.bottom() - box.height())));

    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.line, 1));
    painter.setBrush(colors.raised);
    painter.drawRoundedRect(box, 6, 6);
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QRectF row(box.left() + 10, box.top() + 6 + line_height * double(i), box.width() - 16,
                         line_height);
        const bool marked = i < marks.size() && marks[i].isValid();
        if (marked) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(marks[i]);
            painter.drawRoundedRect(QRectF(row.left(), row.center().y() - 4, 8, 8), 2, 2);
        }
        painter.setPen(marked ? colors.text : colors.muted);
        painter.drawText(row.adjusted(marked ? 14 : 0, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, lines[i]);
    }
}

}  // namespace boardwalk::desktop
