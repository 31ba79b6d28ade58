#include "desktop/core/busy_rule.hpp"

#include <algorithm>

namespace boardwalk::desktop {

int BusyRule::begin(qint64 now_ms) {
    advance(now_ms);
    const int id = m_nextId++;
    m_begun.insert(id, now_ms);
    return id;
}

void BusyRule::end(int id, qint64 now_ms) {
    // First the past, then the change: a request that was pending for 300 ms shows even if the timer is late.
    advance(now_ms);
    m_begun.remove(id);
    advance(now_ms);
}

void BusyRule::advance(qint64 now_ms) {
    const std::optional<qint64> change = nextChange();
    if (!change || now_ms < *change) return;
    m_shown = !m_shown;
    if (m_shown) m_shownSince = now_ms;
}

std::optional<qint64> BusyRule::nextChange() const {
    const std::optional<qint64> first = oldest();
    if (m_shown) {
        if (first) return std::nullopt;
        return m_shownSince + shown_at_least_ms;
    }
    if (first) return *first + show_after_ms;
    return std::nullopt;
}

std::optional<qint64> BusyRule::oldest() const {
    if (m_begun.isEmpty()) return std::nullopt;
    return *std::min_element(m_begun.begin(), m_begun.end());
}

}  // namespace boardwalk::desktop
