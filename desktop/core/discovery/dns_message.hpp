#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHostAddress>
#include <QList>
#include <optional>

namespace boardwalk::desktop::dns {

/// A domain name as on the wire, not compressed, its closing zero included: labels may hold dots.
using Name = QByteArray;

enum Type : quint16 { A = 1, Ptr = 12, Txt = 16, Aaaa = 28, Srv = 33 };

struct Question {
    Name name;
    quint16 type = 0;
};

struct Record {
    Name name;
    quint16 type = 0;
    bool unique = false;  ///< replaces what was known (RFC 6762 §10.2)
    quint32 ttl_s = 0;
    // What the type brings; other types bring nothing.
    Name target{};              ///< Ptr, Srv
    quint16 port = 0;           ///< Srv
    QHostAddress address{};     ///< A, Aaaa
    QList<QByteArray> texts{};  ///< Txt: "key=value" each
};

struct Message {
    bool response = false;
    QList<Record> records;  ///< of class IN, of all three sections
};

[[nodiscard]] Name name(std::initializer_list<QByteArrayView> labels);
/// Names that differ only in the case of ASCII letters have the same key.
[[nodiscard]] QByteArray key(const Name& name);
/// The first label as text for people, in one harmless line.
[[nodiscard]] QString firstLabel(const Name& name);
/// "host.local"
[[nodiscard]] QString hostName(const Name& name);

/// Reads what came from the network (RFC 1035 §4). Nothing when any of it is cut, loops or lies about its
/// length.
[[nodiscard]] std::optional<Message> parse(QByteArrayView packet);

/// A query for multicast. `known` are Ptr records that need not be answered (RFC 6762 §7.1); those that do
/// not fit one packet are left out.
[[nodiscard]] QByteArray query(const QList<Question>& questions, const QList<Record>& known);

}  // namespace boardwalk::desktop::dns
