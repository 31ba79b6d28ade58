#pragma once

#include <QHostAddress>
#include <QList>
#include <QString>
#include <QUrl>

namespace boardwalk::desktop {

/// A board as it announces itself.
struct DiscoveredBoard {
    QString id;                     ///< the same for as long as the board keeps its storage
    QString name;                   ///< what its owner called it
    QString instance;               ///< the same, or numbered where two boards have one name: "Kitchen (2)"
    QString host;                   ///< "boardwalk-0123456789ab.local"
    QList<QHostAddress> addresses;  ///< never empty; the one to try first stands first
    quint16 port = 0;
    bool tls = false;
    QString model;
    QString firmware;

    /// By address: not every computer can look up `.local` names.
    [[nodiscard]] QUrl url() const;
    bool operator==(const DiscoveredBoard&) const = default;
};

}  // namespace boardwalk::desktop
