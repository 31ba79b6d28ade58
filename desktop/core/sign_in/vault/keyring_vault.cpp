#include "desktop/core/sign_in/vault/keyring_vault.hpp"

#include <qt6keychain/keychain.h>

#include <QFileInfo>
#include <QTimer>
#include <memory>
#include <utility>

namespace boardwalk::desktop {

namespace {
const QString service = QStringLiteral("Boardwalk");
}

QString KeyringVault::missing() {
#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
    // Without a session's bus a library may start one of its own, whose keyring nobody unlocks.
    const QString bus = qEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS");
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    const bool there = bus.isEmpty()
                           ? !runtime.isEmpty() && QFileInfo::exists(runtime + QStringLiteral("/bus"))
                           : !bus.startsWith(QStringLiteral("disabled:"));
    if (!there) return tr("this session has no keyring");
#endif
    return {};
}

void KeyringVault::read(const QString& name, Done done) {
    start(new QKeychain::ReadPasswordJob(service), name, std::move(done));
}

void KeyringVault::write(const QString& name, const QByteArray& secret, Done done) {
    auto* job = new QKeychain::WritePasswordJob(service);
    job->setBinaryData(secret);
    start(job, name, std::move(done));
}

void KeyringVault::remove(const QString& name, Done done) {
    start(new QKeychain::DeletePasswordJob(service), name, std::move(done));
}

void KeyringVault::start(QKeychain::Job* job, const QString& name, Done done) {
    // A child of this, so that what nothing answers ends as cancelled with it; the job goes by itself.
    auto* call = new QTimer(this);
    const auto end = [call, kept = std::make_shared<Done>(std::move(done))](const VaultAnswer& answer) {
        call->stop();
        call->deleteLater();
        (*kept)(answer);
    };
    call->setSingleShot(true);
    connect(call, &QTimer::timeout, call, [end] { end({{}, tr("the keyring did not answer")}); });
    connect(job, &QKeychain::Job::finished, call, [end](QKeychain::Job* ended) {
        VaultAnswer answer;
        const auto* read = qobject_cast<QKeychain::ReadPasswordJob*>(ended);
        if (read) answer.secret = read->binaryData();
        const bool none = ended->error() == QKeychain::EntryNotFound;
        if (ended->error() != QKeychain::NoError && !none) answer.problem = ended->errorString();
        if (ended->error() != QKeychain::NoError && !none && answer.problem.isEmpty())
            answer.problem = tr("the keyring failed");
        end(answer);
    });
    call->start(patience_ms);
    job->setKey(name);
    job->setInsecureFallback(false);
    job->start();
}

}  // namespace boardwalk::desktop
