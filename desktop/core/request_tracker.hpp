#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include "desktop/core/busy_rule.hpp"

namespace boardwalk::desktop {

/// Every request that the app waits for is counted here, over all boards: one number, one busy bar.
class RequestTracker : public QObject {
    Q_OBJECT

public:
    /// One pending request. Destroying it ends the request, so none can be forgotten.
    class Ticket {
    public:
        Ticket() = default;
        Ticket(RequestTracker* tracker, int id) : m_tracker(tracker), m_id(id) {}
        Ticket(Ticket&& other) noexcept : m_tracker(other.m_tracker), m_id(other.m_id) {
            other.m_tracker = nullptr;
        }
        Ticket& operator=(Ticket&& other) noexcept;
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;
        ~Ticket() { finish(); }

        void finish();

    private:
        QPointer<RequestTracker> m_tracker;
        int m_id = 0;
    };

    explicit RequestTracker(QObject* parent = nullptr);

    [[nodiscard]] Ticket begin();
    [[nodiscard]] int pending() const { return m_rule.pending(); }
    [[nodiscard]] bool busy() const { return m_busy; }

Q_SIGNALS:
    void pendingChanged(int pending);
    void busyChanged(bool busy);

private:
    void end(int id);
    void settle();

    BusyRule m_rule;
    QElapsedTimer m_clock;
    QTimer m_timer;
    bool m_busy = false;
};

}  // namespace boardwalk::desktop
