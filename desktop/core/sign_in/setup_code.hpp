#pragma once

#include <QString>
#include <QUrl>

namespace boardwalk::desktop {

/// A board's set-up code, read from a file.
struct SetupCode {
    QString code;     ///< as `normalizedSetupCode` gives it
    QString problem;  ///< one sentence; empty when there is a code
};

/// Crockford's base32 as people type it: in either case, with blanks and hyphens, o for 0, i and l for 1.
/// Empty when it is no code of 8 characters.
QString normalizedSetupCode(const QString& typed);

/// The first line of the file.
SetupCode readSetupCode(const QString& file);

/// Where a board of this computer, started without `--data-dir`, puts its code; empty for an address of
/// another one.
QString setupCodeFileOf(const QUrl& board);

}  // namespace boardwalk::desktop
