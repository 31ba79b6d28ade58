#pragma once

#include <QObject>
#include <QThread>

#include "desktop/core/stress/report/stress_report.hpp"
#include "desktop/core/stress/stress_options.hpp"

namespace boardwalk::desktop {

class StressWorker;

/// Runs one test at a time on a thread of its own, so that a busy window does not make the board look slow.
/// It ends by itself after the options' duration. Signals arrive in the thread of this object.
///
///     connect(&run, &StressRun::progress, panel, &Panel::show);   // about 10 a second
///     connect(&run, &StressRun::finished, panel, &Panel::done);   // once for each start()
///     run.start(options);
class StressRun : public QObject {
    Q_OBJECT

public:
    explicit StressRun(QObject* parent = nullptr);
    /// Ends a test that runs, without a report.
    ~StressRun() override;

    /// False, and nothing happens, while a test runs or when `options.problem()` is not empty.
    bool start(const StressOptions& options);
    /// Ends the test early; finished() still comes, with what was measured.
    void stop();
    /// The same at once: finished() has been emitted when this returns.
    void endNow();
    /// From start() until finished().
    [[nodiscard]] bool isRunning() const { return m_running; }

Q_SIGNALS:
    void progress(const boardwalk::desktop::StressSnapshot& snapshot);
    void finished(const boardwalk::desktop::StressReport& report);

private:
    QThread m_thread;
    StressWorker* m_worker;  ///< lives in m_thread, which deletes it
    bool m_running = false;
};

}  // namespace boardwalk::desktop
