#pragma once

#include <QByteArray>

namespace boardwalk::desktop {

/// What a request shows a board, so that the board knows on whose behalf it is asked: a token, or the cookie
/// of a session. A secret: never in a log, a report, an export, an error text.
struct Credential {
    QByteArray token;
    QByteArray cookie;  ///< `bw-ID=…`

    [[nodiscard]] bool isEmpty() const { return token.isEmpty() && cookie.isEmpty(); }
    /// Values of the fields Authorization (RFC 6750 §2.1) and Cookie. Where there is a token it alone is
    /// shown.
    [[nodiscard]] QByteArray authorization() const {
        return token.isEmpty() ? QByteArray() : "Bearer " + token;
    }
    [[nodiscard]] QByteArray cookieField() const { return token.isEmpty() ? cookie : QByteArray(); }

    /// The same as lines of a request's head; empty without one.
    [[nodiscard]] QByteArray fields() const {
        if (!token.isEmpty()) return "Authorization: " + authorization() + "\r\n";
        return cookie.isEmpty() ? QByteArray() : "Cookie: " + cookie + "\r\n";
    }

    bool operator==(const Credential&) const = default;
};

}  // namespace boardwalk::desktop
