#pragma once

#include <QColor>
#include <QList>
#include <QPolygonF>
#include <QRectF>
#include <QStringList>
#include <functional>
#include <utility>
#include <vector>

#include "desktop/core/nice_step.hpp"

class QPainter;

namespace boardwalk::desktop {

/// A value axis: rounded outwards to whole steps.
struct ValueAxis {
    double low = 0;
    double high = 1;
    double step = 0.5;

    /// `least_span` keeps the noise of a steady value from filling the height.
    static ValueAxis around(double low, double high, double least_span, int parts);
    /// Lines are numbered from 0 to `steps`.
    [[nodiscard]] int steps() const;
    [[nodiscard]] double line(int number) const { return low + number * step; }
    [[nodiscard]] QString label(double value) const;
};

/// Maps time and value to pixels.
struct PlotArea {
    QRectF rect;
    double left_value = 0;
    double right_value = 1;
    ValueAxis axis;

    [[nodiscard]] double x(double value) const {
        return rect.left() + (value - left_value) / (right_value - left_value) * rect.width();
    }
    [[nodiscard]] double y(double value) const {
        return rect.bottom() - (value - axis.low) / (axis.high - axis.low) * rect.height();
    }
    [[nodiscard]] double valueAt(double x) const {
        return left_value + (x - rect.left()) / rect.width() * (right_value - left_value);
    }
};

/// Grid lines and labels of the value axis.
void drawValueAxis(QPainter& painter, const PlotArea& area);

/// Reduces points to at most four a pixel column (first, least, greatest, last), so that a line through any
/// number of points costs a line through a window's width of them. A NaN ends a line; each line is a polygon
/// of its own.
std::vector<QPolygonF> columnLines(const PlotArea& area, int count,
                                   const std::function<std::pair<double, double>(int)>& at);

/// Draws a box of lines beside the pointer, inside `bounds`.
void drawHoverBox(QPainter& painter, const QPointF& pointer, const QRectF& bounds, const QStringList& lines,
                  const QList<QColor>& marks);

}  // namespace boardwalk::desktop
