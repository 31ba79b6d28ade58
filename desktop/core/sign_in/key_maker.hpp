#pragma once

#include <QObject>

#include "desktop/core/completion.hpp"
#include "desktop/core/sign_in/scram.hpp"

namespace boardwalk::desktop {

/// Keys of a password, or none when it was given up.
struct MadeKeys {
    std::optional<ScramKeys> keys;

    static MadeKeys makeCancelled() { return {}; }
};

/// Derives keys on another thread, as that takes some ten milliseconds a password.
class KeyMaker : public QObject {
    Q_OBJECT

public:
    using Done = Completion<MadeKeys>;
    using QObject::QObject;

    /// `done` is called later, on this object's thread; as cancelled when this object ends first.
    void make(const QString& password, const QByteArray& salt, int iterations, Done done);
};

}  // namespace boardwalk::desktop
