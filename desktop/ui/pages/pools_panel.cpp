#include "desktop/ui/pages/pools_panel.hpp"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <optional>
#include <ranges>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/charts/state_grid.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/layout/card.hpp"
#include "desktop/ui/widgets/layout/tile_layout.hpp"

namespace boardwalk::desktop {

namespace {

using protocol::SlotState;

/// What a board says it has more of than this is not drawn one by one; the figures tell.
constexpr std::uint32_t cells_max = 512;

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

/// A slot that is free or idle at this instant, but worked in the last second: a look once a second would
/// miss nearly all that a board does. The fuller the colour, the more of the second.
std::optional<Mark> workMark(const protocol::Slot& slot) {
    const bool rests = slot.state == SlotState::free || slot.state == SlotState::idle;
    if (!rests || slot.busy_ms.value_or(0) == 0) return std::nullopt;
    QColor color = Theme::colors().accent;
    color.setAlphaF(0.35F + 0.65F * float(std::min(*slot.busy_ms, 1000U)) / 1000);
    return Mark{Mark::Shape::Filled, color};
}

QString number(std::uint64_t value) { return QLocale().toString(qulonglong(value)); }

/// `used` filled cells, then `had` hollow ones, then empty ones up to `most`.
QList<StateGrid::Cell> poolCells(std::uint32_t used, std::uint32_t had, std::uint32_t most) {
    const Colors& colors = Theme::colors();
    QList<StateGrid::Cell> cells;
    for (std::uint32_t i = 0; i < std::min(most, cells_max); ++i) {
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
    int worked_count = 0;
    for (const protocol::Slot& slot : now.slots | std::views::take(cells_max)) {
        QString tip = PoolsPanel::tr("Slot %1: %2").arg(slot.slot).arg(wordOf(slot.state));
        if (slot.state != SlotState::free) {
            tip += u'\n' + PoolsPanel::tr("%1 · %2 requests · %3 since the last byte")
                               .arg(printable(qt(slot.peer)), number(slot.requests),
                                    latencyText(double(slot.idle_ms)));
            if (slot.buffer) tip += u'\n' + PoolsPanel::tr("holds a buffer");
        }
        if (slot.busy_ms) tip += u'\n' + PoolsPanel::tr("worked %1 ms of the last second").arg(*slot.busy_ms);
        const auto worked = workMark(slot);
        cells.append({worked.value_or(markOf(slot.state)), slot.buffer, tip});
        if (worked) {
            ++worked_count;
        } else {
            ++counts[int(slot.state)];
        }
        buffers += slot.buffer ? 1 : 0;
    }
    QList<StateGrid::Entry> legend;
    if (worked_count > 0) {
        legend.append({{Mark::Shape::Filled, Theme::colors().accent},
                       PoolsPanel::tr("%1 worked in the last second").arg(worked_count)});
    }
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
      m_bufferText(new Label),
      m_workerText(new Label) {
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
    layout->setContentsMargins(0, 0, 6, 0);  // the scroll bar needs room beside the cards
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
    const std::uint32_t taken = c.silent + c.active + c.idle + c.websocket;
    const QString since = tr("%1 accepted since start; %2 of %3 live streams")
                              .arg(number(c.accepted_total))
                              .arg(c.websocket)
                              .arg(c.websocket_max);
    m_slotsUsed->setFigure(
        QStringLiteral("%1 / %2").arg(now.peak ? now.peak->connections : taken).arg(c.max),
        now.peak ? tr("The most of the last second; %1 at this instant. %2").arg(taken).arg(since) : since);
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
    const std::uint32_t used = now.peak ? now.peak->buffers : b.in_use;
    m_buffers->setCells(poolCells(used, b.allocated, b.max));
    const QString of = now.peak ? tr("%1 of %2 in use at most in the last second, %3 allocated, %4 each")
                                : tr("%1 of %2 in use, %3 allocated, %4 each");
    QString text = of.arg(used).arg(b.max).arg(b.allocated).arg(bytesText(b.size_bytes));
    text +=
        u'\n' +
        (now.peak
             ? tr("%1 waiting in line at most in the last second, %2 waits since start")
                   .arg(now.peak->waiting)
                   .arg(number(b.waits_total))
             : tr("%1 waiting in line now, %2 waits since start").arg(b.waiting).arg(number(b.waits_total)));
    m_bufferText->setText(text);
    m_workers->setCells(poolCells(now.workers.busy, now.workers.max, now.workers.max));
    QString workers = tr("%1 of %2 busy, %3 jobs queued")
                          .arg(now.workers.busy)
                          .arg(now.workers.max)
                          .arg(now.workers.queued);
    if (const auto hanging = now.workers.overdue.value_or(0); hanging > 0)
        workers += hanging == 1 ? tr(", 1 hangs") : tr(", %1 hang").arg(hanging);
    m_workerText->setText(workers + u'\n' +
                          tr("They do what would block the loop: disk, sensors, hashing, scans"));
}

}  // namespace boardwalk::desktop
