#include "desktop/ui/pages/board_page.hpp"

#include <QDesktopServices>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>
#include <utility>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/list/board_address.hpp"
#include "desktop/core/sign_in/setup_code.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/pages/access_page.hpp"
#include "desktop/ui/pages/dashboard_page.hpp"
#include "desktop/ui/pages/diagnostics_page.hpp"
#include "desktop/ui/pages/logs_page.hpp"
#include "desktop/ui/pages/outputs_page.hpp"
#include "desktop/ui/pages/settings_page.hpp"
#include "desktop/ui/pages/stress_panel.hpp"
#include "desktop/ui/sign_in/access_bar.hpp"
#include "desktop/ui/sign_in/claim_dialog.hpp"
#include "desktop/ui/sign_in/sign_in_dialog.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/empty_state.hpp"
#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/question.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int roomy_from = 560;  // below, margins are small
}

BoardPage::BoardPage(std::shared_ptr<BoardLink> shared, const StressStore& store, Theme& theme,
                     QWidget* parent)
    : QWidget(parent), m_link(std::move(shared)), m_tabs(new QTabWidget), m_stack(new QStackedWidget) {
    BoardLink& link = *m_link;
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->tabBar()->setExpanding(false);
    m_tabs->addTab(m_dashboard = new DashboardPage(link), tr("Dashboard"));
    m_tabs->addTab(m_outputs = new OutputsPage(link), tr("Outputs"));
    m_tabs->addTab(m_logs = new LogsPage(link.logs()), tr("Logs"));
    m_tabs->addTab(m_settings = new SettingsPage(link, theme), tr("Settings"));
    m_tabs->addTab(m_diagnostics = new DiagnosticsPage(link, store), tr("Diagnostics"));
    auto* access = new AccessPage(m_link);
    m_tabs->addTab(access, tr("Access"));
    m_access = new AccessBar(link.access());

    m_away = new EmptyState({}, {}, tr("&Try again"));
    connect(m_away, &EmptyState::actionWanted, &link, &BoardLink::reload);
    m_looking = new EmptyState({}, {}, {});
    m_signIn = new EmptyState({}, {}, tr("&Sign in…"));
    connect(access, &AccessPage::claimWanted, this, &BoardPage::claim);
    connect(access, &AccessPage::signInWanted, this, &BoardPage::signIn);
    connect(m_signIn, &EmptyState::actionWanted, this, &BoardPage::signIn);
    connect(m_access, &AccessBar::claimWanted, this, &BoardPage::claim);
    connect(m_access, &AccessBar::signInWanted, this, &BoardPage::signIn);
    connect(m_access, &AccessBar::confirmWanted, this, &BoardPage::confirmAddress);
    connect(&link.access(), &BoardAccess::signInWanted, this, &BoardPage::signIn);
    connect(&link, &BoardLink::accessChanged, this, &BoardPage::updateAccess);
    for (QWidget* each : std::initializer_list<QWidget*>{m_tabs, m_away, m_looking, m_signIn}) {
        m_stack->addWidget(each);
    }

    m_layout = new QVBoxLayout(this);
    m_layout->setSpacing(10);
    m_layout->addWidget(buildHeader());
    m_layout->addWidget(buildBanner());
    m_layout->addWidget(m_access);
    m_layout->addWidget(m_stack, 1);

    connect(&link, &BoardLink::infoChanged, this, &BoardPage::updateHeader);
    connect(&link, &BoardLink::urlChanged, this, &BoardPage::updateHeader);
    connect(&link, &BoardLink::presenceChanged, this, &BoardPage::updateHeader);
    connect(&link, &BoardLink::feedChanged, this, &BoardPage::updateHeader);
    connect(&link.state(), &BoardState::structureChanged, this, &BoardPage::updateHeader);
    connect(m_diagnostics->stress(), &StressPanel::runningChanged, this,
            [this](bool running) { Q_EMIT activityChanged(running ? tr("stress test runs") : QString()); });
    connect(&m_everySecond, &QTimer::timeout, this, &BoardPage::updateHeader);
    m_everySecond.start(1000);
    updateAccess();
}

