#pragma once

#include <QByteArray>
#include <QPointF>
#include <QString>
#include <vector>

namespace boardwalk::desktop {

/// Text as HTML shows it, whatever it holds.
[[nodiscard]] QByteArray htmlText(const QString& text);

/// One plot over the time of a test as an inline SVG. Colours are the page's classes (`s0` to `s7`, `bad`,
/// `grid`), so that light and dark are the page's choice.
class SvgPlot {
public:
    /// `name` says in words what is plotted. Values go from 0 to `yMax`.
    SvgPlot(const QString& name, double xMax, double yMax);

    /// A line through points in order; one without a finite value is a gap.
    void line(const std::vector<QPointF>& points, const QByteArray& color, bool dashed = false);
    /// The area between two heights.
    void area(const std::vector<QPointF>& upper, const std::vector<QPointF>& lower, const QByteArray& color);
    void dots(const std::vector<QPointF>& points, const QByteArray& color);
    /// Crosses: what failed is not told by colour alone.
    void crosses(const std::vector<QPointF>& points, const QByteArray& color);

    /// The whole element.
    [[nodiscard]] QByteArray take() const;

private:
    [[nodiscard]] double x(double value) const;
    [[nodiscard]] double y(double value) const;
    [[nodiscard]] QByteArray at(QPointF point) const;
    [[nodiscard]] QByteArray axes() const;

    QString m_name;
    double m_xMax;
    double m_yMax;
    double m_yStep;
    QByteArray m_marks;
};

}  // namespace boardwalk::desktop
