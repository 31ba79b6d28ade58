#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>
#include <memory>

class QDialog;
class QFrame;
class QLabel;
class QStackedWidget;
class QTabWidget;
class QVBoxLayout;

namespace boardwalk::desktop {

class AccessBar;
class AccessPage;
class BoardLink;
class DashboardPage;
class DiagnosticsPage;
class EmptyState;
class LogsPage;
class OutputsPage;
class SettingsPage;
class StressStore;
class Theme;

/// Everything about one board: its identity and its tabs. Made when the board is chosen, deleted when another
/// one is.
class BoardPage : public QWidget {
    Q_OBJECT

public:
    enum Tab { DashboardTab, OutputsTab, LogsTab, SettingsTab, DiagnosticsTab, AccessTab, TabCount };

    BoardPage(std::shared_ptr<BoardLink> link, const StressStore& store, Theme& theme,
              QWidget* parent = nullptr);

    [[nodiscard]] BoardLink& link() const { return *m_link; }

    void showTab(int tab);
    /// Shows the diagnostics with the stress test started.
    void startStress();
    [[nodiscard]] int currentTab() const;
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString name() const;
    /// What the list has to say about this board, in a line of its own.
    void setNote(const QString& note);
    /// A stress test runs.
    [[nodiscard]] bool isTesting() const;
    /// Where the set-up code of this board may be read, instead of where boards of this computer put it.
    void setCodeFile(const QString& file) { m_codeFile = file; }
    void claim();
    /// Over the page, so that nothing that was typed is lost. Not twice.
    void signIn();
    /// Something would be lost with this page: a test, a report that could not be kept, typed text.
    [[nodiscard]] bool holdsWork() const;
    [[nodiscard]] DashboardPage* dashboard() const { return m_dashboard; }
    [[nodiscard]] DiagnosticsPage* diagnostics() const { return m_diagnostics; }

Q_SIGNALS:
    void titleChanged(const QString& title);
    /// What the app does to this board, also while the page is hidden; or an empty text.
    void activityChanged(const QString& activity);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildHeader();
    QFrame* buildBanner();
    void updateHeader();
    void updateStack();
    void updateAccess();
    void confirmAddress();
    void open(QDialog* dialog);

    [[nodiscard]] QString awayTitle() const;
    [[nodiscard]] QString awayText() const;

    std::shared_ptr<BoardLink> m_link;
    QLabel* m_name = nullptr;
    QLabel* m_facts = nullptr;
    QLabel* m_note = nullptr;
    QFrame* m_banner = nullptr;  ///< says that what is shown is of before
    QLabel* m_bannerText = nullptr;
    QVBoxLayout* m_layout = nullptr;
    AccessBar* m_access = nullptr;
    QTabWidget* m_tabs = nullptr;
    QStackedWidget* m_stack = nullptr;
    DashboardPage* m_dashboard = nullptr;
    OutputsPage* m_outputs = nullptr;
    SettingsPage* m_settings = nullptr;
    DiagnosticsPage* m_diagnostics = nullptr;
    EmptyState* m_away = nullptr;
    EmptyState* m_looking = nullptr;
    EmptyState* m_signIn = nullptr;
    LogsPage* m_logs = nullptr;
    QPointer<QDialog> m_dialog;  ///< for claim or sign-in: one at a time
    QString m_codeFile;
    QTimer m_everySecond;
};

}  // namespace boardwalk::desktop