QWidget* BoardPage::buildHeader() {
    m_name = new ElidedLabel;
    m_name->setFont(Theme::title(font()));
    m_facts = new Label;
    m_facts->setObjectName(QStringLiteral("muted"));
    m_facts->setWordWrap(true);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_note = new Label;
    m_note->setObjectName(QStringLiteral("warning"));
    m_note->setWordWrap(true);
    m_note->hide();
    auto* open = new QPushButton(tr("Open in &browser"));
    connect(open, &QPushButton::clicked, this, [this] { QDesktopServices::openUrl(m_link->url()); });

    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(m_name);
    words->addWidget(m_facts);
    words->addWidget(m_note);
    auto* header = new QWidget;
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(words, 1);
    layout->addWidget(open, 0, Qt::AlignTop);
    return header;
}

QFrame* BoardPage::buildBanner() {
    m_banner = new QFrame;
    m_banner->setObjectName(QStringLiteral("notice"));
    m_bannerText = new Label;
    m_bannerText->setObjectName(QStringLiteral("away"));
    m_bannerText->setWordWrap(true);
    m_bannerText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* again = new QPushButton(tr("&Try again"));
    connect(again, &QPushButton::clicked, m_link.get(), &BoardLink::reload);
    auto* layout = new QHBoxLayout(m_banner);
    layout->setContentsMargins(14, 6, 10, 6);
    layout->addWidget(m_bannerText, 1);
    layout->addWidget(again, 0, Qt::AlignTop);
    m_banner->hide();
    return m_banner;
}

void BoardPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool roomy = width() >= roomy_from;
    m_layout->setContentsMargins(roomy ? 24 : 10, roomy ? 16 : 8, roomy ? 24 : 10, roomy ? 18 : 8);
    m_layout->setSpacing(roomy ? 10 : 6);
}

QString BoardPage::name() const {
    const QString name = m_link->info() ? printable(qt(m_link->info()->name)).trimmed() : QString();
    return name.isEmpty() ? displayAddress(m_link->url()) : name;
}

QString BoardPage::title() const { return name() + QStringLiteral(" — Boardwalk"); }

