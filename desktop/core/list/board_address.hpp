#pragma once

#include <QString>
#include <QUrl>

namespace boardwalk::desktop {

/// What a person typed, read as the address of a board.
struct BoardAddress {
    QUrl url;       ///< `http://host[:port]/[path/]`, canonical; invalid when `error` is set
    QString error;  ///< one sentence for the field, empty when the address is good

    [[nodiscard]] bool ok() const { return error.isEmpty(); }
};

/// Accepts `kitchen.local`, `192.0.2.7:8080`, `[::1]:8080`, `::1`, and a URL as pasted from a browser, whose
/// query and fragment are dropped: they are the page's. A path is a proxy's, and is kept: the board's API is
/// looked for below it. Only http and https.
BoardAddress parseBoardAddress(const QString& typed);

/// `host`, `host:port` or `host/path`, as shown to people.
QString displayAddress(const QUrl& url);

}  // namespace boardwalk::desktop
