#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <QUrl>

namespace boardwalk::desktop {

enum class DiscoveryMode { Off, Loopback, Lan };
enum class ThemeChoice { System, Light, Dark };

/// The command line, read. `error` is one line that names the option, for stderr and exit status 2.
struct Options {
    QList<QUrl> boards;
    QUrl stress;
    DiscoveryMode discovery = DiscoveryMode::Lan;
    ThemeChoice theme = ThemeChoice::System;
    bool themeGiven = false;
    QString dataDir;
    bool list = false;
    bool json = false;  ///< of the list
    bool version = false;
    bool help = false;
    QString error;
};

/// `arguments` as in `QCoreApplication::arguments()`, the program's name first. Needs no application object.
Options parseOptions(const QStringList& arguments);

/// What `--help` prints.
QString helpText();

}  // namespace boardwalk::desktop
