#include <algorithm>
#include <cmath>
#include <limits>

#include "desktop/core/stress/report/stress_report.hpp"
#include "desktop/core/stress/report/svg_plot.hpp"

namespace boardwalk::desktop {

namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

constexpr auto style = R"css(
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--line:#d9dde3;--grid:#e8ebef;--text:#1a1f27;--muted:#5a6472;
--good:#15803d;--bad:#b91c1c;--s0:#2563eb;--s1:#c2410c;--s2:#15803d;--s3:#7c3aed;--s4:#0e7490;--s5:#a16207;--s6:#be185d;--s7:#94a3b8}
@media(prefers-color-scheme:dark){:root{--bg:#11161d;--card:#1b222b;--line:#323b47;--grid:#29313c;--text:#e8ecf1;--muted:#9aa5b3;
--good:#4ade80;--bad:#f87171;--s0:#60a5fa;--s1:#fb923c;--s2:#4ade80;--s3:#c084fc;--s4:#22d3ee;--s5:#facc15;--s6:#f472b6;--s7:#64748b}}
*{box-sizing:border-box}body{margin:0 auto;max-width:1360px;padding:24px;background:var(--bg);color:var(--text);
font:15px/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:22px;margin:0}h2{font-size:17px;margin:0 0 12px}h3{font-size:14px;font-weight:600;margin:18px 0 4px}
p{margin:4px 0}.muted{color:var(--muted)}.verdict{font-size:21px;line-height:1.35;font-weight:600;margin:18px 0;display:flex;gap:12px}
.verdict b{flex:none}.ok b{color:var(--good)}.no b{color:var(--bad)}
.sides{display:grid;gap:16px;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr))}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px;min-width:0}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(92px,1fr));gap:10px 14px;margin:0}
dt{color:var(--muted);font-size:13px}dd{margin:0;font-size:20px;font-weight:600;white-space:nowrap}
svg{display:block;width:100%;height:auto;overflow:visible}.axis{fill:var(--muted);font-size:12px}.end{text-anchor:end}
.middle{text-anchor:middle}.grid{stroke:var(--grid);fill:none}.line{fill:none;stroke:currentColor;stroke-width:1.8;
stroke-linecap:round;stroke-linejoin:round}.dashed{stroke-dasharray:6 5}.dots{fill:none;stroke:currentColor;stroke-width:3;stroke-linecap:round;
stroke-opacity:.55}.area{fill:currentColor;fill-opacity:.75;stroke:none}
.s0{color:var(--s0)}.s1{color:var(--s1)}.s2{color:var(--s2)}.s3{color:var(--s3)}.s4{color:var(--s4)}.s5{color:var(--s5)}
.s6{color:var(--s6)}.s7{color:var(--s7)}.bad{color:var(--bad)}.good{color:var(--good)}.text{color:var(--text)}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin:4px 0 0;padding:0;list-style:none;font-size:13px;color:var(--muted)}
.legend i{font-style:normal}.cells{display:flex;flex-wrap:wrap;gap:2px;font:15px/1.2 monospace}
.cells span{width:1.15em;text-align:center}table{border-collapse:collapse;font-size:14px}td,th{text-align:left;padding:2px 18px 2px 0;
font-weight:400}td{text-align:right}th{color:var(--muted)}
)css";

QByteArray ms(double value) {
    if (value >= 1000) return QByteArray::number(value / 1000, 'f', 2) + "&nbsp;s";
    return QByteArray::number(value, 'f', value < 1 ? 2 : value < 100 ? 1 : 0) + "&nbsp;ms";
}

/// What was not measured is a dash, never a zero.
QByteArray percentile(const Histogram& histogram, double percent) {
    return histogram.count() == 0 ? QByteArray("–") : ms(histogram.percentile(percent));
}

QByteArray optionalMs(const std::optional<double>& value) { return value ? ms(*value) : QByteArray("–"); }

QByteArray count(quint64 value) {
    QByteArray text = QByteArray::number(value);
    for (qsizetype at = text.size() - 3; at > 0; at -= 3)
        text.insert(at, ',');
    return text;
}

QByteArray figure(const char* name, const QByteArray& value) {
    return QByteArray("<div><dt>") + name + "</dt><dd>" + value + "</dd></div>";
}

QByteArray plot(const char* title, const SvgPlot& made) {
    return QByteArray("<h3>") + title + "</h3>" + made.take();
}

double spanOf(const StressReport& report) {
    double span = std::max(report.durationS, 0.1);
    for (const LatencyPoint& point : report.points)
        span = std::max(span, point.atS);
    return span;
}

