#include "desktop/ui/pools_panel.hpp"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>
#include <array>

#include "desktop/core/board_link.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/card.hpp"
#include "desktop/ui/state_grid.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/tile_layout.hpp"

namespace boardwalk::desktop {

namespace {

using protocol::SlotState;

struct SlotLook {
    SlotState state;
    Mark::Shape shape;
    const char* name;
};

constexpr std::array<SlotLook, 8> slot_looks{{
    {SlotState::websocket, Mark::Shape::Wave, QT_TRANSLATE_NOOP("PoolsPanel", "live stream")},
    {SlotState::idle, Mark::Shape::Hollow, QT_TRANSLATE_NOOP("PoolsPanel", "idle, kept open")},
    {SlotState::head, Mark::Shape::In, QT_TRANSLATE_NOOP("PoolsPanel", "head arriving")},
    {SlotState::body, Mark::Shape::In, QT_TRANSLATE_NOOP("PoolsPanel", "body arriving")},
    {SlotState::working, Mark::Shape::Dot, QT_TRANSLATE_NOOP("PoolsPanel", "working")},
    {SlotState::sending, Mark::Shape::Out, QT_TRANSLATE_NOOP("PoolsPanel", "sending")},
    {SlotState::silent, Mark::Shape::Dotted, QT_TRANSLATE_NOOP("PoolsPanel", "silent")},
    {SlotState::free, Mark::Shape::Empty, QT_TRANSLATE_NOOP("PoolsPanel", "free")},
}};

Mark markOf(SlotState state) {
    const Colors& colors = Theme::colors();
    switch (state) {
        case SlotState::websocket: return {Mark::Shape::Wave, Theme::series(3)};
        case SlotState::idle: return {Mark::Shape::Hollow, colors.good};
        case SlotState::head: return {Mark::Shape::In, colors.muted};
        case SlotState::body: return {Mark::Shape::In, colors.accent};
        case SlotState::working: return {Mark::Shape::Dot, colors.good};
        case SlotState::sending: return {Mark::Shape::Out, colors.accent};
        case SlotState::silent: return {Mark::Shape::Dotted, colors.warn};
        case SlotState::free: break;
    }
    return {Mark::Shape::Empty, colors.muted};
}

QString wordOf(SlotState state) {
    for (const SlotLook& look : slot_looks) {
        if (look.state == state) return PoolsPanel::tr(look.name);
    }
    return {};
}

QString number(std::uint64_t value) { return QLocale().toString(qulonglong(value)); }

/// `used` filled cells, then `had` hollow ones, then empty ones up to `most`.
QList<StateGrid::Cell> poolCells(std::uint32_t used, std::uint32_t had, std::uint32_t most) {
    const Colors& colors = Theme::colors();
    QList<StateGrid::Cell> cells;
    for (std::uint32_t i = 0; i < most; ++i) {
        const Mark mark = i < used  ? Mark{Mark::Shape::Filled, colors.accent}
                          : i < had ? Mark{Mark::Shape::Hollow, colors.accent}
                                    : Mark{Mark::Shape::Empty, colors.muted};
        cells.append({mark, false, {}});
    }
    return cells;
}

}  // namespace

void showSlots(StateGrid& grid, const protocol::Diagnostics& now) {
    QList<StateGrid::Cell> cells;
    QHash<int, int> counts;
    int buffers = 0;
    for (const protocol::Slot& slot : now.slots) {
        QString tip = PoolsPanel::tr("Slot %1: %2").arg(slot.slot).arg(wordOf(slot.state));
        if (slot.state != SlotState::free) {
            tip += u'\n' + PoolsPanel::tr("%1 · %2 requests · %3 since the last byte")
                               .arg(qt(slot.peer), number(slot.requests), latencyText(double(slot.idle_ms)));
            if (slot.buffer) tip += u'\n' + PoolsPanel::tr("holds a buffer");
        }
        cells.append({markOf(slot.state), slot.buffer, tip});
        ++counts[int(slot.state)];
        buffers += slot.buffer ? 1 : 0;
    }
    QList<StateGrid::Entry> legend;
    for (const SlotLook& look : slot_looks) {
        const int count = counts.value(int(look.state));
        if (count > 0)
            legend.append({markOf(look.state), QStringLiteral("%1 %2").arg(count).arg(wordOf(look.state))});
    }
    if (buffers > 0) {
        legend.append(
            {{Mark::Shape::Empty, Theme::colors().text}, PoolsPanel::tr("corner dot: holds a buffer")});
    }
    grid.setCells(std::move(cells));
    grid.setLegend(std::move(legend));
}

PoolsPanel::PoolsPanel(BoardLink& link, QWidget* parent)
    : QWidget(parent),
      m_link(link),
      m_slotsUsed(new FigureCard(tr("Connections"))),
      m_evicted(new FigureCard(tr("Evicted"))),
      m_refused(new FigureCard(tr("Refused"))),
      m_timedOut(new FigureCard(tr("Timed out"))),
      m_rate(new FigureCard(tr("Requests/s"))),
      m_p50(new FigureCard(tr("p50"))),
      m_p99(new FigureCard(tr("p99"))),
      m_heap(new FigureCard(tr("Free heap"))),
      m_slots(new StateGrid(30, tr("Connection slots"))),
      m_buffers(new StateGrid(24, tr("Buffers"))),
      m_workers(new StateGrid(24, tr("Workers"))),
      m_bufferText(new QLabel),
      m_workerText(new QLabel) {
    auto* tiles = new QWidget;
    auto* row = new TileLayout(tiles, 105, 12);
    for (FigureCard* each : {m_slotsUsed, m_evicted, m_refused, m_timedOut, m_rate, m_p50, m_p99, m_heap}) {
        row->addWidget(each);
    }
    auto* slots_card = new Card(tr("Connection slots"));
    slots_card->content()->addWidget(m_slots);
    slots_card->content()->addStretch();
    auto* buffers_card = new Card(tr("Buffers"));
    auto* workers_card = new Card(tr("Workers"));
    for (QLabel* label : {m_bufferText, m_workerText}) {
        label->setObjectName(QStringLiteral("muted"));
        label->setWordWrap(true);
    }
    buffers_card->content()->addWidget(m_buffers);
    buffers_card->content()->addWidget(m_bufferText);
    buffers_card->content()->addStretch();
    workers_card->content()->addWidget(m_workers);
    workers_card->content()->addWidget(m_workerText);
    workers_card->content()->addStretch();

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(14);
    layout->addWidget(tiles);
    layout->addWidget(slots_card);
    auto* pair = new QHBoxLayout;
    pair->setSpacing(14);
    pair->addWidget(buffers_card, 1);
    pair->addWidget(workers_card, 1);
    layout->addLayout(pair);
    layout->addStretch(1);
    connect(&link, &BoardLink::diagnosticsChanged, this, &PoolsPanel::update);
    update();
}

void PoolsPanel::update() {
    const auto& now = m_link.diagnostics();
    if (!now) return;
    showFigures(*now);
    showBuffers(*now);
    showSlots(*m_slots, *now);
}

void PoolsPanel::showFigures(const protocol::Diagnostics& now) {
    const protocol::ConnectionCounts& c = now.connections;
    m_slotsUsed->setFigure(
        QStringLiteral("%1 / %2").arg(c.silent + c.active + c.idle + c.websocket).arg(c.max),
        tr("%1 accepted since start; %2 of %3 live streams")
            .arg(number(c.accepted_total))
            .arg(c.websocket)
            .arg(c.websocket_max));
    m_evicted->setFigure(number(c.evicted_total), tr("Closed to make room for somebody new"));
    m_refused->setFigure(number(c.refused_total), tr("Turned away with 503: no room in time"));
    m_timedOut->setFigure(number(c.timed_out_total), tr("Closed because they did not go on"));
    m_rate->setFigure(QLocale().toString(now.requests.per_s, 'f', now.requests.per_s < 10 ? 1 : 0),
                      tr("%1 since start").arg(number(now.requests.total)));
    m_p50->setFigure(latencyText(now.requests.p50_ms), tr("Half of the answers took less"));
    m_p99->setFigure(latencyText(now.requests.p99_ms), tr("One answer in a hundred took longer"));
    m_heap->setVisible(now.heap.free_bytes.has_value());
    if (now.heap.free_bytes) {
        m_heap->setFigure(bytesText(*now.heap.free_bytes),
                          now.heap.minimum_free_bytes
                              ? tr("%1 at the least since start").arg(bytesText(*now.heap.minimum_free_bytes))
                              : QString());
    }
}

void PoolsPanel::showBuffers(const protocol::Diagnostics& now) {
    const protocol::BufferCounts& b = now.buffers;
    m_buffers->setCells(poolCells(b.in_use, b.allocated, b.max));
    QString text = tr("%1 of %2 in use, %3 allocated, %4 each")
                       .arg(b.in_use)
                       .arg(b.max)
                       .arg(b.allocated)
                       .arg(bytesText(b.size_bytes));
    text +=
        u'\n' + tr("%1 waiting in line now, %2 waits since start").arg(b.waiting).arg(number(b.waits_total));
    m_bufferText->setText(text);
    m_workers->setCells(poolCells(now.workers.busy, now.workers.max, now.workers.max));
    m_workerText->setText(
        tr("%1 of %2 busy, %3 jobs queued\nThey do what would block the loop: disk, hashing, scans")
            .arg(now.workers.busy)
            .arg(now.workers.max)
            .arg(now.workers.queued));
}

}  // namespace boardwalk::desktop
