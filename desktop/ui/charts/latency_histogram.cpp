#include "desktop/ui/charts/latency_histogram.hpp"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <utility>

#include "desktop/core/text.hpp"
#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int bars = 40;
constexpr double least_ms = 0.01;
}  // namespace

LatencyHistogram::LatencyHistogram(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Distribution of latencies"));
}

void LatencyHistogram::setData(std::vector<Bin> bins, std::vector<Percentile> percentiles) {
    m_bins = std::move(bins);
    m_percentiles = std::move(percentiles);
    QStringList texts;
    for (const Percentile& each : m_percentiles)
        texts << each.name + u' ' + latencyText(each.ms);
    setAccessibleDescription(texts.join(QStringLiteral(", ")));
    update();
}

void LatencyHistogram::paintEvent(QPaintEvent*) {
    const Colors& colors = Theme::colors();
    QPainter painter(this);
    painter.setFont(Theme::small(font()));
    const QFontMetricsF metrics(painter.font());
    const double line = metrics.height() + 2;
    const QRectF plot(4, 2 * line + 4, width() - 8, height() - 3 * line - 12);
    painter.setPen(QPen(colors.line, 1));
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());

    double low = 1e300;
    double high = 0;
    for (const Bin& bin : m_bins) {
        if (bin.count == 0) continue;
        low = std::min(low, std::max(bin.low_ms, least_ms));
        high = std::max(high, bin.high_ms);
    }
    if (high <= 0) {
        painter.setPen(colors.muted);
        painter.drawText(plot, Qt::AlignCenter, tr("No answers yet"));
        return;
    }
    high = std::max(high, low * 4);
    const double from = std::log10(low) - 0.05;
    const double span = std::log10(high) + 0.05 - from;
    const auto x = [&](double ms) {
        return plot.left() + (std::log10(std::max(ms, least_ms)) - from) / span * plot.width();
    };

    // Bins of the engine into bars of equal width, each by the middle of its bin.
    std::vector<double> heights(bars, 0.0);
    for (const Bin& bin : m_bins) {
        if (bin.count == 0) continue;
        const double middle = std::sqrt(std::max(bin.low_ms, least_ms) * std::max(bin.high_ms, least_ms));
        const double place = (x(middle) - plot.left()) / plot.width();
        heights[std::size_t(std::clamp(int(place * bars), 0, bars - 1))] += double(bin.count);
    }
    const double most = *std::ranges::max_element(heights);
    const double wide = plot.width() / bars;
    for (int i = 0; i < bars; ++i) {
        if (heights[std::size_t(i)] <= 0) continue;
        // At least two pixels: one slow answer in a million must be seen.
        const double height = std::max(2.0, heights[std::size_t(i)] / most * plot.height());
        painter.fillRect(
            QRectF(plot.left() + i * wide + 1, plot.bottom() - height, std::max(1.0, wide - 2), height),
            colors.accent);
    }

    painter.setPen(colors.muted);
    double used = -1e9;
    for (double decade = std::pow(10, std::floor(from)); decade <= high * 1.2; decade *= 10) {
        for (const double times : {1.0, 2.0, 5.0}) {
            const double at = x(decade * times);
            const QString text = latencyText(decade * times);
            const double half = metrics.horizontalAdvance(text) / 2 + 6;
            if (at - half < std::max(used, plot.left() - 6) || at + half > plot.right() + 6) continue;
            painter.drawText(QRectF(at - half, plot.bottom() + 5, 2 * half, line), Qt::AlignCenter, text);
            used = at + half;
        }
    }

    // Marks: line style as well as colour, names on two levels so that neighbours do not cover each other.
    const std::pair<QColor, Qt::PenStyle> looks[] = {{colors.good, Qt::SolidLine},
                                                     {colors.warn, Qt::DashLine},
                                                     {colors.bad, Qt::DotLine},
                                                     {colors.text, Qt::DashDotLine}};
    double right[2] = {-1e9, -1e9};
    for (std::size_t i = 0; i < m_percentiles.size(); ++i) {
        const auto& [color, style] = looks[i % 4];
        const double at = x(m_percentiles[i].ms);
        const double half = metrics.horizontalAdvance(m_percentiles[i].name) / 2 + 3;
        const int level = at - half > right[0] ? 0 : 1;
        const double centre = std::clamp(at, plot.left() + half, plot.right() - half);
        painter.setPen(QPen(color, 1.5, style));
        painter.drawLine(QPointF(at, level == 0 ? 2 * line : line), QPointF(at, plot.bottom()));
        painter.setPen(color);
        painter.drawText(QRectF(centre - half, level == 0 ? line : 0, 2 * half, line), Qt::AlignCenter,
                         m_percentiles[i].name);
        right[level] = at + half;
    }
}

}  // namespace boardwalk::desktop
