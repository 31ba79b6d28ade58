#pragma once

#include <QByteArray>
#include <QString>

namespace boardwalk::desktop {

/// A token that a person hands to a program.
struct GivenToken {
    QByteArray token;
    QString problem;  ///< one line without the token, or empty
};

/// The first line of the file.
GivenToken readTokenFile(const QString& file);

/// BOARDWALK_TOKEN; nothing, and no problem, where it is not set.
GivenToken tokenOfEnvironment();

}  // namespace boardwalk::desktop
