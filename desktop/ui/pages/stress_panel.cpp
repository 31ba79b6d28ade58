#include "desktop/ui/pages/stress_panel.hpp"

#include <QBoxLayout>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>

#include "desktop/core/board/board_requests.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/charts/latency_histogram.hpp"
#include "desktop/ui/charts/scatter_plot.hpp"
#include "desktop/ui/charts/state_grid.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/card.hpp"
#include "desktop/ui/widgets/flow_layout.hpp"
#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/question.hpp"
#include "desktop/ui/widgets/save_file.hpp"
#include "desktop/ui/widgets/tile_layout.hpp"
#include "shared/names.hpp"

namespace boardwalk::desktop {

namespace {

struct StateLook {
    ConnectionState state;
    Mark::Shape shape;
    const char* name;
};

constexpr std::array<StateLook, 7> state_looks{{
    {ConnectionState::Answered, Mark::Shape::Check, QT_TRANSLATE_NOOP("StressPanel", "answered")},
    {ConnectionState::Open, Mark::Shape::Filled, QT_TRANSLATE_NOOP("StressPanel", "open")},
    {ConnectionState::Evicted, Mark::Shape::Bar, QT_TRANSLATE_NOOP("StressPanel", "evicted")},
    {ConnectionState::Refused, Mark::Shape::Cross, QT_TRANSLATE_NOOP("StressPanel", "refused")},
    {ConnectionState::TimedOut, Mark::Shape::Clock, QT_TRANSLATE_NOOP("StressPanel", "timed out")},
    {ConnectionState::Connecting, Mark::Shape::Dotted, QT_TRANSLATE_NOOP("StressPanel", "connecting")},
    {ConnectionState::Waiting, Mark::Shape::Empty, QT_TRANSLATE_NOOP("StressPanel", "not begun")},
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
QString rateText(double perSecond) { return QLocale().toString(qRound64(perSecond)); }

/// 30 Nov 21:40:11 · rate · 48 × 5 s
QString runText(const StressReport& report) {
    return QStringLiteral("%1 · %2 · %3 × %4 s")
        .arg(report.started.isValid() ? clockText(report.started) : StressPanel::tr("at an unknown time"),
             stressModeName(report.options.mode))
        .arg(report.options.connections)
        .arg(report.durationS, 0, 'f', 0);
}

QString errorsText(const ErrorCounts& errors) {
    QStringList parts;
    const auto add = [&](quint64 count, const QString& name) {
        if (count > 0) parts << QStringLiteral("%1 %2").arg(number(count), name);
    };
    add(errors.reset, StressPanel::tr("reset"));
    add(errors.refused, StressPanel::tr("refused or 503"));
    add(errors.connectTimeout, StressPanel::tr("could not connect in time"));
    add(errors.timeout, StressPanel::tr("no answer in time"));
    add(errors.earlyClose, StressPanel::tr("closed early"));
    return parts.isEmpty() ? StressPanel::tr("no errors") : parts.join(QStringLiteral(", "));
}

}  // namespace

StressPanel::StressPanel(const QUrl& board, const StressStore& store, QWidget* parent)
    : QWidget(parent),
      m_board(board),
      m_store(store),
      m_plot(new ScatterPlot),
      m_histogram(new LatencyHistogram),
      m_grid(new StateGrid(20, tr("Connections of the test"))),
      m_verdict(new Label(tr("Opens many connections to this board at once and shows how it takes them."))),
      m_details(new Label),
      m_told(new Label) {
    m_verdict->setWordWrap(true);
    m_details->setWordWrap(true);
    m_details->setObjectName(QStringLiteral("muted"));
    m_told->setWordWrap(true);
    m_told->setObjectName(QStringLiteral("muted"));
    m_told->hide();
    auto* plot_card = new Card(tr("Answers over time, in ms"));
    plot_card->content()->addWidget(m_plot);
    auto* histogram_card = new Card(tr("Latency distribution"));
    histogram_card->content()->addWidget(m_histogram);
    auto* grid_card = new Card(tr("Connections"));
    grid_card->content()->addWidget(m_grid);
    grid_card->content()->addStretch();
    auto* pair = new QHBoxLayout;
    pair->setSpacing(14);
    pair->addWidget(histogram_card, 1);
    pair->addWidget(grid_card, 1);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 6, 0);  // the scroll bar needs room beside the cards
    layout->setSpacing(12);
    layout->addWidget(makeControls());
    layout->addWidget(m_verdict);
    layout->addWidget(m_details);
    layout->addWidget(m_told);
    layout->addWidget(makeFigures());
    layout->addLayout(pair, 2);  // how the board takes it: seen without scrolling
    layout->addWidget(plot_card, 3);

    connect(&m_run, &StressRun::progress, this, &StressPanel::showProgress);
    connect(&m_run, &StressRun::finished, this, &StressPanel::onFinished);
    showFigures({}, QStringLiteral("0"), {});
    showConnections({});
    showRunning(false);
}

QWidget* StressPanel::makeControls() {
    m_connections = new QSpinBox;
    m_connections->setRange(1, StressOptions::connectionsMax);
    m_connections->setValue(48);
    m_connections->setAccessibleName(tr("Connections"));
    m_duration = new QSpinBox;
    m_duration->setRange(1, 3600);
    m_duration->setValue(5);
    m_duration->setSuffix(tr(" s"));
    m_mode = new QComboBox;
    m_mode->addItem(tr("As fast as it can"), int(StressMode::Closed));
    m_mode->addItem(tr("At a fixed rate"), int(StressMode::Rate));
    m_mode->addItem(tr("Open and hold"), int(StressMode::Hold));
    m_rate = new QDoubleSpinBox;
    m_rate->setRange(1, StressOptions::rateMax);
    m_rate->setDecimals(0);
    m_rate->setValue(200);
    m_rate->setSuffix(tr(" /s"));
    m_button = new QPushButton;
    m_button->setObjectName(QStringLiteral("primary"));
    m_button->setMinimumWidth(150);
    m_csv = new QPushButton(tr("Export CS&V…"));
    m_json = new QPushButton(tr("Export &JSON…"));

    for (QWidget* field : std::initializer_list<QWidget*>{m_connections, m_duration, m_mode, m_rate})
        field->setMinimumHeight(m_csv->sizeHint().height());  // a style sheet would take their arrows

    auto* controls = new QWidget;
    auto* flow = new FlowLayout(controls, 10);
    const auto add = [&](const QString& text, QWidget* field) {
        auto* pair = new QWidget;
        auto* row = new QHBoxLayout(pair);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(8);
        auto* label = new Label(text);
        label->setBuddy(field);
        row->addWidget(label);
        row->addWidget(field);
        flow->addWidget(pair);
        return pair;
    };
    add(tr("&Connections"), m_connections);
    add(tr("D&uration"), m_duration);
    add(tr("&Mode"), m_mode);
    m_rateField = add(tr("&Rate"), m_rate);
    for (QWidget* button : {m_button, m_csv, m_json})
        flow->addWidget(button);

    const auto showRate = [this] {
        const bool rate = m_mode->currentData().toInt() == int(StressMode::Rate);
        m_rateField->setVisible(rate);
    };
    connect(m_mode, &QComboBox::currentIndexChanged, this, showRate);
    showRate();
    connect(m_button, &QPushButton::clicked, this, &StressPanel::toggle);
    connect(m_csv, &QPushButton::clicked, this, [this] { save(true); });
    connect(m_json, &QPushButton::clicked, this, [this] { save(false); });
    m_csv->setEnabled(false);
    m_json->setEnabled(false);
    m_runs = new QComboBox;
    m_runs->setAccessibleName(tr("Earlier tests of this board"));
    m_runs->setMinimumHeight(m_csv->sizeHint().height());
    m_runs->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_runsField = add(tr("&Test"), m_runs);
    m_runsField->hide();
    connect(m_runs, &QComboBox::activated, this, [this](int index) { showReport(m_kept.at(index).report); });
    return controls;
}

QWidget* StressPanel::makeFigures() {
    auto* tiles = new QWidget;
    auto* row = new TileLayout(tiles, 105, 12);
    const std::array<QString, FigureCount> names = {
        tr("Open"),       tr("Answered"), tr("Evicted"), tr("Refused"), tr("Timed out"),
        tr("Requests/s"), tr("p50"),      tr("p90"),     tr("p99"),     tr("p99.9")};
    for (std::size_t i = 0; i < names.size(); ++i) {
        m_figures[i] = new FigureCard(names[i]);
        row->addWidget(m_figures[i]);
    }
    return tiles;
}

void StressPanel::start() {
    if (!m_run.isRunning()) toggle();
}

void StressPanel::toggle() {
    if (m_run.isRunning()) {
        m_run.stop();
        return;
    }
    StressOptions options;
    options.mode = StressMode(m_mode->currentData().toInt());
    options.url = BoardRequests::resolved(
        m_board, qt(options.mode == StressMode::Hold ? protocol::paths::info : protocol::paths::state));
    options.connections = m_connections->value();
    options.durationMs = m_duration->value() * 1000LL;
    options.ratePerS = options.mode == StressMode::Rate ? m_rate->value() : 0;
    if (const QString problem = options.problem(); !problem.isEmpty()) {
        m_verdict->setText(problem);
        return;
    }
    if (m_others > 0 &&
        !ask(this, tr("This board is in use"),
             tr("Other live connections to this board, besides this one: %1.").arg(m_others),
             tr("A test takes the slots that they need, too."), tr("&Stress it anyway"), true))
        return;
    m_plot->clear();
    m_plot->setDuration(m_duration->value());
    m_verdict->setText(tr("Running…"));
    m_details->clear();
    m_told->hide();
    m_before.reset();
    showRunning(m_run.start(options));
}

void StressPanel::showRunning(bool running) {
    m_button->setText(running ? tr("&Stop") : tr("&Stress this board"));
    for (QWidget* field : std::initializer_list<QWidget*>{m_connections, m_duration, m_mode, m_rate})
        field->setEnabled(!running);
    m_runs->setEnabled(!running);
    if (running) {
        m_csv->setEnabled(false);
        m_json->setEnabled(false);
    }
    Q_EMIT runningChanged(running);
}

void StressPanel::showProgress(const StressSnapshot& snapshot) {
    for (const LatencyPoint& point : snapshot.recent)
        m_plot->add(point.atS, point.ms, point.failed);
    m_plot->frame();
    showFigures(snapshot.outcome, rateText(snapshot.requestsPerS), snapshot.latency);
    showConnections(snapshot.connections);
    showLatency(snapshot.latency);
    m_verdict->setText(tr("Running: %1 of %2 s, %3 requests, %4 failed")
                           .arg(snapshot.elapsedS, 0, 'f', 1)
                           .arg(snapshot.durationS, 0, 'f', 0)
                           .arg(number(snapshot.requests.sent), number(snapshot.requests.failed)));
    m_details->setText(errorsText(snapshot.errors));
}

void StressPanel::showBoard(const protocol::Diagnostics& now) {
    if (!m_run.isRunning()) return;
    if (!m_before || m_before->uptime_ms > now.uptime_ms) m_before = now;  // or it has restarted
    const auto since = [](std::uint64_t before, std::uint64_t after) { return number(after - before); };
    const protocol::ConnectionCounts& then = m_before->connections;
    const protocol::ConnectionCounts& c = now.connections;
    QString text =
        tr("The board itself: %1 connections accepted, %2 evicted, %3 refused, %4 timed out")
            .arg(since(then.accepted_total, c.accepted_total), since(then.evicted_total, c.evicted_total),
                 since(then.refused_total, c.refused_total), since(then.timed_out_total, c.timed_out_total));
    if (now.peak)
        text += tr("; in the last second %1 of %2 slots taken at once, %3 waiting in line")
                    .arg(now.peak->connections)
                    .arg(c.max)
                    .arg(now.peak->waiting);
    m_told->setText(text);
    m_told->show();
}

void StressPanel::setId(const QString& id) {
    if (id == m_id) return;
    m_id = id;
    m_runsKnown = false;
    if (isVisible()) showRuns();
}

void StressPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_runsKnown) showRuns();
}

