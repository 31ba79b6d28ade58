#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>

#include "desktop/core/completion.hpp"

namespace boardwalk::desktop {

/// What came of a call to a vault. Nothing under that name is no problem: `secret` is empty then.
struct VaultAnswer {
    QByteArray secret;
    QString problem;  ///< one sentence; empty when it was done

    static VaultAnswer makeCancelled() { return {{}, QStringLiteral("It was given up")}; }
    [[nodiscard]] bool ok() const { return problem.isEmpty(); }
};

/// Where secrets are kept between two starts, each under a name. Each `done` is called once, from within or
/// later.
class SecretVault : public QObject {
    Q_OBJECT

public:
    using Done = Completion<VaultAnswer>;
    using QObject::QObject;

    virtual void read(const QString& name, Done done) = 0;
    virtual void write(const QString& name, const QByteArray& secret, Done done) = 0;
    virtual void remove(const QString& name, Done done) = 0;
};

}  // namespace boardwalk::desktop