QByteArray latencyPlot(const StressReport& report, double span) {
    std::vector<QPointF> answered;
    std::vector<QPointF> failed;
    double most = 0;
    for (const LatencyPoint& point : report.points) {
        (point.failed ? failed : answered).emplace_back(point.atS, point.ms);
        most = std::max(most, point.ms);
    }
    if (report.points.empty())
        return "<h3>Latency of each answer</h3><p class=\"muted\">No request ended.</p>";
    SvgPlot made(QStringLiteral("Latency of each answer over time, in milliseconds"), span, most);
    made.dots(answered, "s0");
    made.crosses(failed, "bad");
    return plot("Latency of each answer, ms", made) +
           (failed.empty() ? "" : "<ul class=\"legend\"><li class=\"bad\">✕ failed</li></ul>");
}

QByteArray ratePlot(const StressReport& report, double span) {
    std::vector<QPointF> answered;
    std::vector<QPointF> failed;
    double most = 1;
    for (const StressSecond& each : report.seconds) {
        // The last second may be a part of one.
        const double length = std::min(1.0, report.durationS - each.second);
        if (length < 0.2) continue;
        answered.emplace_back(each.second + length / 2, static_cast<double>(each.requests) / length);
        failed.emplace_back(each.second + length / 2, static_cast<double>(each.failed) / length);
        most = std::max({most, answered.back().y(), failed.back().y()});
    }
    SvgPlot made(QStringLiteral("Requests answered and failed in each second"), span, most);
    made.line(answered, "s0");
    if (report.requests.failed > 0) made.line(failed, "bad", true);
    return plot("Requests a second", made) +
           (report.requests.failed > 0
                ? "<ul class=\"legend\"><li class=\"s0\">━ answered</li><li class=\"bad\">╌ failed</li></ul>"
                : "");
}

QByteArray histogramTable(const StressReport& report) {
    const auto bins = report.latency.bins(5);
    if (bins.empty()) return {};
    quint64 most = 1;
    for (const Histogram::Bin& bin : bins)
        most = std::max(most, bin.count);
    const double wide = 640.0 / static_cast<double>(std::max<std::size_t>(bins.size(), 8));
    QByteArray svg = "<svg viewBox=\"0 0 640 130\" role=\"img\"><title>Distribution of latencies</title>";
    for (std::size_t i = 0; i < bins.size(); ++i) {
        // At least two pixels: one slow answer in a million must be seen.
        const double high =
            bins[i].count == 0
                ? 0
                : std::max(2.0, 100.0 * static_cast<double>(bins[i].count) / static_cast<double>(most));
        const double x = static_cast<double>(i) * wide;
        svg += "<rect class=\"s0\" fill=\"currentColor\" x=\"" + QByteArray::number(x + 1, 'f', 1) +
               "\" y=\"" + QByteArray::number(105 - high, 'f', 1) + "\" width=\"" +
               QByteArray::number(wide - 2, 'f', 1) + "\" height=\"" + QByteArray::number(high, 'f', 1) +
               "\"><title>" + ms(bins[i].lowMs) + " to " + ms(bins[i].highMs) + ": " + count(bins[i].count) +
               "</title></rect>";
        const std::size_t labels = std::max<std::size_t>(1, bins.size() / 8);
        if (i % labels == 0)
            svg += "<text class=\"axis\" x=\"" + QByteArray::number(x + 1, 'f', 1) + "\" y=\"122\">" +
                   ms(bins[i].lowMs) + "</text>";
    }
    return "<h3>Distribution of latencies (logarithmic)</h3>" + svg + "</svg>";
}

QByteArray errorTable(const StressReport& report) {
    QByteArray html = "<h3>What went wrong, each time that it was seen</h3><table>";
    const auto row = [&](const char* name, quint64 value) {
        html += QByteArray("<tr><th>") + name + "</th><td>" + count(value) + "</td></tr>";
    };
    row("reset (RST)", report.errors.reset);
    row("503: no room", report.status.value(503));
    row("refused, 503 included", report.errors.refused);
    row("no connection in time", report.errors.connectTimeout);
    row("no answer in time", report.errors.timeout);
    row("closed too early", report.errors.earlyClose);
    return html + "</table>";
}

