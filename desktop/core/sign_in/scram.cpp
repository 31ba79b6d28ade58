#include "desktop/core/sign_in/scram.hpp"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QPasswordDigestor>
#include <QRandomGenerator>
#include <algorithm>

namespace boardwalk::desktop {

namespace {

constexpr auto sha256 = QCryptographicHash::Sha256;
constexpr auto base64url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

QByteArray hmac(const QByteArray& key, const QByteArray& message) {
    return QMessageAuthenticationCode::hash(message, key, sha256);
}

}  // namespace

ScramKeys deriveScramKeys(const QString& password, const QByteArray& salt, int iterations) {
    const QByteArray salted =
        QPasswordDigestor::deriveKeyPbkdf2(sha256, password.toUtf8(), salt, iterations, scram_key_bytes);
    ScramKeys keys;
    keys.client_key = hmac(salted, "Client Key");
    keys.stored_key = QCryptographicHash::hash(keys.client_key, sha256);
    keys.server_key = hmac(salted, "Server Key");
    return keys;
}

QByteArray scramMessage(const QString& user, const QByteArray& client_nonce, const QByteArray& nonce,
                        const QByteArray& salt, int iterations) {
    return "n=" + user.toUtf8() + ",r=" + client_nonce + ",r=" + nonce + ",s=" + salt +
           ",i=" + QByteArray::number(iterations) + ",c=biws,r=" + nonce;
}

QByteArray scramClientProof(const ScramKeys& keys, const QByteArray& message) {
    QByteArray proof = hmac(keys.stored_key, message);
    std::transform(proof.cbegin(), proof.cend(), keys.client_key.cbegin(), proof.begin(),
                   [](char a, char b) { return char(a ^ b); });
    return proof;
}

QByteArray scramServerProof(const ScramKeys& keys, const QByteArray& message) {
    return hmac(keys.server_key, message);
}

bool equalSecrets(const QByteArray& a, const QByteArray& b) {
    if (a.size() != b.size()) return false;
    int difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= a[i] ^ b[i];
    return difference == 0;
}

QByteArray randomBytes(qsizetype count) {
    QByteArray bytes(count, Qt::Uninitialized);
    std::generate(bytes.begin(), bytes.end(), [] { return char(QRandomGenerator::system()->bounded(256)); });
    return bytes;
}

QByteArray toBase64Url(const QByteArray& bytes) { return bytes.toBase64(base64url); }

std::optional<QByteArray> fromBase64Url(const QByteArray& text, qsizetype bytes) {
    const auto decoded =
        QByteArray::fromBase64Encoding(text, base64url | QByteArray::AbortOnBase64DecodingErrors);
    // Written again it must be the same: of the last character some bits could be anything.
    if (!decoded || decoded.decoded.size() != bytes || toBase64Url(decoded.decoded) != text)
        return std::nullopt;
    return decoded.decoded;
}

QByteArray makeToken() { return toBase64Url(randomBytes(scram_key_bytes)); }

}  // namespace boardwalk::desktop
