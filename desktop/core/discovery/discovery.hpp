#pragma once

#include <QElapsedTimer>
#include <QNetworkInterface>
#include <QObject>
#include <QTimer>
#include <QUdpSocket>

#include "desktop/core/discovery/discovered_board.hpp"
#include "desktop/core/discovery/service_cache.hpp"
#include "desktop/core/options.hpp"

namespace boardwalk::desktop {

/// Finds boards on this computer or on the networks that it is in: DNS-SD over Multicast DNS (RFC 6762, RFC
/// 6763), beside whatever other responder listens on port 5353. Sees boards come, change and go until `stop`.
class Discovery : public QObject {
    Q_OBJECT

public:
    explicit Discovery(QObject* parent = nullptr);

    /// Loopback asks on the loopback interface only; Lan on every other one that is up. Returns one sentence
    /// for people when it cannot search, or an empty text.
    QString start(DiscoveryMode mode);
    /// Forgets what it found, and says nothing of it.
    void stop();

    [[nodiscard]] QList<DiscoveredBoard> boards() const { return m_boards.values(); }

Q_SIGNALS:
    void boardFound(const DiscoveredBoard& board);
    /// The same id with another name, address or port.
    void boardUpdated(const DiscoveredBoard& board);
    /// It said goodbye, or was not heard of for as long as its announcement was good.
    void boardLost(const QString& id);

private:
    void joinInterfaces();
    void search();
    void followUp();
    void keepUp();
    void send(const QByteArray& packet);
    void read();
    void onNews();
    void report();
    [[nodiscard]] qint64 now_ms() const { return m_clock.elapsed(); }

    QUdpSocket m_socket;
    QList<QNetworkInterface> m_interfaces;
    DiscoveryMode m_mode = DiscoveryMode::Off;
    QElapsedTimer m_clock;
    ServiceCache m_cache;
    QMap<QString, DiscoveredBoard> m_boards;

    QTimer m_search;  ///< the next query for boards
    int m_searchGap_ms = 0;
    QTimer m_followUp;  ///< a query for what an announcement left out
    qint64 m_followedUp_ms = 0;
    QTimer m_report;   ///< what was heard is told together
    QTimer m_upkeep;   ///< something in the cache gets old
    QTimer m_joining;  ///< networks come and go
};

}  // namespace boardwalk::desktop
