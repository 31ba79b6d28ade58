#include "desktop/ui/pages/stress_view.hpp"

#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "desktop/core/text.hpp"
#include "desktop/ui/charts/latency_histogram.hpp"
#include "desktop/ui/charts/scatter_plot.hpp"
#include "desktop/ui/charts/seconds_chart.hpp"
#include "desktop/ui/charts/state_grid.hpp"
#include "desktop/ui/pages/pools_panel.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/layout/card.hpp"
#include "desktop/ui/widgets/layout/figure_strip.hpp"
#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int side_by_side_from = 760;
constexpr double gap = std::numeric_limits<double>::quiet_NaN();

struct StateLook {
    ConnectionState state;
    Mark::Shape shape;
    const char* name;
};

constexpr std::array<StateLook, 7> state_looks{{
    {ConnectionState::Answered, Mark::Shape::Check, QT_TRANSLATE_NOOP("StressView", "answered")},
    {ConnectionState::Open, Mark::Shape::Filled, QT_TRANSLATE_NOOP("StressView", "open")},
    {ConnectionState::Evicted, Mark::Shape::Bar, QT_TRANSLATE_NOOP("StressView", "recycled")},
    {ConnectionState::Refused, Mark::Shape::Cross, QT_TRANSLATE_NOOP("StressView", "refused")},
    {ConnectionState::TimedOut, Mark::Shape::Clock, QT_TRANSLATE_NOOP("StressView", "timed out")},
    {ConnectionState::Connecting, Mark::Shape::Dotted, QT_TRANSLATE_NOOP("StressView", "connecting")},
    {ConnectionState::Waiting, Mark::Shape::Empty, QT_TRANSLATE_NOOP("StressView", "not begun")},
}};

Mark markOf(const StateLook& look) {
    const Colors& colors = Theme::colors();
    switch (look.state) {
        case ConnectionState::Answered:
        case ConnectionState::Open: return {look.shape, colors.good};
        case ConnectionState::Evicted: return {look.shape, colors.warn};
        case ConnectionState::Refused:
        case ConnectionState::TimedOut: return {look.shape, colors.bad};
        case ConnectionState::Connecting: return {look.shape, colors.accent};
        case ConnectionState::Waiting: break;
    }
    return {look.shape, colors.muted};
}

QString number(quint64 value) { return QLocale().toString(value); }

QString percentile(const Histogram& histogram, double percent) {
    return histogram.count() == 0 ? QStringLiteral("–") : latencyText(histogram.percentile(percent));
}

QString rateText(const StressReport& report) {
    if (report.requests.sent == 0 || report.durationS <= 0) return QStringLiteral("–");
    return number(quint64(qRound64(double(report.requests.ok) / report.durationS)));
}

QString errorsText(const StressReport& report) {
    const ErrorCounts& errors = report.errors;
    QStringList parts;
    const auto add = [&](quint64 count, const QString& name) { parts << number(count) + u' ' + name; };
    add(errors.reset, StressView::tr("reset"));
    add(report.status.value(503), StressView::tr("503"));
    add(errors.refused, StressView::tr("refused or 503"));
    add(errors.connectTimeout, StressView::tr("no connection in time"));
    add(errors.timeout, StressView::tr("no answer in time"));
    add(errors.earlyClose, StressView::tr("closed early"));
    return parts.join(QStringLiteral(" · "));
}

/// A figure of each second as points; gaps where the board did not answer.
template <class Value>
std::vector<QPointF> pointsOf(const BoardSide& board, Value value) {
    std::vector<QPointF> points;
    for (const BoardSecond& each : board.seconds)
        points.emplace_back(each.atS, each.answeredMs ? double(value(each)) : gap);
    return points;
}

template <class Value>
std::vector<QPointF> pointsOf(const StressReport& report, Value value) {
    std::vector<QPointF> points;
    for (const StressSecond& each : report.seconds)
        if (report.durationS - each.second > 0.2) points.emplace_back(each.second + 0.5, value(each));
    return points;
}

/// Of protocol::SlotState, from the bottom up; what is free is above.
struct SlotArea {
    std::size_t state;
    int tone;
    const char* name;
};
constexpr std::array<SlotArea, 7> slot_areas{
    {{7, 3, QT_TRANSLATE_NOOP("StressView", "stream")},
     {6, 2, QT_TRANSLATE_NOOP("StressView", "idle")},
     {4, 0, QT_TRANSLATE_NOOP("StressView", "working")},
     {5, 5, QT_TRANSLATE_NOOP("StressView", "sending")},
     {3, 4, QT_TRANSLATE_NOOP("StressView", "body")},
     {2, 1, QT_TRANSLATE_NOOP("StressView", "head")},
     {1, SecondsView::Muted, QT_TRANSLATE_NOOP("StressView", "silent")}}};

}  // namespace