/// Reads what is kept; of a page that shows nothing yet, the last test is shown.
void StressPanel::showRuns() {
    m_runsKnown = true;
    m_kept = m_store.runs(StressStore::keyOf(m_id, m_board));
    m_runs->clear();
    for (const StressStore::Kept& each : m_kept)
        m_runs->addItem(runText(each.report));
    m_runsField->setVisible(!m_kept.isEmpty());
    if (!m_kept.isEmpty() && !m_run.isRunning() && !m_unkept) showReport(m_kept.first().report);
}

void StressPanel::onFinished(const StressReport& report) {
    QString error;
    m_unkept = m_store.keep(StressStore::keyOf(m_id, m_board), report, error).isEmpty();
    showReport(report);
    if (m_unkept) {
        m_told->setText(error);
        m_told->show();
    } else {
        showRuns();
    }
    showRunning(false);
}

void StressPanel::showReport(const StressReport& report) {
    m_report = report;
    const double rate = report.durationS > 0 ? double(report.requests.ok) / report.durationS : 0;
    showFigures(report.outcome, rateText(rate), report.latency);
    showConnections(report.connections);
    showLatency(report.latency);
    QStringList details;
    for (auto it = report.status.begin(); it != report.status.end(); ++it)
        details << tr("%1 × %2").arg(number(it.value())).arg(it.key());
    details << errorsText(report.errors)
            << (report.connect.count() == 0 ? tr("no connection")
                                            : tr("connect p50 %1, p99 %2")
                                                  .arg(latencyText(report.connect.percentile(50)),
                                                       latencyText(report.connect.percentile(99))));
    m_verdict->setText(report.verdict());
    m_details->setText(details.join(QStringLiteral(" · ")));
    m_csv->setEnabled(true);
    m_json->setEnabled(true);
}