QByteArray connectionCells(const StressReport& report) {
    struct Look {
        ConnectionState state;
        const char* sign;
        const char* color;
        const char* name;
    };
    constexpr std::array<Look, 7> looks{{{ConnectionState::Answered, "✓", "good", "answered"},
                                         {ConnectionState::Open, "●", "good", "open"},
                                         {ConnectionState::Evicted, "▬", "s1", "recycled or ended"},
                                         {ConnectionState::Refused, "✕", "bad", "refused"},
                                         {ConnectionState::TimedOut, "◔", "bad", "timed out"},
                                         {ConnectionState::Connecting, "○", "s0", "connecting"},
                                         {ConnectionState::Waiting, "·", "s7", "not begun"}}};
    QByteArray cells;
    QByteArray legend;
    for (const Look& look : looks) {
        const auto there = std::count(report.connections.begin(), report.connections.end(), look.state);
        if (there == 0) continue;
        legend += QByteArray("<li><i class=\"") + look.color + "\">" + look.sign + "</i> " +
                  count(static_cast<quint64>(there)) + ' ' + look.name + "</li>";
    }
    for (const ConnectionState state : report.connections)
        for (const Look& look : looks)
            if (look.state == state)
                cells += QByteArray("<span class=\"") + look.color + "\">" + look.sign + "</span>";
    return "<h3>Connections</h3><div class=\"cells\" aria-hidden=\"true\">" + cells +
           "</div><ul class=\"legend\">" + legend + "</ul>";
}

QByteArray clientSide(const StressReport& report, double span) {
    const double perS = report.durationS > 0 ? static_cast<double>(report.requests.ok) / report.durationS : 0;
    const bool asked = report.requests.sent > 0;
    QByteArray html = "<section><h2>What the clients saw</h2><dl>";
    html += figure("requests/s", asked ? count(static_cast<quint64>(std::llround(perS))) : QByteArray("–"));
    html += figure("answered", count(report.requests.ok)) + figure("failed", count(report.requests.failed));
    if (report.options.mode == StressMode::Browser)
        html += figure("whole pages", count(report.pages.count())) +
                figure("page p99", percentile(report.pages, 99));
    for (const auto& [name, percent] :
         {std::pair("p50", 50.0), {"p90", 90.0}, {"p99", 99.0}, {"p99.9", 99.9}, {"slowest", 100.0}})
        html += figure(name, percentile(report.latency, percent));
    html += figure("connect p50", percentile(report.connect, 50)) +
            figure("connect p99", percentile(report.connect, 99));
    return html + "</dl>" + latencyPlot(report, span) + ratePlot(report, span) + histogramTable(report) +
           errorTable(report) + connectionCells(report) + "</section>";
}

/// Of protocol::SlotState, from the bottom up; `free` is what is above.
constexpr std::array<std::pair<const char*, std::size_t>, 7> slot_states{{{"idle", 6},
                                                                          {"live stream", 7},
                                                                          {"working", 4},
                                                                          {"sending", 5},
                                                                          {"body arriving", 3},
                                                                          {"head arriving", 2},
                                                                          {"silent", 1}}};

QByteArray slotPlot(const BoardSide& board, double span) {
    SvgPlot made(QStringLiteral("Slots in each state, and the most taken in each second"), span,
                 std::max(board.slotsMax, board.peakConnections()));
    std::vector<QPointF> lower;
    std::vector<QPointF> peak;
    for (const BoardSecond& each : board.seconds) {
        lower.emplace_back(each.atS, 0);
        peak.emplace_back(each.atS, each.answeredMs ? each.peakConnections : gap);
    }
    QByteArray legend = "<li class=\"text\">━ the most of each second</li>";
    for (std::size_t i = 0; i < slot_states.size(); ++i) {
        const auto& [name, state] = slot_states[i];
        std::vector<QPointF> upper = lower;
        bool any = false;
        for (std::size_t k = 0; k < board.seconds.size(); ++k) {
            upper[k].ry() += board.seconds[k].slots[state];
            any = any || board.seconds[k].slots[state] > 0;
        }
        if (!any) continue;
        const QByteArray color = 's' + QByteArray::number(static_cast<int>(i));
        made.area(upper, lower, color);
        legend += "<li><i class=\"" + color + "\">■</i> " + name + "</li>";
        lower = std::move(upper);
    }
    made.line(peak, "text");
    return plot("Slots", made) + "<ul class=\"legend\">" + legend + "</ul>";
}

QByteArray buffersPlot(const BoardSide& board, double span) {
    std::vector<QPointF> buffers;
    std::vector<QPointF> waiting;
    for (const BoardSecond& each : board.seconds) {
        buffers.emplace_back(each.atS, each.answeredMs ? each.peakBuffers : gap);
        waiting.emplace_back(each.atS, each.answeredMs ? each.peakWaiting : gap);
    }
    SvgPlot made(QStringLiteral("Buffers in use and connections in line, the most of each second"), span,
                 std::max({board.buffersMax, board.peakBuffers(), board.peakWaiting()}));
    made.line(buffers, "s0");
    made.line(waiting, "s1", true);
    return plot("Buffers and the line for a slot or a buffer", made) +
           "<ul class=\"legend\"><li class=\"s0\">━ buffers in use</li><li class=\"s1\">╌ in line</li></ul>";
}

