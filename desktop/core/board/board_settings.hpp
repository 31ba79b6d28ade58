#pragma once

#include <QHash>
#include <QObject>

#include "desktop/core/board/board_requests.hpp"
#include "shared/messages.hpp"
#include "shared/requests.hpp"

namespace boardwalk::desktop {

/// One board's settings, written only over the version that was read (RFC 9110 §13.1.1).
class BoardSettings : public QObject {
    Q_OBJECT

public:
    explicit BoardSettings(BoardRequests& requests, QObject* parent = nullptr)
        : QObject(parent), m_requests(requests) {}

    void load();
    /// Asks whether another client changed them; nothing is said when not, or when no answer comes.
    void look();
    void save(const protocol::SettingsPatch& patch);
    [[nodiscard]] const protocol::Settings& current() const { return m_current; }

Q_SIGNALS:
    /// Read anew, or changed as asked.
    void loaded(bool by_saving);
    /// Another client changed the settings meanwhile: the new ones were loaded, and nothing was written.
    void conflicted();
    /// The same, found by looking.
    void changed();
    /// Heard by looking, after a question that was not answered: `by_saving` tells which kind.
    void heard(bool by_saving);
    /// `fields` by JSON pointer, such as `/telemetry/period_ms`; `summary` when no field is to blame.
    void failed(const QString& summary, const QHash<QString, QString>& fields);

private:
    enum class Unheard { Nothing, Load, Save };

    bool take(const HttpAnswer& answer);
    /// The answer to a save was lost: whether it was done is told by what the board has now.
    void lookAfter(const protocol::SettingsPatch& patch, const HttpAnswer& lost);
    void fail(const HttpAnswer& answer, Unheard what = Unheard::Load);

    BoardRequests& m_requests;
    protocol::Settings m_current;
    QByteArray m_etag;
    bool m_conflict = false;
    bool m_looking = false;
    Unheard m_unheard = Unheard::Nothing;
    int m_saves = 0;  ///< begun and ended: what was asked for before one is late after it
};

}  // namespace boardwalk::desktop
