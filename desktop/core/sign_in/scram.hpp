#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

#include "desktop/core/sign_in/token_text.hpp"
#include "shared/limits.hpp"

namespace boardwalk::desktop {

/// SCRAM-SHA-256 as a client does it (RFC 5802 §3, RFC 7677): the board gets neither the password nor what it
/// could be used for on another board.

/// What a password becomes for one board, 32 bytes each. `client_key` never leaves this program.
struct ScramKeys {
    QByteArray client_key;
    QByteArray stored_key;  ///< the board's, to check a client's proof by
    QByteArray server_key;  ///< the board's, to prove itself by
};

inline constexpr int scram_iterations = int(limits::iterations_default);  ///< of new keys
/// A board that asks for fewer would get a cheap guess at the password, and one that asks for more would keep
/// this computer busy.
inline constexpr int scram_iterations_min = int(limits::iterations_min);
inline constexpr int scram_iterations_max = int(limits::iterations_max);
inline constexpr qsizetype scram_salt_bytes = 16;
inline constexpr qsizetype scram_nonce_bytes = 18;
inline constexpr qsizetype scram_key_bytes = 32;

/// Takes milliseconds: not for the thread of the window. `password` in Form NFC.
ScramKeys deriveScramKeys(const QString& password, const QByteArray& salt, int iterations);

/// AuthMessage; nonces and salt as they are on the wire.
QByteArray scramMessage(const QString& user, const QByteArray& client_nonce, const QByteArray& nonce,
                        const QByteArray& salt, int iterations);
QByteArray scramClientProof(const ScramKeys& keys, const QByteArray& message);
QByteArray scramServerProof(const ScramKeys& keys, const QByteArray& message);

/// Takes as long wherever they differ.
bool equalSecrets(const QByteArray& a, const QByteArray& b);

/// By the system's generator.
QByteArray randomBytes(qsizetype count);
/// base64url without padding (RFC 4648 §5).
QByteArray toBase64Url(const QByteArray& bytes);
/// Nothing for a text that is not exactly so many bytes in that form.
std::optional<QByteArray> fromBase64Url(const QByteArray& text, qsizetype bytes);

/// A token of ours: 43 characters of base64url, 256 bits.
QByteArray makeToken();

}  // namespace boardwalk::desktop