QByteArray answersPlot(const BoardSide& board, double span) {
    std::vector<QPointF> beside;
    std::vector<QPointF> own;
    double most = 1;
    for (const BoardSecond& each : board.seconds) {
        beside.emplace_back(each.atS, each.answeredMs.value_or(gap));
        own.emplace_back(each.atS, each.p99Ms.value_or(gap));
        most = std::max({most, each.answeredMs.value_or(0), each.p99Ms.value_or(0)});
    }
    SvgPlot made(QStringLiteral("The board's own p99, and how long a client beside the test waited"), span,
                 most);
    made.line(own, "s0");
    made.line(beside, "s2", true);
    return plot("Its own p99, and a client beside the test, ms", made) +
           "<ul class=\"legend\"><li class=\"s0\">━ its own p99</li><li class=\"s2\">╌ the client "
           "beside</li></ul>";
}

QByteArray boardSide(const BoardSide& board, double span) {
    if (!board.known())
        return "<section><h2>What the board said</h2><p class=\"muted\">It told no "
               "diagnostics.</p></section>";
    const BoardSecond last = board.last();
    const auto of = [](int used, int most) {
        return QByteArray::number(used) + " / " + QByteArray::number(most);
    };
    double busy = 0;
    std::optional<double> p99;
    for (const BoardSecond& each : board.seconds) {
        busy = std::max(busy, each.busyShare);
        if (each.p99Ms) p99 = each.p99Ms;
    }
    QByteArray html = "<section><h2>What the board said of the same seconds</h2><dl>";
    html += figure("slots at most", of(board.peakConnections(), board.slotsMax)) +
            figure("buffers at most", of(board.peakBuffers(), board.buffersMax)) +
            figure("in line at most", QByteArray::number(board.peakWaiting())) +
            figure("slots busy at most", QByteArray::number(busy * 100, 'f', 0) + "&nbsp;%") +
            figure("evicted", count(last.evicted)) + figure("refused", count(last.refused)) +
            figure("timed out", count(last.timedOut)) + figure("its p99", optionalMs(p99)) +
            figure("client beside", optionalMs(board.slowestAnswerMs()));
    return html + "</dl>" + slotPlot(board, span) + buffersPlot(board, span) + answersPlot(board, span) +
           "</section>";
}

QByteArray factsOf(const StressReport& report) {
    const StressOptions& options = report.options;
    QString facts = QStringLiteral("%1 · %2 connections · %3 s")
                        .arg(stressModeName(options.mode))
                        .arg(options.connections)
                        .arg(report.durationS, 0, 'f', 1);
    if (options.mode == StressMode::Rate)
        facts += QStringLiteral(" · %1 requests/s").arg(options.ratePerS, 0, 'g', 6);
    if (options.mode == StressMode::Slow)
        facts += QStringLiteral(" · %1 bytes/s each").arg(options.slowBytesPerS);
    if (report.started.isValid())
        facts += QStringLiteral(" · %1 UTC")
                     .arg(report.started.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")));
    if (report.generatorShare > 0)
        facts += QStringLiteral(" · the test itself took %1 % of a processor")
                     .arg(report.generatorShare * 100, 0, 'f', 0);
    return htmlText(facts);
}

}  // namespace

QByteArray StressReport::toHtml() const {
    const double span = spanOf(*this);
    const QByteArray name = htmlText(options.url.toString());
    return QByteArray(
               "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
               "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
               // The page loads nothing and runs nothing, whatever a board's name may hold.
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
               "'unsafe-inline'; img-src data:\"><link rel=\"icon\" href=\"data:,\">\n<title>Stress test "
               "of ") +
           name + "</title><style>" + style + "</style></head>\n<body><h1>Stress test of " + name +
           "</h1>\n<p class=\"muted\">" + factsOf(*this) + "</p>\n<p class=\"muted\">" +
           htmlText(stressModeAbout(options.mode)) + "</p>\n<p class=\"verdict " + (good() ? "ok" : "no") +
           "\"><b>" + (good() ? "✓" : "✕") + "</b><span>" + htmlText(verdict()) +
           "</span></p>\n<main class=\"sides\">\n" + clientSide(*this, span) + boardSide(board, span) +
           "</main>\n<p class=\"muted\">boardwalk-stress " BOARDWALK_VERSION "</p></body></html>\n";
}

}  // namespace boardwalk::desktop
