#pragma once

#include <QHash>
#include <optional>

namespace boardwalk::desktop {

/// When a busy indicator may be seen: pure, with time as an argument, so that a test needs no clock.
/// It appears once a single request has been pending for `show_after_ms`, and then stays for at least
/// `shown_at_least_ms` and as long as anything is pending: a quick answer shows nothing, a slow one never
/// flashes.
class BusyRule {
public:
    static constexpr qint64 show_after_ms = 300;
    static constexpr qint64 shown_at_least_ms = 400;

    int begin(qint64 now_ms);
    void end(int id, qint64 now_ms);

    /// Brings `shown()` up to date. Call at `nextChange()`.
    void advance(qint64 now_ms);

    /// The time at which `shown()` changes if nothing else happens; empty when it never does.
    [[nodiscard]] std::optional<qint64> nextChange() const;

    [[nodiscard]] bool shown() const { return m_shown; }
    [[nodiscard]] int pending() const { return int(m_begun.size()); }

private:
    [[nodiscard]] std::optional<qint64> oldest() const;

    QHash<int, qint64> m_begun;
    int m_nextId = 1;
    bool m_shown = false;
    qint64 m_shownSince = 0;
};

}  // namespace boardwalk::desktop
