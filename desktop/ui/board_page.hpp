#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QStackedWidget;
class QTabWidget;

namespace boardwalk::desktop {

class BoardLink;
class DiagnosticsPage;
class EmptyState;
class Theme;

/// Everything about one board: who it is, and its tabs. Made when the board is chosen, gone when another one
/// is.
class BoardPage : public QWidget {
    Q_OBJECT

public:
    enum Tab { DashboardTab, OutputsTab, LogsTab, SettingsTab, DiagnosticsTab, TabCount };

    BoardPage(BoardLink& link, Theme& theme, QWidget* parent = nullptr);

    void showTab(int tab);
    /// Shows the diagnostics with the stress test started.
    void startStress();
    [[nodiscard]] int currentTab() const;
    [[nodiscard]] QString title() const;
    [[nodiscard]] DiagnosticsPage* diagnostics() const { return m_diagnostics; }

Q_SIGNALS:
    void titleChanged(const QString& title);

private:
    QWidget* buildHeader();
    void updateHeader();
    void updateStack();

    BoardLink& m_link;
    QLabel* m_name = nullptr;
    QLabel* m_facts = nullptr;
    QTabWidget* m_tabs = nullptr;
    QStackedWidget* m_stack = nullptr;
    DiagnosticsPage* m_diagnostics = nullptr;
    EmptyState* m_away = nullptr;
    EmptyState* m_looking = nullptr;
    QTimer m_everySecond;
};

}  // namespace boardwalk::desktop
