#include "desktop/core/discovery/service_cache.hpp"

#include <algorithm>

#include "desktop/core/plain_text.hpp"
#include "shared/dns_sd.hpp"

namespace boardwalk::desktop {

namespace {

namespace dns_sd = protocol::dns_sd;

// Any host of the network may announce anything; only this much of it is kept.
constexpr qsizetype instances_max = 1024;
constexpr qsizetype addresses_max = 16;

constexpr qint64 goodbye_ms = 1000;  // RFC 6762 §10.1, §10.2
constexpr int asks_max = 4;
constexpr qint64 ttl_ms_max = 75 * 60 * 1000;

QString text(const QList<QByteArray>& texts, QByteArrayView key) {
    for (const QByteArray& each : texts) {  // the first counts (RFC 6763 §6.4)
        const qsizetype equals = each.indexOf('=');
        if (equals == key.size() && each.left(equals).compare(key, Qt::CaseInsensitive) == 0) {
            return printable(QString::fromUtf8(each.mid(equals + 1)));
        }
    }
    return {};
}

/// Lower is better: an IPv4 address works in every URL, a link-local one in few.
int rank(const QHostAddress& address) {
    if (address.protocol() == QAbstractSocket::IPv4Protocol) return 0;
    return address.isLinkLocal() ? 2 : 1;
}

}  // namespace

const dns::Name& ServiceCache::serviceType() {
    static const dns::Name type = dns::name({dns_sd::board_label, dns_sd::tcp_label, dns_sd::domain_label});
    return type;
}

ServiceCache::Life ServiceCache::Life::of(const dns::Record& record, qint64 now_ms) {
    if (record.ttl_s == 0) return {now_ms, goodbye_ms, asks_max};
    return {now_ms, std::min(qint64(record.ttl_s) * 1000, ttl_ms_max), 0};
}

qint64 ServiceCache::Life::asks_ms() const {
    return known() && asked < asks_max ? since_ms + ttl_ms * (80 + 5 * asked) / 100 : never;
}

qint64 ServiceCache::Life::due_ms() const { return known() ? std::min(asks_ms(), ends_ms()) : never; }

bool ServiceCache::Life::asksNow(qint64 now_ms) {
    if (now_ms < asks_ms()) return false;
    ++asked;
    return true;
}

void ServiceCache::take(const dns::Message& response, qint64 now_ms) {
    const QByteArray type = dns::key(serviceType());
    for (const dns::Record& record : response.records) {
        if (record.type == dns::Ptr && dns::key(record.name) == type) {
            const QByteArray key = dns::key(record.target);
            if (!key.endsWith(type) || key.size() == type.size()) continue;
            const bool isKnown = m_instances.contains(key);
            if (!isKnown && (record.ttl_s == 0 || m_instances.size() >= instances_max)) continue;
            Instance& instance = m_instances[key];
            instance.name = record.target;
            instance.listed = Life::of(record, now_ms);
        }
    }
    // Other records count only for what is listed: in whatever order they stand in the packet.
    for (const dns::Record& record : response.records) {
        const auto instance = m_instances.find(dns::key(record.name));
        if (instance == m_instances.end()) continue;
        if (record.type == dns::Srv) {
            if (record.ttl_s == 0 && !instance->placed.known()) continue;
            instance->host = record.target;
            instance->port = record.port;
            instance->placed = Life::of(record, now_ms);
        } else if (record.type == dns::Txt) {
            if (record.ttl_s == 0 && !instance->described.known()) continue;
            instance->texts = record.texts;
            instance->described = Life::of(record, now_ms);
        }
    }
    for (const Instance& instance : std::as_const(m_instances)) {
        if (!instance.host.isEmpty()) m_hosts[dns::key(instance.host)].name = instance.host;
    }
    for (const dns::Record& record : response.records) {
        if (record.type == dns::A || record.type == dns::Aaaa) takeAddress(record, now_ms);
    }
    expire(now_ms);
}

void ServiceCache::takeAddress(const dns::Record& record, qint64 now_ms) {
    const auto host = m_hosts.find(dns::key(record.name));
    if (host == m_hosts.end()) return;
    Address* found = nullptr;
    for (Address& each : host->addresses) {
        if (each.address == record.address) {
            found = &each;
        } else if (record.unique && record.ttl_s != 0 &&
                   each.address.protocol() == record.address.protocol() &&
                   now_ms - each.life.since_ms > goodbye_ms) {
            each.life = {now_ms, goodbye_ms, asks_max};  // the host has others now (RFC 6762 §10.2)
        }
    }
    if (found) {
        found->life = Life::of(record, now_ms);
    } else if (record.ttl_s != 0 && host->addresses.size() < addresses_max) {
        host->addresses.append({record.address, Life::of(record, now_ms)});
    }
}

void ServiceCache::expire(qint64 now_ms) {
    const auto over = [now_ms](const Life& life) { return now_ms >= life.ends_ms(); };
    m_instances.removeIf([&](const auto& each) { return over(each->listed); });
    QSet<QByteArray> named;
    for (Instance& instance : m_instances) {
        if (over(instance.placed)) {
            instance.placed = {};
            instance.host.clear();
        }
        if (over(instance.described)) instance.described = {};
        if (!instance.host.isEmpty()) named.insert(dns::key(instance.host));
    }
    m_hosts.removeIf([&](const auto& each) { return !named.contains(each.key()); });
    for (Host& host : m_hosts)
        host.addresses.removeIf([&](const Address& each) { return over(each.life); });
}

void ServiceCache::clear() {
    m_instances.clear();
    m_hosts.clear();
}

QMap<QString, DiscoveredBoard> ServiceCache::boards() const {
    QMap<QString, DiscoveredBoard> boards;
    QHash<QString, qint64> since;
    for (const Instance& instance : m_instances) {
        if (!instance.placed.known() || !instance.described.known()) continue;
        const DiscoveredBoard board = describe(instance);
        if (board.id.isEmpty() || board.addresses.isEmpty() || board.port == 0) continue;
        // After a rename both names stand here for a moment: a goodbye makes the old one short-lived.
        const qint64 ends_ms = instance.listed.ends_ms();
        if (boards.contains(board.id) && since.value(board.id) >= ends_ms) continue;
        boards.insert(board.id, board);
        since.insert(board.id, ends_ms);
    }
    return boards;
}

DiscoveredBoard ServiceCache::describe(const Instance& instance) const {
    DiscoveredBoard board;
    board.id = text(instance.texts, dns_sd::id_key);
    board.instance = dns::firstLabel(instance.name);
    board.name = text(instance.texts, dns_sd::name_key);
    if (board.name.isEmpty()) board.name = board.instance;
    board.host = dns::hostName(instance.host);
    board.port = instance.port;
    board.tls = text(instance.texts, dns_sd::tls_key) == QLatin1String(dns_sd::yes.data());
    board.model = text(instance.texts, dns_sd::model_key);
    board.firmware = text(instance.texts, dns_sd::firmware_key);
    for (const Address& each : m_hosts.value(dns::key(instance.host)).addresses)
        board.addresses += each.address;
    std::stable_sort(board.addresses.begin(), board.addresses.end(),
                     [](const auto& a, const auto& b) { return rank(a) < rank(b); });
    return board;
}

QList<dns::Question> ServiceCache::missing() const {
    QList<dns::Question> questions;
    for (const Instance& instance : m_instances) {
        if (!instance.placed.known()) questions.append({instance.name, dns::Srv});
        if (!instance.described.known()) questions.append({instance.name, dns::Txt});
    }
    for (const Host& host : m_hosts) {
        if (!host.addresses.isEmpty()) continue;
        questions.append({host.name, dns::A});
        questions.append({host.name, dns::Aaaa});
    }
    return questions;
}

QList<dns::Question> ServiceCache::refresh(qint64 now_ms) {
    QList<dns::Question> questions;
    bool lists = false;
    for (Instance& instance : m_instances) {
        if (instance.listed.asksNow(now_ms)) lists = true;
        if (instance.placed.asksNow(now_ms)) questions.append({instance.name, dns::Srv});
        if (instance.described.asksNow(now_ms)) questions.append({instance.name, dns::Txt});
    }
    for (Host& host : m_hosts) {
        for (Address& each : host.addresses) {
            const bool v4 = each.address.protocol() == QAbstractSocket::IPv4Protocol;
            if (each.life.asksNow(now_ms)) questions.append({host.name, v4 ? dns::A : dns::Aaaa});
        }
    }
    if (lists) questions.prepend({serviceType(), dns::Ptr});
    return questions;
}

QList<dns::Record> ServiceCache::known(qint64 now_ms) const {
    QList<dns::Record> known;
    for (const Instance& instance : m_instances) {
        const qint64 left_ms = instance.listed.ends_ms() - now_ms;
        if (left_ms <= instance.listed.ttl_ms / 2 || !instance.placed.known() || !instance.described.known())
            continue;
        known.append({.name = serviceType(),
                      .type = dns::Ptr,
                      .ttl_s = quint32(left_ms / 1000),
                      .target = instance.name});
    }
    return known;
}

qint64 ServiceCache::due_ms() const {
    qint64 due = never;
    for (const Instance& instance : m_instances)
        due =
            std::min({due, instance.listed.due_ms(), instance.placed.due_ms(), instance.described.due_ms()});
    for (const Host& host : m_hosts) {
        for (const Address& each : host.addresses)
            due = std::min(due, each.life.due_ms());
    }
    return due;
}

}  // namespace boardwalk::desktop
