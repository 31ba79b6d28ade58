#include "desktop/core/history_loader.hpp"

#include <QUrl>

#include "desktop/core/text.hpp"
#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

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
    m_waiting.clear();
    ++m_generation;
}

void HistoryLoader::next() {
    if (m_busy || m_waiting.empty()) return;
    m_busy = true;
    const std::string id = m_waiting.back();
    m_waiting.pop_back();
    const QString target = qt(protocol::paths::history) + QStringLiteral("?series=") +
                           QString::fromLatin1(QUrl::toPercentEncoding(qt(id)));
    m_http.get(target, BoardHttp::Waiting::Person,
               [this, generation = m_generation](const HttpAnswer& answer) {
                   if (generation != m_generation) return;
                   m_busy = false;
                   if (const auto history = protocol::decode<protocol::History>(view(answer.body));
                       answer.ok() && history) {
                       m_state.addHistory(*history);
                   }
                   if (answer.reached()) {
                       next();
                   } else {
                       restart();  // the board went away: begin again when it is back
                   }
               });
}

}  // namespace boardwalk::desktop