void StressPanel::showFigures(const OutcomeCounts& outcome, const QString& rate, const Histogram& latency) {
    const auto show = [this](Figure figure, const QString& text) {
        m_figures[std::size_t(figure)]->setFigure(text);
    };
    show(Open, number(quint64(outcome.open)));
    show(Answered, number(quint64(outcome.answered)));
    show(Evicted, number(quint64(outcome.evicted)));
    show(Refused, number(quint64(outcome.refused)));
    show(TimedOut, number(quint64(outcome.timedOut)));
    show(Rate, rate);
    const auto percentile = [&](double percent) {
        return latency.count() == 0 ? QStringLiteral("–") : latencyText(latency.percentile(percent));
    };
    show(P50, percentile(50));
    show(P90, percentile(90));
    show(P99, percentile(99));
    show(P999, percentile(99.9));
}

void StressPanel::showConnections(const std::vector<ConnectionState>& connections) {
    QList<StateGrid::Cell> cells;
    std::array<int, state_looks.size()> counts{};
    for (std::size_t i = 0; i < connections.size(); ++i) {
        for (std::size_t look = 0; look < state_looks.size(); ++look) {
            if (state_looks[look].state != connections[i]) continue;
            ++counts[look];
            cells.append({markOf(state_looks[look]), false,
                          tr("Connection %1: %2").arg(i + 1).arg(tr(state_looks[look].name))});
        }
    }
    QList<StateGrid::Entry> legend;
    for (std::size_t look = 0; look < state_looks.size(); ++look) {
        if (counts[look] == 0 && !connections.empty()) continue;
        const QString count = connections.empty() ? QString() : QString::number(counts[look]) + u' ';
        legend.append({markOf(state_looks[look]), count + tr(state_looks[look].name)});
    }
    m_grid->setCells(std::move(cells));
    m_grid->setLegend(std::move(legend));
}

void StressPanel::showLatency(const Histogram& latency) {
    std::vector<LatencyHistogram::Bin> bins;
    for (const Histogram::Bin& bin : latency.bins())
        bins.push_back({bin.lowMs, bin.highMs, bin.count});
    m_histogram->setData(std::move(bins), {{QStringLiteral("p50"), latency.percentile(50)},
                                           {QStringLiteral("p90"), latency.percentile(90)},
                                           {QStringLiteral("p99"), latency.percentile(99)}});
}

void StressPanel::save(bool csv) {
    const QString name =
        csv ? QStringLiteral("boardwalk-stress.csv") : QStringLiteral("boardwalk-stress.json");
    saveFile(this, csv ? tr("Export the seconds of the test") : tr("Export the report"), name,
             [this, csv] { return csv ? m_report.toCsv() : m_report.toJson(); });
}

}  // namespace boardwalk::desktop
