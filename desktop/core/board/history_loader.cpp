#include "desktop/core/board/history_loader.hpp"

#include <QUrl>
#include <algorithm>

#include "desktop/core/text.hpp"
#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int refusals_max = 8;  // in a row; then the curves begin with what comes live
constexpr int again_s_min = 1;
constexpr int again_s_max = 10;

}  // namespace

HistoryLoader::HistoryLoader(BoardRequests& requests, BoardState& state)
    : m_requests(requests), m_state(state) {
    m_again.setSingleShot(true);
    QObject::connect(&m_again, &QTimer::timeout, &m_again, [this] { next(); });
}

void HistoryLoader::load() {
    if (m_loaded) return;
    m_loaded = true;
    m_waiting.clear();
    for (auto each = m_state.state().readings.rbegin(); each != m_state.state().readings.rend(); ++each) {
        m_waiting.push_back(each->id);
    }
    next();
}

void HistoryLoader::restart() {
    m_loaded = false;
    m_busy = false;
    m_refusals = 0;
    m_again.stop();
    m_waiting.clear();
    ++m_generation;
}

void HistoryLoader::next() {
    if (m_busy || m_again.isActive() || m_waiting.empty()) return;
    m_busy = true;
    const std::string id = m_waiting.back();
    m_waiting.pop_back();
    const QString target = qt(protocol::paths::history) + QStringLiteral("?series=") +
                           QString::fromLatin1(QUrl::toPercentEncoding(qt(id))) +
                           bootQuery(m_state.state().boot_id);
    m_requests.get(target, BoardRequests::Waiting::Person,
                   [this, id, generation = m_generation](const HttpAnswer& answer) {
                       if (generation == m_generation) onAnswer(id, answer);
                   });
}

void HistoryLoader::onAnswer(const std::string& id, const HttpAnswer& answer) {
    m_busy = false;
    if (answer.cancelled) {
        restart();
        return;
    }
    if ((!answer.reached() || answer.status == 503) && m_refusals < refusals_max) {
        ++m_refusals;
        m_waiting.push_back(id);
        m_again.start(1000 * std::clamp(answer.retry_after_s, again_s_min, again_s_max));
        return;
    }
    m_refusals = 0;
    if (const auto history = protocol::decode<protocol::History>(view(answer.body)); answer.ok() && history) {
        m_state.addHistory(*history);
    }
    next();
}

}  // namespace boardwalk::desktop
