#include "desktop/ui/pages/dashboard_page.hpp"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <iterator>
#include <map>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/board/readings_csv.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/charts/time_chart.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/controls/segmented.hpp"
#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/layout/card.hpp"
#include "desktop/ui/widgets/layout/scrolled.hpp"
#include "desktop/ui/widgets/layout/tile_layout.hpp"
#include "desktop/ui/widgets/save_file.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int frame_ms = 50;  // at most twenty repaints a second
constexpr qint64 windows_ms[] = {60'000, 300'000, 900'000, 3'600'000};
constexpr int least_tile_width = 140;
constexpr int two_columns_from = 700;

QString unitText(const protocol::Reading& reading) {
    return reading.unit.empty() ? QString() : u' ' + qt(reading.unit);
}

}  // namespace

DashboardPage::DashboardPage(BoardLink& link, QWidget* parent) : QWidget(parent), m_link(link) {
    auto* page = new QWidget;
    page->setObjectName(QStringLiteral("page"));
    m_body = new QVBoxLayout(page);
    m_body->setContentsMargins(0, 14, 6, 0);  // the scroll bar needs room beside the cards

    fillScrolled(this, page)->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    connect(&link.state(), &BoardState::structureChanged, this, &DashboardPage::rebuild);
    connect(&link.state(), &BoardState::readingsChanged, this, &DashboardPage::updateFigures);
    connect(&link.state(), &BoardState::historyAdded, this, [this] {
        for (TimeChart* chart : m_charts)
            chart->setDirty();
    });
    m_frame.setTimerType(Qt::PreciseTimer);
    connect(&m_frame, &QTimer::timeout, this, [this] {
        for (TimeChart* chart : m_charts)
            chart->frame();
    });
    m_frame.start(frame_ms);
    if (link.state().isKnown()) rebuild();
}

void DashboardPage::rebuild() {
    delete m_content;
    m_figures.clear();
    m_charts.clear();
    m_chartCards.clear();
    m_content = new QWidget;
    auto* layout = new QVBoxLayout(m_content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(14);
    m_body->addWidget(m_content);

    auto* tiles = new QWidget;
    auto* row = new TileLayout(tiles, least_tile_width, 14);
    std::map<QString, QList<TimeChart::Line>> units;  // one chart a unit: lines in it can be compared
    QStringList order;
    for (const protocol::Reading& reading : m_link.state().state().readings) {
        auto* tile = new FigureCard(qt(reading.name));
        tile->setFaded(m_away);
        m_figures.insert(qt(reading.id), tile);
        row->addWidget(tile);
        const QString unit = qt(reading.unit);
        if (!units.contains(unit)) order << unit;
        units[unit].append({reading.id, qt(reading.name), unit, reading.decimals});
    }
    layout->addWidget(tiles);

    auto* head = new QHBoxLayout;
    auto* title = new Label(tr("History"));
    title->setFont(Theme::bold(font()));
    auto* span = new Segmented({tr("1 min"), tr("5 min"), tr("15 min"), tr("1 h")});
    span->setAccessibleName(tr("Time span of the charts"));
    head->addWidget(title);
    head->addStretch();
    head->addWidget(span);
    auto* save = new QPushButton(tr("Save CS&V…"));
    save->setToolTip(tr("The samples of this time span as a table"));
    connect(save, &QPushButton::clicked, this, &DashboardPage::saveCsv);
    head->addWidget(save);
    layout->addLayout(head);

    m_grid = new QGridLayout;
    m_grid->setSpacing(14);
    for (int i = 0; i < order.size(); ++i) {
        auto* chart = new TimeChart(m_link.state(), units[order[i]]);
        auto* card = new Card;
        card->content()->addWidget(chart);
        m_charts << chart;
        m_chartCards << card;
    }
    layout->addLayout(m_grid, 1);
    arrangeCharts();
    m_spans = span;
    connect(span, &Segmented::chosen, this, [this](int index) {
        m_span = index;
        m_window_ms = windows_ms[index];
        for (TimeChart* chart : m_charts)
            chart->setWindow(m_window_ms);
    });
    span->choose(m_span);
    updateFigures();
}

void DashboardPage::setSpan(int span) {
    m_span = std::clamp(span, 0, int(std::size(windows_ms)) - 1);
    if (m_content) m_spans->choose(m_span);
}

void DashboardPage::saveCsv() {
    saveFile(this, tr("Save the samples"), QStringLiteral("boardwalk.csv"), [this] {
        const BoardState& state = m_link.state();
        return readingsCsv(state, state.uptimeNow() - m_window_ms);
    });
}

void DashboardPage::setAway(bool away) {
    if (m_away == away) return;
    m_away = away;
    for (FigureCard* tile : std::as_const(m_figures))
        tile->setFaded(away);
    for (TimeChart* chart : m_charts)
        chart->update();
}

void DashboardPage::arrangeCharts() {
    if (!m_content) return;
    const qsizetype count = m_chartCards.size();
    const bool pairs = count > 2 && width() >= two_columns_from;
    for (QWidget* card : m_chartCards)
        m_grid->removeWidget(card);
    for (int i = 0; i < count; ++i) {
        const bool alone = pairs && i == count - 1 && i % 2 == 0;
        m_grid->addWidget(m_chartCards[i], pairs ? i / 2 : i, pairs ? i % 2 : 0, 1, alone ? 2 : 1);
    }
}

void DashboardPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrangeCharts();
}

void DashboardPage::updateFigures() {
    for (const protocol::Reading& reading : m_link.state().state().readings) {
        FigureCard* tile = m_figures.value(qt(reading.id));
        if (!tile) continue;
        QString note;
        if (reading.status == protocol::ReadingStatus::stale) note = tr("No new value for a while");
        if (reading.status == protocol::ReadingStatus::fault) note = tr("The sensor reports a fault");
        if (!reading.value && note.isEmpty()) note = tr("No value");
        tile->setFigure(
            reading.value ? valueText(reading.value, reading.decimals) + unitText(reading) : valueText({}, 0),
            note);
    }
    for (TimeChart* chart : m_charts)
        chart->setDirty();
}

}  // namespace boardwalk::desktop
