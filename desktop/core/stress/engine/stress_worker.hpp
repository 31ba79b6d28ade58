#pragma once

#include <QHostInfo>
#include <QObject>
#include <QTimer>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "desktop/core/stress/engine/board_watch.hpp"
#include "desktop/core/stress/engine/pacer.hpp"
#include "desktop/core/stress/engine/stress_browser.hpp"
#include "desktop/core/stress/engine/stress_connection.hpp"
#include "desktop/core/stress/report/stress_report.hpp"
#include "desktop/core/stress/stress_options.hpp"
#include "desktop/core/stress/stress_tally.hpp"

namespace boardwalk::desktop {

/// The test itself, on the thread of StressRun: opens the connections, hands out requests, looks at the
/// clock, and after the time is over waits until each request has its answer or its time-out.
class StressWorker : public QObject {
    Q_OBJECT

public:
    void start(const StressOptions& options);
    void stop();

Q_SIGNALS:
    void progress(const boardwalk::desktop::StressSnapshot& snapshot);
    void finished(const boardwalk::desktop::StressReport& report);

private:
    void begin(const QHostInfo& host);
    void beginLoad();
    void makeConnections();
    void makeTasks();
    [[nodiscard]] const StressTask& nextOfMix();
    void openDue();
    void serveDue();
    void dispatch();
    void onSettled(std::size_t index);
    [[nodiscard]] const StressTask& taskOf(std::size_t index);
    void check();
    void abandonLate(qint64 nowNs);
    void show();
    void end(bool stopped);
    void makeReport(bool stopped);
    void clear();
    void deliver();
    [[nodiscard]] bool drained() const;
    [[nodiscard]] StressSnapshot snapshot() const;
    [[nodiscard]] OutcomeCounts outcome(bool atEnd) const;

    StressOptions m_options;
    QDateTime m_started;
    StressTarget m_target;
    std::unique_ptr<StressTally> m_tally;
    std::vector<std::unique_ptr<StressConnection>> m_connections;
    std::vector<StressTask> m_tasks;  ///< of the mix, else of the slow ones: read, send
    std::vector<int> m_mixCredit;
    std::unique_ptr<StressBrowser::Tasks> m_browserTasks;
    std::vector<std::unique_ptr<StressBrowser>> m_browsers;
    std::unique_ptr<BoardWatch> m_watch;
    std::optional<StressReport> m_report;  ///< made, and not yet delivered: the board is asked once more
    qint64 m_cpuAtStartNs = 0;
    std::deque<StressConnection*> m_free;  ///< StressMode::Rate: without a request, the longest free first
    std::deque<qint64> m_due;              ///< StressMode::Rate: due, but no connection was free
    quint64 m_nextDue = 0;
    std::size_t m_nextToOpen = 0;
    qint64 m_openGapNs = 0;
    qint64 m_startNs = 0;  ///< when the first request falls due
    qint64 m_endNs = 0;    ///< from when on none is begun
    std::unique_ptr<Pacer> m_pacer;
    std::unique_ptr<QTimer> m_openTimer;
    std::unique_ptr<QTimer> m_checkTimer;
    std::unique_ptr<QTimer> m_showTimer;
    std::deque<std::pair<qint64, quint64>> m_answered;  ///< (time, answers so far) over the last second
    int m_lookup = -1;
    bool m_running = false;
    bool m_loading = false;  ///< the test's time is not over
};

}  // namespace boardwalk::desktop
