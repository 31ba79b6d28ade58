#include "desktop/core/stress/report/svg_plot.hpp"

#include <algorithm>
#include <cmath>

#include "desktop/core/nice_step.hpp"

namespace boardwalk::desktop {

namespace {

constexpr double width = 640;
constexpr double height = 180;
constexpr double left = 46;
constexpr double right = 8;
constexpr double top = 8;
constexpr double bottom = 24;

QByteArray number(double value) { return QByteArray::number(std::round(value * 10) / 10, 'g', 8); }

/// 12.5k, 0.2
QByteArray label(double value) {
    if (value >= 10'000) return QByteArray::number(value / 1000, 'g', 6) + 'k';
    return QByteArray::number(std::round(value * 1e6) / 1e6, 'g', 6);
}

}  // namespace

QByteArray htmlText(const QString& text) { return text.toHtmlEscaped().toUtf8(); }

SvgPlot::SvgPlot(const QString& name, double xMax, double yMax)
    : m_name(name), m_xMax(std::max(xMax, 0.1)), m_yMax(yMax > 0 ? yMax : 1), m_yStep(niceStep(m_yMax, 4)) {
    m_yMax = std::ceil(m_yMax / m_yStep - 1e-9) * m_yStep;
}

double SvgPlot::x(double value) const { return left + value / m_xMax * (width - left - right); }
double SvgPlot::y(double value) const { return height - bottom - value / m_yMax * (height - top - bottom); }
QByteArray SvgPlot::at(QPointF point) const { return number(x(point.x())) + ' ' + number(y(point.y())); }

void SvgPlot::line(const std::vector<QPointF>& points, const QByteArray& color, bool dashed) {
    QByteArray path;
    bool open = false;
    for (const QPointF& point : points) {
        const bool there = std::isfinite(point.y());
        // A single point between gaps is a line of no length, which round ends make a dot.
        if (there) path += (open ? " L" : "M") + at(point) + (open ? QByteArray() : " h0");
        open = there;
    }
    if (!path.isEmpty())
        m_marks += "<path class=\"line " + color + (dashed ? " dashed" : "") + "\" d=\"" + path + "\"/>\n";
}

void SvgPlot::area(const std::vector<QPointF>& upper, const std::vector<QPointF>& lower,
                   const QByteArray& color) {
    if (upper.empty()) return;
    QByteArray path;
    for (const QPointF& point : upper)
        path += (path.isEmpty() ? "M" : " L") + at(point);
    for (auto point = lower.rbegin(); point != lower.rend(); ++point)
        path += " L" + at(*point);
    m_marks += "<path class=\"area " + color + "\" d=\"" + path + " Z\"/>\n";
}

void SvgPlot::dots(const std::vector<QPointF>& points, const QByteArray& color) {
    if (points.empty()) return;
    QByteArray path;
    for (const QPointF& point : points)
        path += 'M' + at(point) + "h0";
    m_marks += "<path class=\"dots " + color + "\" d=\"" + path + "\"/>\n";
}

void SvgPlot::crosses(const std::vector<QPointF>& points, const QByteArray& color) {
    if (points.empty()) return;
    QByteArray path;
    for (const QPointF& point : points)
        path += 'M' + at(point) + "m-3 -3l6 6m0 -6l-6 6";
    m_marks += "<path class=\"line " + color + "\" d=\"" + path + "\"/>\n";
}

QByteArray SvgPlot::axes() const {
    QByteArray svg;
    for (double value = 0; value <= m_yMax + m_yStep / 2; value += m_yStep) {
        const QByteArray at = number(y(value));
        svg += "<path class=\"grid\" d=\"M" + number(left) + ' ' + at + 'H' + number(width - right) +
               "\"/><text class=\"axis end\" x=\"" + number(left - 6) + "\" y=\"" + number(y(value) + 4) +
               "\">" + label(value) + "</text>";
    }
    const double step = niceStep(m_xMax, 6);
    for (double value = 0; value <= m_xMax + 1e-9; value += step) {
        const bool last = x(value) > width - 30;
        svg += "<text class=\"axis " +
               QByteArray(value == 0 ? "start"
                          : last     ? "end"
                                     : "middle") +
               "\" x=\"" + number(last ? width - right : x(value)) + "\" y=\"" + number(height - 6) + "\">" +
               label(value) + " s</text>";
    }
    return svg + '\n';
}

QByteArray SvgPlot::take() const {
    return "<svg viewBox=\"0 0 " + number(width) + ' ' + number(height) + "\" role=\"img\"><title>" +
           htmlText(m_name) + "</title>\n" + axes() + m_marks + "</svg>\n";
}

}  // namespace boardwalk::desktop
