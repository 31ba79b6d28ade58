#include "desktop/core/request_tracker.hpp"

#include <algorithm>
#include <utility>

namespace boardwalk::desktop {

RequestTracker::Ticket& RequestTracker::Ticket::operator=(Ticket&& other) noexcept {
    if (this != &other) {
        finish();
        m_tracker = other.m_tracker;
        m_id = other.m_id;
        other.m_tracker = nullptr;
    }
    return *this;
}

void RequestTracker::Ticket::finish() {
    if (m_tracker) std::exchange(m_tracker, nullptr)->end(m_id);
}

RequestTracker::RequestTracker(QObject* parent) : QObject(parent) {
    m_clock.start();
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_rule.advance(m_clock.elapsed());
        settle();
    });
}

RequestTracker::Ticket RequestTracker::begin() {
    const int id = m_rule.begin(m_clock.elapsed());
    Q_EMIT pendingChanged(m_rule.pending());
    settle();
    return Ticket(this, id);
}

void RequestTracker::end(int id) {
    m_rule.end(id, m_clock.elapsed());
    Q_EMIT pendingChanged(m_rule.pending());
    settle();
}

void RequestTracker::settle() {
    if (const std::optional<qint64> change = m_rule.nextChange()) {
        m_timer.start(int(std::max<qint64>(0, *change - m_clock.elapsed())));
    } else {
        m_timer.stop();
    }
    if (m_busy != m_rule.shown()) {
        m_busy = m_rule.shown();
        Q_EMIT busyChanged(m_busy);
    }
}

}  // namespace boardwalk::desktop
