#include "desktop/core/discovery/discovered_board.hpp"

namespace boardwalk::desktop {

QUrl DiscoveredBoard::url() const {
    constexpr int http_port = 80;
    constexpr int https_port = 443;
    QUrl url;
    url.setScheme(tls ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(addresses.value(0).toString());
    if (port != (tls ? https_port : http_port)) url.setPort(port);
    url.setPath(QStringLiteral("/"));
    return url;
}

}  // namespace boardwalk::desktop
