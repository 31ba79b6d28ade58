#include "desktop/core/discovery/discovery.hpp"

#include <QNetworkDatagram>
#include <QRandomGenerator>
#include <QVariant>
#include <algorithm>

namespace boardwalk::desktop {

namespace {

constexpr quint16 mdns_port = 5353;
constexpr quint32 mdns_group = 0xe00000fb;  // 224.0.0.251
constexpr int first_gap_ms = 1000;          // RFC 6762 §5.2
constexpr int last_gap_ms = 60'000;
constexpr int follow_up_ms = 50;
constexpr int follow_up_gap_ms = 1000;
constexpr int datagrams_at_once_max = 256;  // then the window gets its turn
constexpr int joining_ms = 10'000;
constexpr int report_ms = 20;
constexpr int receive_buffer_bytes = 4 * 1024 * 1024;  // as far as the system grants it

const QHostAddress& group() {
    static const QHostAddress address(mdns_group);
    return address;
}

/// A random delay, so that programs which start at the same time do not all ask at once (RFC 6762 §5.2).
int first_delay_ms() { return QRandomGenerator::global()->bounded(20, 120); }

bool isIn(const QNetworkInterface& network, DiscoveryMode mode) {
    const auto flags = network.flags();
    if (!flags.testFlag(QNetworkInterface::IsUp)) return false;
    // The loopback network does multicast, though Linux does not flag it so.
    if (mode == DiscoveryMode::Loopback) return flags.testFlag(QNetworkInterface::IsLoopBack);
    return !flags.testFlag(QNetworkInterface::IsLoopBack) && flags.testFlag(QNetworkInterface::CanMulticast);
}

bool holds(const QList<QNetworkInterface>& list, int index) {
    return std::any_of(list.begin(), list.end(), [index](const auto& each) { return each.index() == index; });
}

}  // namespace

Discovery::Discovery(QObject* parent) : QObject(parent) {
    for (QTimer* timer : {&m_search, &m_followUp, &m_upkeep, &m_report})
        timer->setSingleShot(true);
    connect(&m_report, &QTimer::timeout, this, &Discovery::onNews);
    connect(&m_socket, &QUdpSocket::readyRead, this, &Discovery::read);
    connect(&m_search, &QTimer::timeout, this, &Discovery::search);
    connect(&m_followUp, &QTimer::timeout, this, &Discovery::followUp);
    connect(&m_upkeep, &QTimer::timeout, this, &Discovery::keepUp);
    connect(&m_joining, &QTimer::timeout, this, &Discovery::joinInterfaces);
}

QString Discovery::start(DiscoveryMode mode) {
    stop();
    if (mode == DiscoveryMode::Off) return {};
    if (!m_socket.bind(QHostAddress(QHostAddress::AnyIPv4), mdns_port,
                       QAbstractSocket::ShareAddress | QAbstractSocket::ReuseAddressHint)) {
        return tr("Boards cannot be searched for: %1.").arg(m_socket.errorString());
    }
    m_socket.setSocketOption(QAbstractSocket::MulticastTtlOption, 255);
    m_socket.setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, receive_buffer_bytes);
    m_mode = mode;
    m_clock.start();
    m_followedUp_ms = -follow_up_gap_ms;
    joinInterfaces();
    m_joining.start(joining_ms);
    return {};
}

void Discovery::stop() {
    for (QTimer* timer : {&m_search, &m_followUp, &m_upkeep, &m_joining, &m_report})
        timer->stop();
    m_socket.close();
    m_interfaces.clear();
    m_cache.clear();
    m_boards.clear();
    m_mode = DiscoveryMode::Off;
}

void Discovery::joinInterfaces() {
    QList<QNetworkInterface> now;
    bool changed = false;
    const auto all = QNetworkInterface::allInterfaces();
    for (const QNetworkInterface& network : all) {
        if (!isIn(network, m_mode)) continue;
        const bool isNew = !holds(m_interfaces, network.index());
        if (isNew && !m_socket.joinMulticastGroup(group(), network)) continue;
        changed = changed || isNew;
        now += network;
    }
    for (const QNetworkInterface& network : std::as_const(m_interfaces)) {
        if (!holds(now, network.index())) m_socket.leaveMulticastGroup(group(), network);
    }
    m_interfaces = now;
    if (!changed) return;
    m_searchGap_ms = first_gap_ms;
    m_search.start(first_delay_ms());
}

void Discovery::search() {
    send(dns::query(QList<dns::Question>{{ServiceCache::serviceType(), dns::Ptr}} + m_cache.missing(),
                    m_cache.known(now_ms())));
    m_search.start(m_searchGap_ms);
    m_searchGap_ms = std::min(2 * m_searchGap_ms, last_gap_ms);
}

void Discovery::followUp() {
    m_followedUp_ms = now_ms();
    if (const auto questions = m_cache.missing(); !questions.isEmpty()) send(dns::query(questions, {}));
}

void Discovery::keepUp() {
    m_cache.expire(now_ms());
    if (const auto questions = m_cache.refresh(now_ms()); !questions.isEmpty()) {
        send(dns::query(questions, {}));
    }
    report();
}

void Discovery::send(const QByteArray& packet) {
    for (const QNetworkInterface& network : std::as_const(m_interfaces)) {
        m_socket.setMulticastInterface(network);
        m_socket.writeDatagram(packet, group(), mdns_port);
    }
}

void Discovery::read() {
    bool news = false;
    for (int i = 0; i < datagrams_at_once_max && m_socket.hasPendingDatagrams(); ++i) {
        const QNetworkDatagram datagram = m_socket.receiveDatagram();
        // RFC 6762 §6: answers come from the port. What comes in elsewhere is not what was asked to be
        // searched.
        if (datagram.senderPort() != mdns_port || !holds(m_interfaces, int(datagram.interfaceIndex())))
            continue;
        auto message = dns::parse(datagram.data());
        if (!message || !message->response) continue;
        // A link-local address says nothing without the network that it is on (RFC 4007 §6).
        const QString scope = QNetworkInterface::interfaceNameFromIndex(int(datagram.interfaceIndex()));
        for (dns::Record& record : message->records) {
            if (record.type == dns::Aaaa && record.address.isLinkLocal()) record.address.setScopeId(scope);
        }
        m_cache.take(*message, now_ms());
        news = true;
    }
    if (!news) return;
    // Not at each packet: a thousand boards answer one question, and each look at them is one at all.
    if (!m_report.isActive()) m_report.start(report_ms);
}

void Discovery::onNews() {
    if (!m_cache.missing().isEmpty() && !m_followUp.isActive()) {
        // A responder that announces again and again in part must not make us ask as often.
        m_followUp.start(int(std::max<qint64>(follow_up_ms, m_followedUp_ms + follow_up_gap_ms - now_ms())));
    }
    report();
}

void Discovery::report() {
    const auto before = std::exchange(m_boards, m_cache.boards());
    if (const qint64 due = m_cache.due_ms(); due != ServiceCache::never) {
        m_upkeep.start(int(std::max<qint64>(due - now_ms(), 1)));
    } else {
        m_upkeep.stop();
    }
    const auto after = m_boards;  // a slot may stop the search
    for (const DiscoveredBoard& board : after) {
        const auto old = before.find(board.id);
        if (old == before.end()) Q_EMIT boardFound(board);
        else if (*old != board) Q_EMIT boardUpdated(board);
    }
    for (auto old = before.begin(); old != before.end(); ++old) {
        if (!after.contains(old.key())) Q_EMIT boardLost(old.key());
    }
}

}  // namespace boardwalk::desktop
