#include "desktop/ui/main_window.hpp"

#include <QAction>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDir>
#include <QHBoxLayout>
#include <QPointer>
#include <QScreen>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "desktop/core/sign_in/password.hpp"
#include "desktop/core/sign_in/setup_code.hpp"
#include "desktop/ui/add_board_dialog.hpp"
#include "desktop/ui/pages/board_page.hpp"
#include "desktop/ui/pages/dashboard_page.hpp"
#include "desktop/ui/pages/diagnostics_page.hpp"
#include "desktop/ui/pages/stress_panel.hpp"
#include "desktop/ui/sidebar.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/busy_bar.hpp"
#include "desktop/ui/widgets/empty_state.hpp"
#include "desktop/ui/widgets/notice.hpp"
#include "desktop/ui/widgets/question.hpp"

namespace boardwalk::desktop {

namespace {
constexpr QSize least_size(480, 320);
constexpr int wide_from = 840;  // below, the list of boards takes less
constexpr QSize first_size(1240, 800);
}  // namespace

MainWindow::MainWindow(const Options& options, Theme& theme, QWidget* parent)
    : QMainWindow(parent),
      m_theme(theme),
      m_settings(QDir(options.dataDir).filePath(QStringLiteral("window.ini")), QSettings::IniFormat),
      m_store(options.dataDir),
      m_tokens(options.dataDir),
      m_model(BoardStore(options.dataDir), m_client, m_tracker),
      m_discoveryMode(options.discovery) {
    setWindowTitle(QStringLiteral("Boardwalk"));
    if (!options.themeGiven) theme.choose(ThemeChoice(m_settings.value("theme", 0).toInt()));
    setMinimumSize(least_size);
    buildContent();
    buildActions();

    connect(&m_tracker, &RequestTracker::busyChanged, m_busy, &BusyBar::setBusy);
    connect(m_sidebar, &Sidebar::currentChanged, this, &MainWindow::showBoard);
    connect(m_sidebar, &Sidebar::addWanted, this, &MainWindow::addBoard);
    connect(&m_model, &BoardListModel::saveFailed, m_notice, &Notice::say);
    connect(&m_model, &BoardListModel::rowsAboutToBeRemoved, this,
            [this](const QModelIndex&, int first, int last) { dropPagesOf(first, last); });
    connect(
        &m_model, &BoardListModel::dataChanged, this,
        [this](const QModelIndex& first, const QModelIndex& last) { showNotes(first.row(), last.row()); });
    for (const auto& change : {&BoardListModel::rowsInserted, &BoardListModel::rowsRemoved}) {
        connect(&m_model, change, this, &MainWindow::updateFootnote);
    }
    m_model.setTokens(&m_tokens);
    if (const QString warning = m_model.load(); !warning.isEmpty()) m_notice->say(warning);
    openFirst(options);
    updateFootnote();
    restorePlace();
    discover();
}

MainWindow::~MainWindow() {
    m_pages.clear();
    m_page = nullptr;
    delete takeCentralWidget();
}

void MainWindow::buildContent() {
    m_sidebar = new Sidebar(m_model);
    m_busy = new BusyBar;
    m_notice = new Notice;
    m_stack = new QStackedWidget;

    auto* empty = new EmptyState(tr("No boards yet"),
                                 tr("Type the address of a board, for example kitchen.local or 192.168.1.20. "
                                    "Boards on this network appear by themselves."),
                                 tr("&Add a board…"));
    connect(empty, &EmptyState::actionWanted, this, &MainWindow::addBoard);
    m_noBoards = empty;
    m_stack->addWidget(m_noBoards);

    auto* rule = new QFrame;
    rule->setObjectName(QStringLiteral("rule"));
    rule->setFixedWidth(1);

    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_busy);
    right->addWidget(m_notice);
    right->addWidget(m_stack, 1);

    auto* central = new QWidget;
    auto* layout = new QHBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_sidebar);
    layout->addWidget(rule);
    layout->addLayout(right, 1);
    setCentralWidget(central);
}

void MainWindow::buildActions() {
    const auto action = [this](const QKeySequence& keys, auto done) {
        auto* each = new QAction(this);
        each->setShortcut(keys);
        connect(each, &QAction::triggered, this, done);
        addAction(each);
    };
    action(QKeySequence::New, [this] { addBoard(); });
    action(QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
    action(QKeySequence::Find, [this] { m_sidebar->startSearch(); });
    action(QKeySequence(Qt::Key_F5), [this] {
        if (m_page) m_page->link().reload();
    });
    for (int tab = 0; tab < BoardPage::TabCount; ++tab) {
        action(QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + tab)), [this, tab] {
            if (m_page) m_page->showTab(tab);
        });
    }
    // Del belongs to the list: in a text field it must delete a character.
    auto* remove = new QAction(m_sidebar);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(remove, &QAction::triggered, m_sidebar, &Sidebar::removeCurrent);
    m_sidebar->addAction(remove);
}