SecondsView slotsView(const BoardSide& board, const BoardSide* other, double durationS) {
    SecondsView view;
    view.title = StressView::tr("Slots");
    view.durationS = durationS;
    view.leastMax = std::max(1, board.slotsMax);
    view.lines.push_back({StressView::tr("most of each second"), SecondsView::Text,
                          pointsOf(board, [](const BoardSecond& s) { return s.peakConnections; }), false});
    if (other)
        view.lines.push_back({StressView::tr("compared"), SecondsView::Text,
                              pointsOf(*other, [](const BoardSecond& s) { return s.peakConnections; }),
                              true});
    for (const SlotArea& look : slot_areas) {
        SecondsView::Area area{StressView::tr(look.name), look.tone, {}};
        int most = 0;
        for (const BoardSecond& each : board.seconds) {
            area.points.emplace_back(each.atS, each.slots.at(look.state));
            most = std::max(most, each.slots.at(look.state));
        }
        if (most > 0) view.areas.push_back(std::move(area));
    }
    return view;
}

SecondsView lineView(const BoardSide& board, const BoardSide* other, double durationS) {
    SecondsView view;
    view.title = StressView::tr("Buffers and line");
    view.durationS = durationS;
    view.leastMax = std::max(1, board.buffersMax);
    view.lines = {{StressView::tr("buffers in use"), 0,
                   pointsOf(board, [](const BoardSecond& s) { return s.peakBuffers; }), false},
                  {StressView::tr("waiting in line"), 1,
                   pointsOf(board, [](const BoardSecond& s) { return s.peakWaiting; }), false}};
    if (!other) return view;
    view.lines.push_back({StressView::tr("compared"), 0,
                          pointsOf(*other, [](const BoardSecond& s) { return s.peakBuffers; }), true});
    view.lines.push_back({{}, 1, pointsOf(*other, [](const BoardSecond& s) { return s.peakWaiting; }), true});
    return view;
}

SecondsView rateView(const StressReport& report, const StressReport* other, double durationS) {
    SecondsView view;
    view.title = StressView::tr("Requests/s");
    view.durationS = durationS;
    view.lines.push_back({StressView::tr("answered"), 0,
                          pointsOf(report, [](const StressSecond& s) { return double(s.requests); }), false});
    if (report.requests.failed > 0)
        view.lines.push_back({StressView::tr("failed"), SecondsView::Bad,
                              pointsOf(report, [](const StressSecond& s) { return double(s.failed); }),
                              false});
    if (other)
        view.lines.push_back({StressView::tr("compared"), 0,
                              pointsOf(*other, [](const StressSecond& s) { return double(s.requests); }),
                              true});
    return view;
}

StressView::StressView(QWidget* parent)
    : QWidget(parent), m_sides(new QBoxLayout(QBoxLayout::LeftToRight, this)) {
    m_sides->setContentsMargins(0, 0, 0, 0);
    m_sides->setSpacing(12);
    m_sides->addWidget(makeClient(), 1);
    m_sides->addWidget(makeBoard(), 1);
    begin(m_durationS);
}

QWidget* StressView::makeClient() {
    m_clientFigures = new FigureStrip(
        {tr("Requests/s"), tr("p50"), tr("p90"), tr("p99"), tr("p99.9"), tr("Slowest"), tr("Answered"),
         tr("Failed"), tr("Recycled"), tr("Conn. p50"), tr("Conn. p99"), tr("This test")},
        6);
    m_clientFigures->explain(8, tr("Idle connections that the board closed, and slow ones that it ended"));
    m_clientFigures->explain(9, tr("From the first packet to an open connection"));
    m_clientFigures->explain(11, tr("Processor time of the test itself: near 100 % it is the bottleneck"));
    m_plot = new ScatterPlot;
    m_compared = new SecondsChart;
    m_compared->hide();
    m_rate = new SecondsChart;
    m_histogram = new LatencyHistogram;
    m_grid = new StateGrid(20, tr("Connections of the test"));
    m_grid->setFitted(6);
    m_errors = new Label;
    m_errors->setObjectName(QStringLiteral("muted"));
    m_errors->setFont(Theme::small(font()));
    m_errors->setWordWrap(true);
    auto* card = new Card(tr("What the clients saw"));
    card->content()->addWidget(m_clientFigures);
    card->content()->addWidget(m_plot, 6);
    card->content()->addWidget(m_compared, 6);
    card->content()->addWidget(m_rate, 5);
    auto* pair = new QHBoxLayout;
    pair->setSpacing(14);
    pair->addWidget(m_histogram, 4);
    pair->addWidget(m_grid, 5);
    card->content()->addLayout(pair, 6);
    card->content()->addWidget(m_errors);
    return card;
}

