#pragma once

#include <QStringList>
#include <QWidget>
#include <optional>

#include "desktop/core/stress/engine/stress_run.hpp"
#include "desktop/core/stress/report/stress_store.hpp"

class QBoxLayout;
class QComboBox;
class QLabel;
class QPushButton;

namespace boardwalk::desktop {

class StressControls;
class StressView;

/// The stress test: how a crowd is to come, the button that sends it, how the board takes it, live, and the
/// reports of earlier tests of this board. A report is on disk by the time that `runningChanged(false)` is
/// said.
class StressPanel : public QWidget {
    Q_OBJECT

public:
    StressPanel(const QUrl& board, const StressStore& store, QWidget* parent = nullptr);

    /// As if its button had been pressed; nothing happens while a test runs.
    void start();
    /// The same once it is known who uses the board, or after `known_ms_max`.
    void startWhenKnown();
    /// Ends a test early, with a report of what was measured.
    void stop() { m_run.stop(); }
    /// The same, done when this returns.
    void endNow() { m_run.endNow(); }
    [[nodiscard]] const StressRun& run() const { return m_run; }
    /// A report stands here that could not be kept on disk.
    [[nodiscard]] bool hasUnkept() const { return m_unkept; }
    [[nodiscard]] const StressReport& report() const { return m_report; }
    /// The next test goes there.
    void setBoard(const QUrl& board) { m_board = board; }
    /// What requests of the next test show the board.
    void setCredential(const Credential& credential) { m_credential = credential; }
    /// Whose reports these are.
    void setId(const QString& id);
    /// So many WebSockets of others are open to the board, and from where all are: a person is asked before a
    /// test takes their slots.
    void setOthers(int others, const QStringList& from = {});

    static constexpr int known_ms_max = 5000;

Q_SIGNALS:
    void runningChanged(bool running);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    enum Format { Html, Pdf, Csv, Json };

    [[nodiscard]] QWidget* makeRuns();
    [[nodiscard]] QWidget* makeVerdict();
    void toggle();
    [[nodiscard]] bool mayStart();
    void showRunning(bool running);
    void showProgress(const StressSnapshot& snapshot);
    void onFinished(const StressReport& report);
    void showReport(const StressReport& report);
    void showChosen();
    void showRuns();
    void say(const QString& verdict, const QString& mark, const char* level);
    void save(Format format);

    QUrl m_board;
    Credential m_credential;
    StressStore m_store;
    QString m_id;
    int m_others = 0;
    QStringList m_from;
    int m_startAfter = 0;  ///< so many words of the board until a test starts that is wanted; 0: none is
    QBoxLayout* m_row = nullptr;
    StressRun m_run;
    StressReport m_report;  ///< the one that is shown
    bool m_unkept = false;
    QList<StressStore::Kept> m_kept;  ///< in the order of `m_runs`
    bool m_runsKnown = false;
    StressControls* m_controls;
    StressView* m_view;
    QLabel* m_about;
    QComboBox* m_runs;
    QComboBox* m_against;  ///< the first entry is none
    QPushButton* m_export;
    QLabel* m_mark;
    QLabel* m_verdict;
    QLabel* m_note;
};

}  // namespace boardwalk::desktop