void BoardPage::setNote(const QString& note) {
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

bool BoardPage::isTesting() const { return m_diagnostics->stress()->run().isRunning(); }

bool BoardPage::holdsWork() const {
    return isTesting() || m_diagnostics->stress()->hasUnkept() || m_settings->hasTyped();
}

void BoardPage::updateHeader() {
    const auto& info = m_link->info();
    if (m_name->text() != name()) {
        m_name->setText(name());
        Q_EMIT titleChanged(title());
    }
    QStringList facts{displayAddress(m_link->url())};
    const auto fact = [](const std::string& told) { return qt(clipped(told, name_characters_max)); };
    if (info) facts << fact(info->model) << tr("firmware %1").arg(fact(info->firmware));
    if (m_link->presence() == BoardLink::Presence::Offline) {
        facts << tr("offline");
    } else if (m_link->state().isKnown()) {
        facts << uptimeText(std::uint64_t(m_link->state().uptimeNow()));
        if (m_link->feed() == BoardLink::Feed::Polling) {
            facts << (m_link->feedReason().isEmpty()
                          ? tr("asking once a second: no live connection")
                          : tr("asking once a second, no live connection: %1").arg(m_link->feedReason()));
        }
        if (m_link->access().standing() == BoardAccess::Standing::SignedOut && !m_link->access().mayLook()) {
            facts << tr("signed out");
        } else if (m_link->feed() == BoardLink::Feed::None) {
            facts << tr("connecting again…");
        }
    }
    if (m_link->access().standing() == BoardAccess::Standing::SignedIn) {
        const Person& who = m_link->access().who();
        facts << (who.name == roleText(who.role) ? who.name
                                                 : tr("%1 (%2)").arg(who.name, roleText(who.role)));
    }
    facts.removeAll(QString());
    const QString text = printable(facts.join(QStringLiteral(" · ")));
    if (m_facts->text() != text) m_facts->setText(text);
    updateStack();
}

QString BoardPage::awayTitle() const {
    switch (m_link->away()) {
        case BoardLink::Away::NotABoard: return tr("No board answers here");
        case BoardLink::Away::AnotherBoard: return tr("Another board answers here");
        case BoardLink::Away::Refused: return tr("The board refuses this app");
        case BoardLink::Away::Unreachable: break;
    }
    return tr("This board is offline");
}

QString BoardPage::awayText() const {
    QString hint;
    switch (m_link->away()) {
        case BoardLink::Away::NotABoard:
            hint = tr("Check the address: another device or program has it.");
            break;
        case BoardLink::Away::AnotherBoard:
            hint =
                tr("The network may have given this board another address. The other one stands in the list, "
                   "too.");
            break;
        case BoardLink::Away::Refused: hint = tr("What it says above tells how to change that."); break;
        case BoardLink::Away::Unreachable:
            hint = tr("Check that it has power and is on this network. Boardwalk keeps trying by itself.");
            break;
    }
    QString reason = m_link->reason();
    if (!reason.endsWith(u'.')) reason += u'.';
    return reason + QStringLiteral("\n\n") + hint;
}

void BoardPage::updateStack() {
    const bool away = m_link->presence() == BoardLink::Presence::Offline;
    const bool known = m_link->state().isKnown();
    const bool looks = m_link->access().mayLook();
    m_dashboard->setAway(away || !looks);
    m_outputs->setAway(away || !looks);
    m_diagnostics->setAway(away || !looks);
    m_access->showState(!away, known);
    m_banner->setVisible(away && known);
    if (away && known) {
        const QString since = m_link->since().isValid()
                                  ? tr("%1 since %2.").arg(awayTitle(), clockText(m_link->since()))
                                  : awayTitle() + u'.';
        const QString text =
            since + u' ' + awayText().section(u'\n', 0, 0) + u' ' + tr("What you see is what it said last.");
        if (m_bannerText->text() != text) m_bannerText->setText(text);
    }
    if (known) {
        m_stack->setCurrentWidget(m_tabs);
    } else if (away) {
        m_away->setText(awayTitle(), awayText());
        m_stack->setCurrentWidget(m_away);
    } else if (!looks && (m_link->access().standing() == BoardAccess::Standing::SignedOut ||
                          m_link->access().standing() == BoardAccess::Standing::OtherAddress)) {
        QString text = tr("%1 has an owner, and shows nothing to those whom it does not know.").arg(name());
        if (!m_link->access().note().isEmpty())
            text += QStringLiteral("\n\n") + printable(m_link->access().note()) + u'.';
        m_signIn->setText(tr("Sign in"), text);
        m_stack->setCurrentWidget(m_signIn);
    } else {
        m_looking->setText(tr("Connecting…"), displayAddress(m_link->url()));
        m_stack->setCurrentWidget(m_looking);
    }
}

void BoardPage::updateAccess() {
    const BoardAccess& access = m_link->access();
    m_outputs->setReason(access.whyNot(Role::Operator));
    m_logs->setReason(access.whyNot(Role::Operator));
    // Signed out in the middle of work: what was typed stays, and saving asks who we are.
    const bool settled = access.standing() == BoardAccess::Standing::SignedIn ||
                         access.standing() == BoardAccess::Standing::Unclaimed;
    m_settings->setReason(settled ? access.whyNot(Role::Owner) : QString());
    if (m_link->presence() == BoardLink::Presence::Online) m_settings->askAgain();
    m_diagnostics->stress()->setCredential(m_link->requests().credential());
    updateHeader();
}

void BoardPage::open(QDialog* dialog) {
    m_dialog = dialog;
    dialog->open();
}

void BoardPage::claim() {
    if (m_dialog || m_link->access().standing() != BoardAccess::Standing::Unclaimed) return;
    open(new ClaimDialog(m_link, name(), m_codeFile.isEmpty() ? setupCodeFileOf(m_link->url()) : m_codeFile,
                         this));
}

void BoardPage::signIn() {
    if (m_dialog || !isVisible()) return;
    open(new SignInDialog(m_link, name(), m_link->state().isKnown(), this));
}

void BoardPage::confirmAddress() {
    if (ask(this, tr("Is this your board?"),
            tr("Send this app’s token for %1 to %2?").arg(name(), displayAddress(m_link->url())),
            tr("Say yes only if you gave the board this address yourself, or know why it has changed. A "
               "device that only "
               "pretends to be your board could use the token to control the real one."),
            tr("&Yes, it is my board"), true))
        m_link->access().confirmAddress();
}

void BoardPage::startStress() {
    showTab(DiagnosticsTab);
    m_diagnostics->startStress();
}

void BoardPage::showTab(int tab) { m_tabs->setCurrentIndex(tab); }
int BoardPage::currentTab() const { return m_tabs->currentIndex(); }

}  // namespace boardwalk::desktop
