#include "desktop/core/stress/engine/stress_run.hpp"

#include <QCoreApplication>
#include <QEvent>

#include "desktop/core/stress/engine/stress_worker.hpp"

namespace boardwalk::desktop {

StressRun::StressRun(QObject* parent) : QObject(parent), m_worker(new StressWorker) {
    m_thread.setObjectName(QStringLiteral("stress"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    connect(m_worker, &StressWorker::progress, this, &StressRun::progress);
    connect(m_worker, &StressWorker::finished, this, [this](const StressReport& report) {
        m_running = false;
        Q_EMIT finished(report);
    });
}

StressRun::~StressRun() {
    if (!m_thread.isRunning()) delete m_worker;  // no test was ever started
    m_thread.quit();
    m_thread.wait();
}

bool StressRun::start(const StressOptions& options) {
    if (m_running || !options.problem().isEmpty()) return false;
    m_running = true;
    if (!m_thread.isRunning()) m_thread.start();  // a page without a test needs no thread
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, options] { worker->start(options); });
    return true;
}

void StressRun::endNow() {
    if (!m_running) return;
    // The worker's thread does nothing that takes longer than some milliseconds.
    QMetaObject::invokeMethod(m_worker, &StressWorker::stop, Qt::BlockingQueuedConnection);
    QCoreApplication::sendPostedEvents(this, QEvent::MetaCall);
}

void StressRun::stop() {
    if (m_running) QMetaObject::invokeMethod(m_worker, &StressWorker::stop);
}

}  // namespace boardwalk::desktop
