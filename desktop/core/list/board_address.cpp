#include "desktop/core/list/board_address.hpp"

#include <QCoreApplication>
#include <QHostAddress>
#include <QRegularExpression>

namespace boardwalk::desktop {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("BoardAddress", text); }

BoardAddress failure(const char* text) { return {{}, tr(text)}; }

/// An IPv6 literal needs brackets before a port can follow (RFC 3986 §3.2.2); people type it without.
QString withBrackets(const QString& text) {
    return QHostAddress(text).protocol() == QAbstractSocket::IPv6Protocol ? u'[' + text + u']' : text;
}

bool isHostName(const QString& host) {
    static const QRegularExpression label(QStringLiteral("^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$"));
    if (host.size() > 253) return false;
    const QStringList labels = QString(host).remove(QRegularExpression(QStringLiteral("\\.$"))).split(u'.');
    for (const QString& each : labels) {
        if (!label.match(each).hasMatch()) return false;
    }
    // "300.1.1.1" and "1.2.3" are slips of the finger, not names: the last label of a name is never a number.
    bool number = false;
    labels.last().toUInt(&number);
    return !number;
}

}  // namespace

BoardAddress parseBoardAddress(const QString& typed) {
    const QString text = typed.trimmed();
    if (text.isEmpty()) return failure("Type the board’s address, for example kitchen.local or 192.168.1.20");
    if (text.contains(QRegularExpression(QStringLiteral("\\s")))) return failure("An address has no spaces");

    static const QRegularExpression scheme(QStringLiteral("^([A-Za-z][A-Za-z0-9+.-]*)://"));
    const QRegularExpressionMatch match = scheme.match(text);
    if (match.hasMatch()) {
        const QString name = match.captured(1).toLower();
        if (name != u"http" && name != u"https") return failure("Boards speak http:// and https:// only");
    }

    const QUrl given(match.hasMatch() ? text : QStringLiteral("http://") + withBrackets(text),
                     QUrl::StrictMode);
    if (!given.isValid()) {
        static const QRegularExpression badPort(QStringLiteral(":\\d{5,}(/|$)"));
        return badPort.match(text).hasMatch() ? failure("A port is a number from 1 to 65535")
                                              : failure("This is not an address");
    }
    if (given.host().isEmpty()) return failure("The host is missing");
    if (!given.userInfo().isEmpty()) return failure("Leave user name and password out of the address");
    if (given.hasQuery()) return failure("Leave the question mark, and what follows it, out of the address");
    if (given.port(80) < 1 || given.port(80) > 65535) return failure("A port is a number from 1 to 65535");
    // QUrl completes "1.2.3" to 1.2.0.3, as inet_aton does, which is never what was meant.
    if (QHostAddress(given.host()).protocol() == QAbstractSocket::IPv4Protocol &&
        !text.contains(given.host())) {
        return failure("An IPv4 address has four numbers from 0 to 255");
    }
    if (QHostAddress(given.host()).isNull() && !isHostName(QString::fromLatin1(QUrl::toAce(given.host())))) {
        return failure("This is neither a host name nor an IP address");
    }

    QUrl url;
    url.setScheme(given.scheme().toLower());
    url.setHost(given.host().toLower());
    const int standard = url.scheme() == u"https" ? 443 : 80;
    if (given.port(standard) != standard) url.setPort(given.port());
    QString path = given.path(QUrl::FullyEncoded);
    if (path.contains(QStringLiteral("/.")) || path.contains(QStringLiteral("//")))
        return failure("This path is not one that a proxy would give a board");
    if (!path.endsWith(u'/')) path += u'/';
    url.setPath(path, QUrl::StrictMode);
    return {url, {}};
}

QString displayAddress(const QUrl& url) {
    const QString host = url.host().contains(u':') ? u'[' + url.host() + u']' : url.host();
    const QString place = url.port() < 0 ? host : host + u':' + QString::number(url.port());
    return url.path().size() <= 1 ? place : place + url.path().chopped(1);
}

}  // namespace boardwalk::desktop
