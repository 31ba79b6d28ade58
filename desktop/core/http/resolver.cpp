#include "desktop/core/http/resolver.hpp"

#include <QHostInfo>
#include <algorithm>
#include <iterator>
#include <utility>

namespace boardwalk::desktop {

void Resolver::resolve(const QString& host, bool urgent, QObject* asker, Found found) {
    if (const QHostAddress literal(host); !literal.isNull()) {
        QMetaObject::invokeMethod(
            asker, [found = std::move(found), literal] { found({literal}); }, Qt::QueuedConnection);
        return;
    }
    const bool asked = m_askers.contains(host);
    m_askers[host].append({asker, std::move(found)});
    if (asked && !urgent) return;
    // A host that waits already moves to the front when a person asks. A look-up under way is not in the
    // line.
    const bool waits = m_waiting.removeOne(host);
    if (asked && !waits) return;
    if (urgent) {
        m_waiting.prepend(host);
    } else {
        m_waiting.append(host);
    }
    next();
}

void Resolver::next() {
    while (m_underWay < lookups_max && !m_waiting.isEmpty()) {
        const QString host = m_waiting.takeFirst();
        const auto wanted = [](const Asker& each) { return !each.who.isNull(); };
        if (const auto& askers = m_askers[host]; std::none_of(askers.begin(), askers.end(), wanted)) {
            m_askers.remove(host);
            continue;
        }
        ++m_underWay;
        QHostInfo::lookupHost(host, this, [this, host](const QHostInfo& info) {
            --m_underWay;
            finish(host, info.addresses());
            next();
        });
    }
}

void Resolver::finish(const QString& host, const QList<QHostAddress>& found) {
    QList<QHostAddress> addresses;  // those of IPv4 first, otherwise as they came
    for (const bool v4 : {true, false}) {
        std::ranges::copy_if(found, std::back_inserter(addresses), [v4](const QHostAddress& address) {
            return (address.protocol() == QAbstractSocket::IPv4Protocol) == v4;
        });
    }
    const QList<Asker> askers = m_askers.take(host);
    for (const Asker& asker : askers) {
        if (asker.who) asker.found(addresses);
    }
}

}  // namespace boardwalk::desktop
