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
    void save(const protocol::SettingsPatch& patch);
    [[nodiscard]] const protocol::Settings& current() const { return m_current; }

Q_SIGNALS:
    /// Read anew, or changed as asked.
    void loaded(bool by_saving);
    /// Somebody else changed them in the meantime: theirs were loaded, nothing was written.
    void conflicted();
    /// `fields` by JSON pointer, such as `/telemetry/period_ms`; `summary` when no field is to blame.
    void failed(const QString& summary, const QHash<QString, QString>& fields);

private:
    bool take(const HttpAnswer& answer);
    /// The answer to a save was lost: whether it was done is told by what the board has now.
    void lookAfter(const protocol::SettingsPatch& patch, const HttpAnswer& lost);
    void fail(const HttpAnswer& answer);

    BoardRequests& m_requests;
    protocol::Settings m_current;
    QByteArray m_etag;
    bool m_conflict = false;
};

}  // namespace boardwalk::desktop