void MainWindow::openFirst(const Options& options) {
    m_tab = std::clamp(m_settings.value("tab").toInt(), 0, BoardPage::TabCount - 1);
    m_span = m_settings.value("span", m_span).toInt();
    int first = -1;
    for (const QUrl& url : options.boards) {
        const int row = m_model.addForNow(url);
        m_model.link(row)->access().give(options.token);
        if (first < 0) first = row;
    }
    if (first >= 0 && !options.claimCodeFile.isEmpty()) claimByItself(first, options.claimCodeFile);
    if (options.stress.isValid()) {
        const int row = m_model.addForNow(options.stress);
        m_model.link(row)->access().give(options.token);
        selectBoard(row);
        m_page->startStress();
        return;
    }
    if (first < 0) first = m_model.rowOf(QUrl(m_settings.value("board").toString()));
    if (first < 0) first = m_sidebar->firstRow();
    if (first >= 0) selectBoard(first);
}

void MainWindow::claimByItself(int row, const QString& code_file) {
    const std::shared_ptr<BoardLink> link = m_model.share(row);
    auto* once = new QObject(this);
    const std::weak_ptr<BoardLink> weak = link;
    connect(link.get(), &BoardLink::accessChanged, once, [this, once, weak, code_file] {
        const auto board = weak.lock();
        if (!board || board->access().standing() == BoardAccess::Standing::Unknown) return;
        once->deleteLater();
        disconnect(board.get(), nullptr, once, nullptr);
        if (board->access().standing() == BoardAccess::Standing::Unclaimed) claimNow(board, code_file);
    });
}

void MainWindow::claimNow(const std::shared_ptr<BoardLink>& link, const QString& code_file) {
    const SetupCode code = readSetupCode(code_file);
    if (!code.problem.isEmpty())
        return m_notice->say(tr("This app could not claim the board by itself. %1.").arg(code.problem));
    const QString password = makePassword();
    const QString owner = QStringLiteral("owner");
    link->access().claim(
        code.code, owner, password, [self = QPointer(this), password, owner](const AccessOutcome& outcome) {
            if (!self) return;
            if (!outcome.ok())
                return self->m_notice->say(
                    tr("This app could not claim the board by itself. %1").arg(outcome.problem));
            self->m_notice->saySecret(tr("This app has claimed the board with its set-up code. For browsers, "
                                         "sign in as %1 with the password %2 — it "
                                         "is shown only now; a new one can be set under Access.")
                                          .arg(owner, password),
                                      password);
        });
}

void MainWindow::selectBoard(int row) { m_sidebar->select(row); }

BoardPage* MainWindow::pageOf(const BoardLink* link) const {
    const auto found =
        std::ranges::find_if(m_pages, [link](BoardPage* each) { return &each->link() == link; });
    return found == m_pages.end() ? nullptr : *found;
}

void MainWindow::showBoard(int row) {
    const std::shared_ptr<BoardLink> link = m_model.share(row);
    if (m_page && link.get() == &m_page->link()) return;
    leavePage();
    if (link) {
        openPage(link);
    } else {
        m_stack->setCurrentWidget(m_noBoards);
        setWindowTitle(QStringLiteral("Boardwalk"));
    }
}

void MainWindow::leavePage() {
    BoardPage* page = std::exchange(m_page, nullptr);
    if (!page) return;
    m_tab = page->currentTab();
    m_span = page->dashboard()->span();
    page->link().setWatched(false);
    if (page->holdsWork()) {
        trimPages();
    } else {
        dropPage(page);
    }
}

void MainWindow::openPage(const std::shared_ptr<BoardLink>& link) {
    m_page = pageOf(link.get());
    if (m_page) {
        std::erase(m_pages, m_page);
    } else {
        m_page = new BoardPage(link, m_store, m_theme);
        m_page->showTab(m_tab);
        m_page->dashboard()->setSpan(m_span);
        connect(m_page, &BoardPage::titleChanged, this, [this, page = m_page](const QString& title) {
            if (page == m_page) setWindowTitle(title);
        });
        connect(m_page, &BoardPage::activityChanged, this, [this, page = m_page](const QString& activity) {
            m_model.setActivity(&page->link(), activity);
        });
        m_stack->addWidget(m_page);
    }
    m_pages.push_back(m_page);
    m_model.setHeld(link.get(), true);
    setWindowTitle(m_page->title());
    m_stack->setCurrentWidget(m_page);
    const int row = m_model.rowOf(link.get());
    showNotes(row, row);
    remember(link);
    link->setWatched(true);
}

void MainWindow::dropPage(BoardPage* page) {
    page->diagnostics()->stress()->endNow();
    std::erase(m_pages, page);
    if (page == m_page) m_page = nullptr;
    m_model.setHeld(&page->link(), false);
    m_model.setActivity(&page->link(), {});
    m_stack->removeWidget(page);
    page->deleteLater();
}

