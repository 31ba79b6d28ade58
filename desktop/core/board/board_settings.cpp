#include "desktop/core/board/board_settings.hpp"

#include <QPointer>
#include <algorithm>
#include <utility>

#include "desktop/core/text.hpp"
#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

namespace {

constexpr std::size_t detail_characters_max = 200;

template <class List>
bool sameTexts(const std::vector<std::string>& now, const List& wanted) {
    return std::ranges::equal(now, wanted.texts(),
                              [](const std::string& a, const auto& b) { return b == a; });
}

/// The board has all that was asked for.
bool holds(const protocol::Settings& now, const protocol::SettingsPatch& patch) {
    return (!patch.name || *patch.name == now.name) &&
           (!patch.telemetry_period_ms || *patch.telemetry_period_ms == now.telemetry.period_ms) &&
           (!patch.security_hosts || sameTexts(now.security.hosts, *patch.security_hosts)) &&
           (!patch.security_origins || sameTexts(now.security.origins, *patch.security_origins));
}

}  // namespace

void BoardSettings::load() {
    m_requests.get(qt(protocol::paths::settings), BoardRequests::Waiting::Person,
                   [this, self = QPointer(this)](const HttpAnswer& answer) {
                       if (!self) return;
                       if (!take(answer)) {
                           fail(answer);
                       } else if (std::exchange(m_conflict, false)) {
                           Q_EMIT conflicted();
                       } else {
                           Q_EMIT loaded(false);
                       }
                   });
}

void BoardSettings::look() {
    if (std::exchange(m_looking, true)) return;
    m_requests.get(qt(protocol::paths::settings), BoardRequests::Waiting::Nobody,
                   [this, self = QPointer(this), saves = m_saves](const HttpAnswer& answer) {
                       if (!self) return;
                       m_looking = false;
                       const protocol::Settings before = m_current;
                       if (saves != m_saves || !take(answer)) return;
                       const Unheard unheard = std::exchange(m_unheard, Unheard::Nothing);
                       if (m_current != before) Q_EMIT changed();
                       if (unheard != Unheard::Nothing) Q_EMIT heard(unheard == Unheard::Save);
                   });
}

void BoardSettings::save(const protocol::SettingsPatch& patch) {
    ++m_saves;
    m_requests.patch(qt(protocol::paths::settings), QByteArray::fromStdString(protocol::encode(patch)),
                     m_etag, [this, self = QPointer(this), patch](const HttpAnswer& answer) {
                         if (!self) return;
                         ++m_saves;
                         if (!answer.reached() && !answer.cancelled) {
                             lookAfter(patch, answer);
                         } else if (answer.status == 412) {
                             m_conflict = true;
                             load();
                         } else if (take(answer)) {
                             Q_EMIT loaded(true);
                         } else {
                             fail(answer);
                         }
                     });
}

void BoardSettings::lookAfter(const protocol::SettingsPatch& patch, const HttpAnswer& lost) {
    m_requests.get(qt(protocol::paths::settings), BoardRequests::Waiting::Person,
                   [this, self = QPointer(this), patch, lost](const HttpAnswer& answer) {
                       if (!self) return;
                       const auto now = protocol::decode<protocol::Settings>(view(answer.body));
                       if (answer.ok() && now && holds(*now, patch) && take(answer)) {
                           Q_EMIT loaded(true);
                       } else {
                           fail(lost, Unheard::Save);
                       }
                   });
}

bool BoardSettings::take(const HttpAnswer& answer) {
    const auto settings = protocol::decode<protocol::Settings>(view(answer.body));
    if (!answer.ok() || !settings) return false;
    m_current = *settings;
    m_etag = answer.etag;
    return true;
}

void BoardSettings::fail(const HttpAnswer& answer, Unheard what) {
    m_conflict = false;
    if (!answer.reached()) {
        m_unheard = what;
        Q_EMIT failed(answer.failure, {});
        return;
    }
    const auto problem = protocol::decode<protocol::Problem>(view(answer.body));
    if (!problem) {
        Q_EMIT failed(tr("The board answered %1").arg(answer.status), {});
        return;
    }
    QHash<QString, QString> fields;
    for (const protocol::ProblemError& error : problem->errors)
        fields.insert(qt(error.pointer), printable(qt(clipped(error.detail, detail_characters_max))));
    Q_EMIT failed(problemText(*problem), fields);
}

}  // namespace boardwalk::desktop
