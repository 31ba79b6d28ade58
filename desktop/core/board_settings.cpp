#include "desktop/core/board_settings.hpp"

#include <QPointer>
#include <utility>

#include "desktop/core/text.hpp"
#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

void BoardSettings::load() {
    m_http.get(qt(protocol::paths::settings), BoardHttp::Waiting::Person,
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

void BoardSettings::save(const protocol::SettingsPatch& patch) {
    m_http.patch(qt(protocol::paths::settings), QByteArray::fromStdString(protocol::encode(patch)), m_etag,
                 [this, self = QPointer(this)](const HttpAnswer& answer) {
                     if (!self) return;
                     if (answer.status == 412) {
                         m_conflict = true;
                         load();
                     } else if (take(answer)) {
                         Q_EMIT loaded(true);
                     } else {
                         fail(answer);
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

void BoardSettings::fail(const HttpAnswer& answer) {
    m_conflict = false;
    if (!answer.reached()) {
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
        fields.insert(qt(error.pointer), qt(error.detail));
    Q_EMIT failed(problemText(*problem), fields);
}

}  // namespace boardwalk::desktop
