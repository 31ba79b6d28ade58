#pragma once

#include <QHash>
#include <QMap>
#include <limits>

#include "desktop/core/discovery/discovered_board.hpp"
#include "desktop/core/discovery/dns_message.hpp"

namespace boardwalk::desktop {

/// What was said on the network about boards, for as long as it is true (RFC 6762 §10). Has no clock: each
/// call brings the time, in milliseconds.
class ServiceCache {
public:
    static constexpr qint64 never = std::numeric_limits<qint64>::max();

    void take(const dns::Message& response, qint64 now_ms);
    /// Forgets what is over.
    void expire(qint64 now_ms);
    void clear();

    /// Those of which everything is known, by their id.
    [[nodiscard]] QMap<QString, DiscoveredBoard> boards() const;
    /// What a board left out of its announcement.
    [[nodiscard]] QList<dns::Question> missing() const;
    /// What will be over soon; each is asked four times before it is (RFC 6762 §5.2).
    [[nodiscard]] QList<dns::Question> refresh(qint64 now_ms);
    /// Boards that need not answer the next query.
    [[nodiscard]] QList<dns::Record> known(qint64 now_ms) const;
    /// When `expire` or `refresh` has something to do.
    [[nodiscard]] qint64 due_ms() const;

    [[nodiscard]] static const dns::Name& serviceType();

private:
    struct Life {
        qint64 since_ms = 0;
        qint64 ttl_ms = 0;
        int asked = 0;

        static Life of(const dns::Record& record, qint64 now_ms);
        [[nodiscard]] bool known() const { return ttl_ms > 0; }
        [[nodiscard]] qint64 ends_ms() const { return since_ms + ttl_ms; }
        [[nodiscard]] qint64 asks_ms() const;
        [[nodiscard]] qint64 due_ms() const;
        /// True once each time that the record is to be asked for again.
        bool asksNow(qint64 now_ms);
    };
    struct Instance {
        dns::Name name;
        Life listed;
        dns::Name host;
        quint16 port = 0;
        Life placed;
        QList<QByteArray> texts;
        Life described;
    };
    struct Address {
        QHostAddress address;
        Life life;
    };
    struct Host {
        dns::Name name;
        QList<Address> addresses;  ///< the longest known first
    };

    void takeAddress(const dns::Record& record, qint64 now_ms);
    [[nodiscard]] DiscoveredBoard describe(const Instance& instance) const;

    QHash<QByteArray, Instance> m_instances;
    QHash<QByteArray, Host> m_hosts;
};

}  // namespace boardwalk::desktop
