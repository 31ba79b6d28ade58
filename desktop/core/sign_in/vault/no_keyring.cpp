// In place of keyring_vault.cpp where QtKeychain was not there at the build.
#include <utility>

#include "desktop/core/sign_in/vault/keyring_vault.hpp"

namespace boardwalk::desktop {

QString KeyringVault::missing() { return tr("this build of Boardwalk has no keyring"); }
void KeyringVault::read(const QString&, Done done) { done({{}, missing()}); }
void KeyringVault::write(const QString&, const QByteArray&, Done done) { done({{}, missing()}); }
void KeyringVault::remove(const QString&, Done done) { done({{}, missing()}); }
void KeyringVault::start(QKeychain::Job*, const QString&, Done done) { done({{}, missing()}); }

}  // namespace boardwalk::desktop