void MainWindow::dropPagesOf(int first, int last) {
    for (int row = first; row <= last; ++row) {
        BoardPage* page = pageOf(m_model.link(row));
        if (!page) continue;
        page->link().setWatched(false);
        if (page == m_page) m_stack->setCurrentWidget(m_noBoards);
        dropPage(page);
    }
}

/// Of the pages that are kept, the ones that were left longest ago are deleted.
void MainWindow::trimPages() {
    const auto isTrimmable = [this](const BoardPage* each) { return each != m_page && !each->isTesting(); };
    while (std::ranges::count_if(m_pages, isTrimmable) > kept_pages_max)
        dropPage(*std::ranges::find_if(m_pages, isTrimmable));
}

/// The curves of the last boards that were looked at stay, so that memory does not grow with every look.
void MainWindow::remember(const std::shared_ptr<BoardLink>& link) {
    std::erase_if(m_remembered, [&link](const std::weak_ptr<BoardLink>& each) {
        const auto there = each.lock();
        return !there || there == link;
    });
    m_remembered.push_back(link);
    if (m_remembered.size() <= remembered_max) return;
    if (const auto oldest = m_remembered.front().lock(); oldest && !oldest->watched())
        oldest->state().forgetPast();
    m_remembered.erase(m_remembered.begin());
}

void MainWindow::showNotes(int first, int last) {
    if (!m_page) return;
    const int row = m_model.rowOf(&m_page->link());
    if (row < first || row > last || row < 0) return;
    const QString note = m_model.index(row).data(BoardListModel::NoteRole).toString();
    // What the page itself does is seen in it.
    m_page->setNote(note == m_model.index(row).data(BoardListModel::ActivityRole).toString() ? QString()
                                                                                             : note);
}

void MainWindow::discover() {
    const auto found = [this](const DiscoveredBoard& board) {
        m_model.addFound(board.url(), board.id, board.name);
        if (!m_page) selectBoard(0);
    };
    connect(&m_discovery, &Discovery::boardFound, this, found);
    connect(&m_discovery, &Discovery::boardUpdated, this, found);
    connect(&m_discovery, &Discovery::boardLost, &m_model, &BoardListModel::dropFound);
    if (const QString problem = m_discovery.start(m_discoveryMode); !problem.isEmpty())
        m_notice->say(problem);
}

void MainWindow::addBoard() {
    AddBoardDialog dialog(this);
    if (dialog.exec() == QDialog::Accepted) selectBoard(m_model.addTyped(dialog.url()));
}

void MainWindow::updateFootnote() {
    const int boards = m_model.rowCount();
    const QString count = boards == 1 ? tr("1 board") : tr("%1 boards").arg(boards);
    const QString where = m_discoveryMode == DiscoveryMode::Lan        ? tr("searching this network")
                          : m_discoveryMode == DiscoveryMode::Loopback ? tr("searching this computer")
                                                                       : tr("search is off");
    m_sidebar->setFootnote(count + QStringLiteral(" · ") + where);
}

void MainWindow::restorePlace() {
    const QByteArray place = m_settings.value("geometry").toByteArray();
    if (place.isEmpty() || !restoreGeometry(place)) {
        resize(first_size.boundedTo(screen()->availableSize()));
    }
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    m_sidebar->setNarrow(width() < wide_from);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    const auto testing =
        std::ranges::find_if(m_pages, [](const BoardPage* each) { return each->isTesting(); });
    if (testing != m_pages.end() &&
        !ask(this, tr("A stress test is running"),
             tr("The stress test of %1 has not ended.").arg((*testing)->name()),
             tr("Closing ends it. The report of what it did so far is kept."), tr("&Close anyway"), true)) {
        event->ignore();
        return;
    }
    endTests();
    savePlace();
    QMainWindow::closeEvent(event);
}

void MainWindow::savePlace() {
    QDir().mkpath(QFileInfo(m_settings.fileName()).path());
    m_settings.setValue("geometry", saveGeometry());
    if (m_page) {
        m_settings.setValue("board", m_page->link().url().toString());
        m_settings.setValue("tab", m_page->currentTab());
        m_settings.setValue("span", m_page->dashboard()->span());
    }
    if (m_theme.choice() != ThemeChoice::System || m_settings.contains("theme")) {
        m_settings.setValue("theme", int(m_theme.choice()));
    }
    m_settings.sync();
}

void MainWindow::leave() {
    savePlace();
    endTests();
    Q_EMIT left();
}

/// Each ends with a report, which its panel keeps.
void MainWindow::endTests() {
    for (const BoardPage* page : m_pages)
        page->diagnostics()->stress()->endNow();
}

}  // namespace boardwalk::desktop
