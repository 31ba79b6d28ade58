#include "desktop/core/discovery/dns_message.hpp"

#include <QtEndian>
#include <array>

#include "desktop/core/plain_text.hpp"

namespace boardwalk::desktop::dns {

namespace {

constexpr qsizetype name_bytes_max = 255;  // RFC 1035 §2.3.4
constexpr qsizetype query_bytes_max = 1400;
constexpr quint16 class_in = 1;
constexpr quint16 top_bit = 0x8000;

/// Reads forward. After `failed`, values mean nothing.
class Reader {
public:
    explicit Reader(QByteArrayView packet) : m_packet(packet) {}

    [[nodiscard]] bool failed() const { return m_failed; }
    [[nodiscard]] qsizetype at() const { return m_at; }
    void fail() { m_failed = true; }

    quint8 u8() {
        const QByteArrayView bytes = take(1);
        return m_failed ? quint8(0) : quint8(bytes[0]);
    }
    quint16 u16() {
        const QByteArrayView bytes = take(2);
        return m_failed ? quint16(0) : qFromBigEndian<quint16>(bytes.data());
    }
    quint32 u32() {
        const QByteArrayView bytes = take(4);
        return m_failed ? 0 : qFromBigEndian<quint32>(bytes.data());
    }

    QByteArrayView take(qsizetype size) {
        if (m_failed || size > m_packet.size() - m_at) {
            m_failed = true;
            return {};
        }
        m_at += size;
        return m_packet.sliced(m_at - size, size);
    }

    /// RFC 1035 §4.1.4. A pointer must lead further back than every one before it, so that the walk ends.
    Name name() {
        Name name;
        qsizetype at = m_at;
        qsizetype lowest = m_at;
        bool jumped = false;
        while (!m_failed && at < m_packet.size()) {
            const qsizetype length = quint8(m_packet[at]);
            if ((length & 0xc0) == 0xc0) {
                if (at + 1 >= m_packet.size()) break;
                const qsizetype target = (length & 0x3f) << 8 | quint8(m_packet[at + 1]);
                if (!jumped) m_at = at + 2;
                jumped = true;
                if (target >= lowest) break;
                at = lowest = target;
                continue;
            }
            if (length > 63 || length >= m_packet.size() - at || name.size() + 1 + length > name_bytes_max)
                break;
            name.append(m_packet.sliced(at, 1 + length));
            at += 1 + length;
            if (length == 0) {
                if (!jumped) m_at = at;
                return name;
            }
        }
        m_failed = true;
        return {};
    }

private:
    QByteArrayView m_packet;
    qsizetype m_at = 0;
    bool m_failed = false;
};

void readData(Reader& reader, Record& record, qsizetype size) {
    const qsizetype end = reader.at() + size;
    switch (record.type) {
        case Ptr: record.target = reader.name(); break;
        case Srv:
            reader.u32();  // priority and weight: a board has one address
            record.port = reader.u16();
            record.target = reader.name();
            break;
        case Txt:
            while (!reader.failed() && reader.at() < end)
                record.texts += reader.take(reader.u8()).toByteArray();
            break;
        case A: record.address = QHostAddress(reader.u32()); break;
        case Aaaa:
            if (const QByteArrayView bytes = reader.take(16); !reader.failed()) {
                record.address = QHostAddress(reinterpret_cast<const quint8*>(bytes.data()));
            }
            break;
        default: reader.take(size);
    }
    if (reader.at() != end) reader.fail();
}

/// Nothing when the record is of another class than the Internet's.
std::optional<Record> readRecord(Reader& reader) {
    Record record{.name = reader.name(), .type = reader.u16()};
    const quint16 classCode = reader.u16();
    record.unique = (classCode & top_bit) != 0;
    record.ttl_s = reader.u32();
    const qsizetype size = reader.u16();
    if ((classCode & ~top_bit) != class_in) {
        reader.take(size);
        return std::nullopt;
    }
    readData(reader, record, size);
    return record;
}

void appendU16(QByteArray& to, quint16 value) {
    to += char(value >> 8);
    to += char(value & 0xff);
}

void appendRecord(QByteArray& to, const Record& record) {
    to += record.name;
    appendU16(to, record.type);
    appendU16(to, class_in);
    appendU16(to, quint16(record.ttl_s >> 16));
    appendU16(to, quint16(record.ttl_s & 0xffff));
    appendU16(to, quint16(record.target.size()));
    to += record.target;
}

}  // namespace

Name name(std::initializer_list<QByteArrayView> labels) {
    Name name;
    for (const QByteArrayView label : labels) {
        name += char(label.size());
        name.append(label);
    }
    return name += '\0';
}

// Lengths are below 'A', so that they stay as they are.
QByteArray key(const Name& name) { return name.toLower(); }

QString firstLabel(const Name& name) {
    return name.isEmpty() ? QString() : printable(QString::fromUtf8(name.mid(1, quint8(name[0]))));
}

QString hostName(const Name& name) {
    QStringList labels;
    for (qsizetype at = 0; at < name.size() && name[at] != 0; at += 1 + quint8(name[at]))
        labels += printable(QString::fromUtf8(name.mid(at + 1, quint8(name[at]))));
    return labels.join(u'.');
}

std::optional<Message> parse(QByteArrayView packet) {
    constexpr quint16 response_bit = 0x8000;
    constexpr quint16 code_bits = 0x780f;  // opcode and response code: RFC 6762 §18.3, §18.11
    Reader reader(packet);
    reader.u16();  // the id has no meaning here (RFC 6762 §18.1)
    const quint16 flags = reader.u16();
    const int questions = reader.u16();
    int records = reader.u16();
    records += reader.u16();
    records += reader.u16();
    if (reader.failed() || (flags & code_bits) != 0) return std::nullopt;
    Message message;
    message.response = (flags & response_bit) != 0;
    for (int i = 0; i < questions && !reader.failed(); ++i) {
        reader.name();
        reader.u32();
    }
    for (int i = 0; i < records && !reader.failed(); ++i) {
        if (auto record = readRecord(reader)) message.records += *std::move(record);
    }
    if (reader.failed()) return std::nullopt;
    return message;
}

QByteArray query(const QList<Question>& questions, const QList<Record>& known) {
    QByteArray body;
    quint16 asked = 0;
    quint16 knownCount = 0;
    for (const Question& question : questions) {
        if (body.size() + question.name.size() + 4 > query_bytes_max) break;
        body += question.name;
        appendU16(body, question.type);
        appendU16(body, class_in);
        ++asked;
    }
    for (const Record& record : known) {
        if (body.size() + record.name.size() + record.target.size() + 10 > query_bytes_max) break;
        appendRecord(body, record);
        ++knownCount;
    }
    QByteArray packet;
    for (const quint16 word : std::array<quint16, 6>{0, 0, asked, knownCount, 0, 0})
        appendU16(packet, word);
    return packet + body;
}

}  // namespace boardwalk::desktop::dns