QWidget* StressView::makeBoard() {
    m_boardFigures =
        new FigureStrip({tr("Slots"), tr("Buffers"), tr("In line"), tr("Busy"), tr("Its p99"),
                         tr("Bystander"), tr("Evicted"), tr("Refused"), tr("Timed out"), tr("Its req/s")},
                        6);
    m_boardFigures->explain(
        5, tr("How long a client beside the test, which asks once a second, waited at most"));
    m_boardFigures->explain(3, tr("The most of a second in which its slots dealt with something"));
    m_slotsChart = new SecondsChart;
    m_lineChart = new SecondsChart;
    m_slots = new StateGrid(22, tr("The board's slots"));
    m_slots->setFitted(8);
    m_untold = new Label;
    m_untold->setObjectName(QStringLiteral("muted"));
    m_untold->setFont(Theme::small(font()));
    m_untold->setWordWrap(true);
    auto* card = new Card(tr("What the board said of the same seconds"));
    card->content()->addWidget(m_boardFigures);
    card->content()->addWidget(m_slotsChart, 6);
    card->content()->addWidget(m_lineChart, 5);
    card->content()->addWidget(m_slots, 6);
    card->content()->addWidget(m_untold);
    return card;
}

void StressView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_sides->setDirection(width() >= side_by_side_from ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void StressView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange && event->type() != QEvent::StyleChange) return;
    m_slotsOf.clear();  // marks keep the colours that they were made with
    showConnections();
    showSlots(m_report.board);
}

void StressView::begin(double durationS) {
    m_durationS = durationS;
    m_report = {};
    m_other.reset();
    m_plot->clear();
    m_plot->setDuration(durationS);
    showClient(m_report);
    showBoard(m_report.board);
}

void StressView::show(const StressSnapshot& snapshot) {
    for (const LatencyPoint& point : snapshot.recent)
        m_plot->add(point.atS, point.ms, point.failed);
    m_plot->frame();
    m_report.durationS = std::min(snapshot.elapsedS, snapshot.durationS);
    m_report.requests = snapshot.requests;
    m_report.errors = snapshot.errors;
    m_report.outcome = snapshot.outcome;
    m_report.evictions = snapshot.evictions;
    m_report.latency = snapshot.latency;
    m_report.connect = snapshot.connect;
    m_report.status = snapshot.status;
    m_report.connections = snapshot.connections;
    m_report.seconds = snapshot.seconds;
    m_report.board = snapshot.board;
    m_report.generatorShare = snapshot.generatorShare;
    showClient(m_report);
    m_clientFigures->setFigure(0, snapshot.requests.sent == 0
                                      ? QStringLiteral("–")
                                      : number(quint64(std::llround(snapshot.requestsPerS))));
    showBoard(m_report.board);
}

void StressView::show(const StressReport& report, const std::optional<StressReport>& other) {
    m_durationS = report.durationS;
    for (const LatencyPoint& point : report.points)
        m_durationS = std::max(m_durationS, point.atS);
    if (other) m_durationS = std::max(m_durationS, other->durationS);
    m_plot->clear();
    m_plot->setDuration(m_durationS);
    for (const LatencyPoint& point : report.points)
        m_plot->add(point.atS, point.ms, point.failed);
    m_report = report;
    m_other = other;
    showClient(m_report);
    showBoard(m_report.board);
}

void StressView::showClient(const StressReport& report) {
    const auto show = [this, &report](int index, const auto& textOf) {
        m_clientFigures->setFigure(index, textOf(report), m_other ? textOf(*m_other) : QString());
    };
    show(0, rateText);
    int index = 1;
    for (const double percent : {50.0, 90.0, 99.0, 99.9, 100.0})
        show(index++, [percent](const StressReport& each) { return percentile(each.latency, percent); });
    show(6, [](const StressReport& each) { return number(each.requests.ok); });
    show(7, [](const StressReport& each) { return number(each.requests.failed); });
    show(8, [](const StressReport& each) { return number(each.evictions + each.requests.cut); });
    show(9, [](const StressReport& each) { return percentile(each.connect, 50); });
    show(10, [](const StressReport& each) { return percentile(each.connect, 99); });
    show(11, [](const StressReport& each) {
        return each.generatorShare > 0 ? tr("%1 % CPU").arg(each.generatorShare * 100, 0, 'f', 0)
                                       : QStringLiteral("–");
    });
    m_plot->setVisible(!m_other);
    m_compared->setVisible(m_other.has_value());
    if (m_other) {
        const auto p99 = [](const StressSecond& s) { return s.requests > 0 ? s.p99Ms : gap; };
        SecondsView view;
        view.title = tr("p99 of each second, ms");
        view.durationS = m_durationS;
        view.lines = {{tr("this test"), 0, pointsOf(report, p99), false},
                      {tr("compared"), 0, pointsOf(*m_other, p99), true}};
        m_compared->show(std::move(view));
    }
    m_rate->show(rateView(report, m_other ? &*m_other : nullptr, m_durationS));
    showLatency(report.latency);
    showConnections();
    m_errors->setText(errorsText(report));
}

