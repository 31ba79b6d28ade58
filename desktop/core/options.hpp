#pragma once

#include <QList>
#include <QString>
#include <QStringList>
#include <QUrl>

namespace boardwalk::desktop {

enum class DiscoveryMode { Off, Loopback, Lan };
/// Without a window: `boardwalk claim URL …`, `boardwalk token URL …`.
enum class OwnerCommand { None, Claim, Token };
enum class ThemeChoice { System, Light, Dark };

/// The command line, read. `error` is one line that names the option, for stderr and exit status 2.
struct Options {
    QList<QUrl> boards;
    QUrl stress;
    DiscoveryMode discovery = DiscoveryMode::Lan;
    ThemeChoice theme = ThemeChoice::System;
    bool themeGiven = false;
    QString dataDir;
    QString claimCodeFile;  ///< of the first board: it is claimed with this code if nobody owns it
    QByteArray token;       ///< for the boards named here, and for nothing else; by file or BOARDWALK_TOKEN
    OwnerCommand command = OwnerCommand::None;
    QUrl url;                                ///< of the command
    QString codeFile;                        ///< of claim
    QString user = QStringLiteral("owner");  ///< of both
    QString tokenName, tokenRole;            ///< of token
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
