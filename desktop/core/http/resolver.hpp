#pragma once

#include <QHash>
#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QPointer>
#include <functional>

namespace boardwalk::desktop {

/// Addresses of host names, a few look-ups at a time: each one keeps a thread of Qt for as long as the
/// system's resolver takes, also when its answer is no longer wanted.
class Resolver : public QObject {
    Q_OBJECT

public:
    static constexpr int lookups_max = 2;
    /// Empty when the name is not known. IPv4 first: boards listen on it before all.
    using Found = std::function<void(const QList<QHostAddress>& addresses)>;

    using QObject::QObject;

    /// `found` is called once, later, unless `asker` is gone by then. An IP literal needs no look-up.
    void resolve(const QString& host, bool urgent, QObject* asker, Found found);

private:
    struct Asker {
        QPointer<QObject> who;
        Found found;
    };

    void next();
    void finish(const QString& host, const QList<QHostAddress>& found);

    QHash<QString, QList<Asker>> m_askers;
    QList<QString> m_waiting;
    int m_underWay = 0;
};

}  // namespace boardwalk::desktop
