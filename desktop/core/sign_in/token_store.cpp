#include "desktop/core/sign_in/token_store.hpp"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <utility>

namespace boardwalk::desktop {

namespace {

constexpr int http_port = 80;
constexpr int https_port = 443;

QByteArray written(const KeptToken& kept) {
    return QJsonDocument(
               QJsonObject{{QStringLiteral("token"), QString::fromLatin1(kept.token)},
                           {QStringLiteral("name"), kept.name},
                           {QStringLiteral("user"), kept.who.name},
                           {QStringLiteral("role"), roleWord(kept.who.role)},
                           {QStringLiteral("addresses"), QJsonArray::fromStringList(kept.addresses)}})
        .toJson(QJsonDocument::Compact);
}

std::optional<KeptToken> readBack(const QByteArray& secret) {
    const QJsonObject object = QJsonDocument::fromJson(secret).object();
    KeptToken kept;
    kept.token = object.value(u"token").toString().toLatin1();
    kept.name = object.value(u"name").toString();
    kept.who = {object.value(u"user").toString(), roleOf(object.value(u"role").toString())};
    for (const QJsonValue each : object.value(u"addresses").toArray())
        kept.addresses += each.toString();
    return isToken(kept.token) && !kept.addresses.isEmpty() ? std::optional(kept) : std::nullopt;
}

}  // namespace

QString addressKey(const QUrl& url) {
    const QString scheme = url.scheme().toLower();
    const int port = url.port(scheme == u"https" ? https_port : http_port);
    return scheme + QStringLiteral("://") + url.host(QUrl::FullyEncoded).toLower() + u':' +
           QString::number(port);
}

bool KeptToken::isFor(const QUrl& url) const { return addresses.contains(addressKey(url)); }

void KeptToken::confirm(const QUrl& url) {
    addresses.removeAll(addressKey(url));
    addresses.append(addressKey(url));
    while (addresses.size() > addresses_max)
        addresses.removeFirst();
}

TokenStore::TokenStore(const QString& data_dir, QObject* parent)
    : QObject(parent), m_file(data_dir), m_noKeyring(KeyringVault::missing()), m_whyFile(m_noKeyring) {}

void TokenStore::find(const QString& board, Done done) {
    m_file.read(board, [this, board, done = std::move(done)](const VaultAnswer& file) mutable {
        auto kept = readBack(file.secret);
        if (kept || !m_noKeyring.isEmpty()) return done({kept, file.problem});
        m_keyring.read(board, [done = std::move(done)](const VaultAnswer& keyring) mutable {
            done({readBack(keyring.secret), keyring.problem});
        });
    });
}

void TokenStore::keep(const QString& board, const KeptToken& token, Done done) {
    const QByteArray secret = written(token);
    if (!m_noKeyring.isEmpty()) return keepInFile(board, secret, m_noKeyring, std::move(done));
    m_keyring.write(board, secret,
                    [this, board, secret, done = std::move(done)](const VaultAnswer& answer) mutable {
                        if (!answer.ok()) return keepInFile(board, secret, answer.problem, std::move(done));
                        m_whyFile.clear();
                        m_file.remove(board, {});  // of a time without a keyring
                        done({});
                    });
}

void TokenStore::keepInFile(const QString& board, const QByteArray& secret, const QString& why, Done done) {
    m_whyFile = why;
    m_file.write(board, secret,
                 [done = std::move(done)](const VaultAnswer& answer) mutable { done({{}, answer.problem}); });
}

void TokenStore::forget(const QString& board, Done done) {
    m_file.remove(board, [this, board, done = std::move(done)](const VaultAnswer& file) mutable {
        if (!file.ok() || !m_noKeyring.isEmpty()) return done({{}, file.problem});
        m_keyring.remove(board, [done = std::move(done)](const VaultAnswer& keyring) mutable {
            done({{}, keyring.problem});
        });
    });
}

QString TokenStore::where() const {
    return m_whyFile.isEmpty()
               ? tr("in the system’s keyring")
               : tr("in the file %1, which only your user may read (%2)").arg(m_file.path(), m_whyFile);
}

}  // namespace boardwalk::desktop
