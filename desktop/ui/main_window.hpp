#pragma once

#include <QMainWindow>
#include <QSettings>
#include <memory>
#include <vector>

#include "desktop/core/discovery/discovery.hpp"
#include "desktop/core/list/board_list_model.hpp"
#include "desktop/core/options.hpp"
#include "desktop/core/request_tracker.hpp"
#include "desktop/core/sign_in/token_store.hpp"
#include "desktop/core/stress/report/stress_store.hpp"

class QLabel;
class QStackedWidget;

namespace boardwalk::desktop {

class BoardPage;
class BusyBar;
class Notice;
class Sidebar;
class Theme;

/// The window: boards on the left, the chosen one on the right. The page of a board that is left stays as
/// long as work would be lost with it: a stress test that runs, text that was typed.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// Pages that are kept for typed text; those with a running test are not counted.
    static constexpr int kept_pages_max = 8;
    /// Boards that were looked at and are kept with their curves.
    static constexpr int remembered_max = 16;

    MainWindow(const Options& options, Theme& theme, QWidget* parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] TokenStore& tokens() { return m_tokens; }
    [[nodiscard]] BoardListModel& boards() { return m_model; }
    [[nodiscard]] RequestTracker& tracker() { return m_tracker; }
    [[nodiscard]] HttpClient& client() { return m_client; }
    [[nodiscard]] BoardPage* page() const { return m_page; }

    void selectBoard(int row);
    /// The session or a signal ends the app, and no question can be asked: what is kept between two starts is
    /// written, and stress tests that run end with a report. `left` follows.
    void leave();

Q_SIGNALS:
    void left();

protected:
    void closeEvent(QCloseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildContent();
    void buildActions();
    void openFirst(const Options& options);
    /// Claims this board with the code in the file, if nobody owns it, and shows the password that was made
    /// for its owner: the board that is started together with this app.
    void claimByItself(int row, const QString& code_file);
    void claimNow(const std::shared_ptr<BoardLink>& link, const QString& code_file);
    void showBoard(int row);
    void leavePage();
    void openPage(const std::shared_ptr<BoardLink>& link);
    void dropPage(BoardPage* page);
    void dropPagesOf(int first, int last);
    void trimPages();
    void remember(const std::shared_ptr<BoardLink>& link);
    void showNotes(int first, int last);
    void discover();
    void addBoard();
    void updateFootnote();
    void restorePlace();
    void savePlace();
    void endTests();
    [[nodiscard]] BoardPage* pageOf(const BoardLink* link) const;

    Theme& m_theme;
    QSettings m_settings;
    StressStore m_store;
    TokenStore m_tokens;
    RequestTracker m_tracker;
    HttpClient m_client;
    BoardListModel m_model;
    DiscoveryMode m_discoveryMode;
    Discovery m_discovery;
    Sidebar* m_sidebar = nullptr;
    BusyBar* m_busy = nullptr;
    Notice* m_notice = nullptr;
    QStackedWidget* m_stack = nullptr;
    QWidget* m_noBoards = nullptr;
    BoardPage* m_page = nullptr;
    std::vector<BoardPage*> m_pages;                     ///< the longest left first, the shown one last
    std::vector<std::weak_ptr<BoardLink>> m_remembered;  ///< likewise
    int m_tab = 0;
    int m_span = 1;
};

}  // namespace boardwalk::desktop
