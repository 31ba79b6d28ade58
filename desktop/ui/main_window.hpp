#pragma once

#include <QMainWindow>
#include <QPointer>
#include <QSettings>

#include "desktop/core/board_list_model.hpp"
#include "desktop/core/discovery/discovery.hpp"
#include "desktop/core/options.hpp"
#include "desktop/core/request_tracker.hpp"

class QLabel;
class QStackedWidget;

namespace boardwalk::desktop {

class BoardPage;
class BusyBar;
class Notice;
class Sidebar;
class Theme;

/// The window: boards on the left, the chosen one on the right.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    MainWindow(const Options& options, Theme& theme, QWidget* parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] BoardListModel& boards() { return m_model; }
    [[nodiscard]] RequestTracker& tracker() { return m_tracker; }
    [[nodiscard]] BoardPage* page() const { return m_page; }

    void selectBoard(int row);

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void buildContent();
    void buildActions();
    void openFirst(const Options& options);
    void showBoard(int row);
    void discover();
    void addBoard();
    void updateFootnote();
    void restorePlace();

    Theme& m_theme;
    QSettings m_settings;
    RequestTracker m_tracker;
    BoardListModel m_model;
    DiscoveryMode m_discoveryMode;
    Discovery m_discovery;
    Sidebar* m_sidebar = nullptr;
    BusyBar* m_busy = nullptr;
    Notice* m_notice = nullptr;
    QStackedWidget* m_stack = nullptr;
    QWidget* m_noBoards = nullptr;
    BoardPage* m_page = nullptr;
    QPointer<BoardLink> m_link;
    int m_tab = 0;
};

}  // namespace boardwalk::desktop