void StressView::showBoard(const BoardSide& board) {
    const BoardSide* other = m_other ? &m_other->board : nullptr;
    const auto show = [this, &board, other](int index, const auto& textOf) {
        const auto text = [&](const BoardSide& side) {
            return side.known() ? textOf(side) : QStringLiteral("–");
        };
        m_boardFigures->setFigure(index, text(board), other ? text(*other) : QString());
    };
    show(0, [](const BoardSide& s) {
        return QStringLiteral("%1 / %2").arg(s.peakConnections()).arg(s.slotsMax);
    });
    show(1,
         [](const BoardSide& s) { return QStringLiteral("%1 / %2").arg(s.peakBuffers()).arg(s.buffersMax); });
    show(2, [](const BoardSide& s) { return QString::number(s.peakWaiting()); });
    show(3, [](const BoardSide& s) {
        double most = 0;
        for (const BoardSecond& each : s.seconds)
            most = std::max(most, each.busyShare);
        return QStringLiteral("%1 %").arg(most * 100, 0, 'f', 0);
    });
    show(4, [](const BoardSide& s) {
        std::optional<double> p99;
        for (const BoardSecond& each : s.seconds)
            if (each.p99Ms) p99 = each.p99Ms;
        return p99 ? latencyText(p99) : QStringLiteral("–");
    });
    show(5, [](const BoardSide& s) {
        const auto slowest = s.slowestAnswerMs();
        return slowest ? latencyText(slowest) : QStringLiteral("–");
    });
    show(6, [](const BoardSide& s) { return number(s.last().evicted); });
    show(7, [](const BoardSide& s) { return number(s.last().refused); });
    show(8, [](const BoardSide& s) { return number(s.last().timedOut); });
    show(9, [](const BoardSide& s) { return number(quint64(std::llround(s.last().requestsPerS))); });
    m_slotsChart->show(slotsView(board, other, m_durationS));
    m_lineChart->show(lineView(board, other, m_durationS));
    showSlots(board);
}

void StressView::showConnections() {
    QList<StateGrid::Cell> cells;
    std::array<int, state_looks.size()> counts{};
    for (std::size_t i = 0; i < m_report.connections.size(); ++i) {
        for (std::size_t look = 0; look < state_looks.size(); ++look) {
            if (state_looks[look].state != m_report.connections[i]) continue;
            ++counts[look];
            cells.append({markOf(state_looks[look]), false,
                          tr("Connection %1: %2").arg(i + 1).arg(tr(state_looks[look].name))});
        }
    }
    QList<StateGrid::Entry> legend;
    for (std::size_t look = 0; look < state_looks.size(); ++look) {
        if (counts[look] == 0) continue;
        legend.append({markOf(state_looks[look]),
                       QStringLiteral("%1 %2").arg(counts[look]).arg(tr(state_looks[look].name))});
    }
    m_grid->setCells(std::move(cells));
    m_grid->setLegend(std::move(legend));
}

void StressView::showLatency(const Histogram& latency) {
    std::vector<LatencyHistogram::Bin> bins;
    for (const Histogram::Bin& bin : latency.bins())
        bins.push_back({bin.lowMs, bin.highMs, bin.count});
    m_histogram->setData(std::move(bins), {{QStringLiteral("p50"), latency.percentile(50)},
                                           {QStringLiteral("p90"), latency.percentile(90)},
                                           {QStringLiteral("p99"), latency.percentile(99)}});
}

void StressView::showSlots(const BoardSide& board) {
    m_untold->setText(board.known() ? QString()
                                    : tr("What the board says of itself appears here once it is asked."));
    m_untold->setVisible(!board.known());
    if (board.after == m_slotsOf && !m_slotsOf.isEmpty()) return;
    m_slotsOf = board.after;
    const auto told = protocol::decode<protocol::Diagnostics>(view(board.after));
    if (told) {
        boardwalk::desktop::showSlots(*m_slots, *told);
    } else {
        m_slots->setCells({});
        m_slots->setLegend({});
    }
}

}  // namespace boardwalk::desktop
