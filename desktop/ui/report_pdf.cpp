#include "desktop/ui/report_pdf.hpp"

#include <QBuffer>
#include <QLocale>
#include <QPainter>
#include <QPdfWriter>
#include <algorithm>
#include <limits>

#include "desktop/core/stress/report/stress_report.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/charts/seconds_chart.hpp"
#include "desktop/ui/pages/stress_view.hpp"
#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

namespace {

/// The page in units of the window's plots: 1/96 of an inch; A4 across, without its margins.
constexpr double page_width = 1040;
constexpr double column = 505;
constexpr double row_height = 17;

QString tr(const char* text) { return QCoreApplication::translate("ReportPdf", text); }

QString percentile(const Histogram& histogram, double percent) {
    return histogram.count() == 0 ? QStringLiteral("–") : latencyText(histogram.percentile(percent));
}

SecondsView latencyView(const StressReport& report, double durationS) {
    SecondsView view;
    view.title = tr("Latency of each second, ms");
    view.durationS = durationS;
    std::vector<QPointF> p50;
    std::vector<QPointF> p99;
    for (const StressSecond& each : report.seconds) {
        if (report.durationS - each.second <= 0.2) continue;  // what came after the test's time
        const double gap = std::numeric_limits<double>::quiet_NaN();
        p50.emplace_back(each.second + 0.5, each.requests > 0 ? each.p50Ms : gap);
        p99.emplace_back(each.second + 0.5, each.requests > 0 ? each.p99Ms : gap);
    }
    view.lines = {{tr("p99"), 1, std::move(p99), false}, {tr("p50"), 0, std::move(p50), false}};
    return view;
}

QList<QPair<QString, QString>> clientRows(const StressReport& report) {
    const QLocale locale;
    const auto count = [&](quint64 value) { return locale.toString(value); };
    const double perS = report.durationS > 0 ? double(report.requests.ok) / report.durationS : 0;
    QString latency;
    for (const auto& [name, percent] :
         {std::pair("p50", 50.0), {"p90", 90.0}, {"p99", 99.0}, {"p99.9", 99.9}, {"max", 100.0}})
        latency += QStringLiteral("%1 %2   ").arg(QLatin1String(name), percentile(report.latency, percent));
    const ErrorCounts& e = report.errors;
    return {
        {tr("Requests"), tr("%1 answered (%2/s), %3 failed, %4 on a second try")
                             .arg(count(report.requests.ok))
                             .arg(perS, 0, 'f', 0)
                             .arg(count(report.requests.failed), count(report.requests.retried))},
        {tr("Latency"), latency},
        {tr("Connecting"), QStringLiteral("p50 %1   p99 %2")
                               .arg(percentile(report.connect, 50), percentile(report.connect, 99))},
        {tr("Errors"), tr("%1 reset, %2 × 503, %3 refused, %4 no connection, %5 no answer, %6 closed early")
                           .arg(count(e.reset), count(report.status.value(503)), count(e.refused),
                                count(e.connectTimeout), count(e.timeout), count(e.earlyClose))},
        {tr("Connections"), tr("%1 open, %2 answered, %3 recycled, %4 refused, %5 timed out")
                                .arg(report.outcome.open)
                                .arg(report.outcome.answered)
                                .arg(report.outcome.evicted)
                                .arg(report.outcome.refused)
                                .arg(report.outcome.timedOut)}};
}

QList<QPair<QString, QString>> boardRows(const BoardSide& board) {
    if (!board.known()) return {{tr("Diagnostics"), tr("not told")}};
    const BoardSecond last = board.last();
    const auto slowest = board.slowestAnswerMs();
    return {
        {tr("At most"), tr("%1 of %2 slots, %3 of %4 buffers, %5 in line")
                            .arg(board.peakConnections())
                            .arg(board.slotsMax)
                            .arg(board.peakBuffers())
                            .arg(board.buffersMax)
                            .arg(board.peakWaiting())},
        {tr("Counted"),
         tr("%1 evicted, %2 refused, %3 timed out").arg(last.evicted).arg(last.refused).arg(last.timedOut)},
        {tr("Its p99"), last.p99Ms ? latencyText(last.p99Ms) : QStringLiteral("–")},
        {tr("A client beside"),
         slowest ? tr("answered within %1").arg(latencyText(slowest)) : QStringLiteral("–")}};
}

double paintRows(QPainter& painter, QPointF at, const QList<QPair<QString, QString>>& rows) {
    for (const auto& [name, value] : rows) {
        painter.setPen(Theme::colors().muted);
        painter.drawText(QRectF(at, QSizeF(95, row_height)), Qt::AlignVCenter, name);
        painter.setPen(Theme::colors().text);
        painter.drawText(QRectF(at + QPointF(95, 0), QSizeF(column - 95, row_height)), Qt::AlignVCenter,
                         value);
        at.ry() += row_height;
    }
    return at.y();
}

double paintText(QPainter& painter, double y, const QFont& font, const QColor& color, const QString& text) {
    painter.setFont(font);
    painter.setPen(color);
    QRectF used;
    painter.drawText(QRectF(0, y, page_width, 200), Qt::TextWordWrap, text, &used);
    return used.bottom();
}

void paintReport(QPainter& painter, const StressReport& report) {
    QFont base = painter.font();
    base.setPixelSize(12);
    QFont title = base;
    title.setPixelSize(20);
    title.setWeight(QFont::DemiBold);
    QFont verdict = title;
    verdict.setPixelSize(17);
    const Colors& colors = Theme::colors();
    double y =
        paintText(painter, 0, title, colors.text, tr("Stress test of %1").arg(report.options.url.toString()));
    y = paintText(painter, y + 2, base, colors.muted,
                  tr("%1 · %2 connections · %3 s · %4 · the test itself took %5 % of a processor")
                      .arg(stressModeName(report.options.mode))
                      .arg(report.options.connections)
                      .arg(report.durationS, 0, 'f', 1)
                      .arg(report.started.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss 'UTC'")))
                      .arg(report.generatorShare * 100, 0, 'f', 0));
    y = paintText(painter, y + 2, base, colors.muted, stressModeAbout(report.options.mode));
    y = paintText(painter, y + 12, verdict, report.good() ? colors.good : colors.bad,
                  (report.good() ? QStringLiteral("✓ ") : QStringLiteral("✕ ")) + report.verdict());
    base.setPixelSize(11);
    painter.setFont(base);
    const double right = page_width - column;
    y = std::max(paintRows(painter, {0, y + 12}, clientRows(report)),
                 paintRows(painter, {right, y + 12}, boardRows(report.board)));
    const double duration = std::max(0.1, report.durationS);
    const QSizeF size(column, 165);
    paintSeconds(painter, {{0, y + 14}, size}, latencyView(report, duration));
    paintSeconds(painter, {{right, y + 14}, size}, slotsView(report.board, nullptr, duration));
    y += 14 + size.height() + 10;
    paintSeconds(painter, {{0, y}, size}, rateView(report, nullptr, duration));
    paintSeconds(painter, {{right, y}, size}, lineView(report.board, nullptr, duration));
}

}  // namespace

QByteArray reportPdf(const StressReport& report) {
    QByteArray pdf;
    QBuffer buffer(&pdf);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(tr("Stress test of %1").arg(report.options.url.toString()));
        writer.setCreator(QStringLiteral("Boardwalk " BOARDWALK_VERSION));
        writer.setPageSize(QPageSize(QPageSize::A4));
        writer.setPageOrientation(QPageLayout::Landscape);
        writer.setPageMargins(QMarginsF(12, 12, 12, 12), QPageLayout::Millimeter);
        const Theme::ForPaper light;
        QPainter painter(&writer);
        const double scale = writer.width() / page_width;
        painter.scale(scale, scale);
        paintReport(painter, report);
    }
    return pdf;
}

}  // namespace boardwalk::desktop
