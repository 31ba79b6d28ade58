#include "desktop/ui/board_page.hpp"

#include <QDesktopServices>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include "desktop/core/board_address.hpp"
#include "desktop/core/board_link.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/dashboard_page.hpp"
#include "desktop/ui/diagnostics_page.hpp"
#include "desktop/ui/empty_state.hpp"
#include "desktop/ui/logs_page.hpp"
#include "desktop/ui/outputs_page.hpp"
#include "desktop/ui/settings_page.hpp"
#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

BoardPage::BoardPage(BoardLink& link, Theme& theme, QWidget* parent)
    : QWidget(parent), m_link(link), m_tabs(new QTabWidget), m_stack(new QStackedWidget) {
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->tabBar()->setExpanding(false);
    m_tabs->addTab(new DashboardPage(link), tr("Dashboard"));
    m_tabs->addTab(new OutputsPage(link), tr("Outputs"));
    m_tabs->addTab(new LogsPage(link.logs()), tr("Logs"));
    m_tabs->addTab(new SettingsPage(link, theme), tr("Settings"));
    m_tabs->addTab(m_diagnostics = new DiagnosticsPage(link), tr("Diagnostics"));

    m_away = new EmptyState({}, {}, tr("&Try again"));
    connect(m_away, &EmptyState::actionWanted, &link, &BoardLink::reload);
    m_looking = new EmptyState({}, {}, {});
    for (QWidget* each :
         {static_cast<QWidget*>(m_tabs), static_cast<QWidget*>(m_away), static_cast<QWidget*>(m_looking)}) {
        m_stack->addWidget(each);
    }

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 18);
    layout->setSpacing(10);
    layout->addWidget(buildHeader());
    layout->addWidget(m_stack, 1);

    connect(&link, &BoardLink::infoChanged, this, &BoardPage::updateHeader);
    connect(&link, &BoardLink::presenceChanged, this, &BoardPage::updateHeader);
    connect(&link, &BoardLink::feedChanged, this, &BoardPage::updateHeader);
    connect(&link.state(), &BoardState::structureChanged, this, &BoardPage::updateHeader);
    connect(&m_everySecond, &QTimer::timeout, this, &BoardPage::updateHeader);
    m_everySecond.start(1000);
    updateHeader();
}

QWidget* BoardPage::buildHeader() {
    m_name = new QLabel;
    m_name->setFont(Theme::title(font()));
    m_name->setTextFormat(Qt::PlainText);
    m_facts = new QLabel;
    m_facts->setObjectName(QStringLiteral("muted"));
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* open = new QPushButton(tr("Open in &browser"));
    connect(open, &QPushButton::clicked, this, [this] { QDesktopServices::openUrl(m_link.url()); });

    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(m_name);
    words->addWidget(m_facts);
    auto* header = new QWidget;
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(words, 1);
    layout->addWidget(open, 0, Qt::AlignVCenter);
    return header;
}

QString BoardPage::title() const {
    const QString name = m_link.info() ? qt(m_link.info()->name) : displayAddress(m_link.url());
    return name + QStringLiteral(" — Boardwalk");
}

void BoardPage::updateHeader() {
    const QString address = displayAddress(m_link.url());
    const auto& info = m_link.info();
    const QString name = info ? qt(info->name) : address;
    if (m_name->text() != name) {
        m_name->setText(name);
        Q_EMIT titleChanged(title());
    }
    QStringList facts{address};
    if (info) facts << qt(info->model) << tr("firmware %1").arg(qt(info->firmware));
    if (m_link.presence() == BoardLink::Presence::Offline) {
        facts << tr("offline");
    } else if (m_link.state().isKnown()) {
        facts << uptimeText(std::uint64_t(m_link.state().uptimeNow()));
        if (m_link.feed() == BoardLink::Feed::Polling)
            facts << tr("asking once a second: no live connection left");
        if (m_link.feed() == BoardLink::Feed::None) facts << tr("connecting again…");
    }
    facts.removeAll(QString());
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    updateStack();
}

void BoardPage::updateStack() {
    if (m_link.presence() == BoardLink::Presence::Offline) {
        m_away->setText(
            tr("This board is offline"),
            m_link.reason() + QStringLiteral(".\n\n") +
                tr("Check that it has power and is on this network. Boardwalk keeps trying by itself."));
        m_stack->setCurrentWidget(m_away);
    } else if (!m_link.state().isKnown()) {
        m_looking->setText(tr("Connecting…"), displayAddress(m_link.url()));
        m_stack->setCurrentWidget(m_looking);
    } else {
        m_stack->setCurrentWidget(m_tabs);
    }
}

void BoardPage::startStress() {
    showTab(DiagnosticsTab);
    m_diagnostics->startStress();
}

void BoardPage::showTab(int tab) { m_tabs->setCurrentIndex(tab); }
int BoardPage::currentTab() const { return m_tabs->currentIndex(); }

}  // namespace boardwalk::desktop
