#pragma once

#include "desktop/core/sign_in/vault/secret_vault.hpp"

namespace QKeychain {
class Job;
}

namespace boardwalk::desktop {

/// The system's keyring, by QtKeychain: GNOME's and others by the Secret Service, KDE's wallet. It may ask
/// the person to unlock it, so that an answer takes as long as that; one that does not come within a minute
/// is a problem.
class KeyringVault : public SecretVault {
    Q_OBJECT

public:
    static constexpr int patience_ms = 60'000;
    using SecretVault::SecretVault;

    /// Empty where one may be there; else why not, in a sentence. (Whether it answers, only asking tells.)
    static QString missing();

    void read(const QString& name, Done done) override;
    void write(const QString& name, const QByteArray& secret, Done done) override;
    void remove(const QString& name, Done done) override;

private:
    void start(QKeychain::Job* job, const QString& name, Done done);
};

}  // namespace boardwalk::desktop
