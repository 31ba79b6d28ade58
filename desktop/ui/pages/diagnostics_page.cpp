#include "desktop/ui/pages/diagnostics_page.hpp"

#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/pages/pools_panel.hpp"
#include "desktop/ui/pages/stress_panel.hpp"
#include "desktop/ui/widgets/controls/segmented.hpp"
#include "desktop/ui/widgets/layout/scrolled.hpp"

namespace boardwalk::desktop {

namespace {

/// `192.0.2.7 (2 connections)`: the addresses of all live connections, at most `most`.
QStringList connectedFrom(const protocol::Diagnostics& now) {
    constexpr qsizetype most = 8;
    QMap<QString, int> counts;
    for (const protocol::Slot& slot : now.slots)
        if (slot.state == protocol::SlotState::websocket)
            ++counts[printable(qt(slot.peer)).section(u':', 0, -2).left(48)];
    QStringList from;
    for (auto it = counts.begin(); it != counts.end() && from.size() < most; ++it)
        from << (it.value() == 1 ? it.key()
                                 : DiagnosticsPage::tr("%1 (%2 connections)").arg(it.key()).arg(it.value()));
    if (counts.size() > most) from << QStringLiteral("…");
    return from;
}

}  // namespace

DiagnosticsPage::DiagnosticsPage(BoardLink& link, const StressStore& store, QWidget* parent)
    : QWidget(parent),
      m_link(link),
      m_choice(new Segmented({tr("Pools"), tr("Stress test")})),
      m_stack(new QStackedWidget),
      m_pools(new PoolsPanel(link)),
      m_stress(new StressPanel(link.url(), store)) {
    m_choice->setAccessibleName(tr("What is shown"));
    m_stack->addWidget(scrolled(m_pools));
    m_stack->addWidget(scrolled(m_stress));
    connect(m_choice, &Segmented::chosen, m_stack, &QStackedWidget::setCurrentIndex);
    m_choice->setCurrent(0);
    connect(&link, &BoardLink::urlChanged, m_stress, [this] { m_stress->setBoard(m_link.url()); });
    const auto tellId = [this] {
        if (m_link.info()) m_stress->setId(qt(m_link.info()->id));
    };
    connect(&link, &BoardLink::infoChanged, m_stress, tellId);
    tellId();
    connect(&link, &BoardLink::diagnosticsChanged, m_stress, [this] {
        const int mine = m_link.feed() == BoardLink::Feed::Stream ? 1 : 0;
        m_stress->setOthers(std::max(0, int(m_link.diagnostics()->connections.websocket) - mine),
                            connectedFrom(*m_link.diagnostics()));
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 14, 0, 0);
    layout->setSpacing(14);
    layout->addWidget(m_choice);
    layout->addWidget(m_stack, 1);
}

DiagnosticsPage::~DiagnosticsPage() = default;

void DiagnosticsPage::showStress(bool stress) { m_choice->choose(stress ? 1 : 0); }
void DiagnosticsPage::setAway(bool away) { m_pools->setEnabled(!away); }
void DiagnosticsPage::startStress() {
    showStress(true);
    m_stress->startWhenKnown();
}

void DiagnosticsPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_link.setDiagnosticsWatched(true);
}

void DiagnosticsPage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_link.setDiagnosticsWatched(false);
}

}  // namespace boardwalk::desktop
