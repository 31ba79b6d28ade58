#pragma once

#include <functional>

#include "desktop/core/sign_in/vault/secret_vault.hpp"

class QJsonObject;

namespace boardwalk::desktop {

/// `tokens.json` in the data directory, of mode 0600: what there is where a computer has no keyring. Whoever
/// may read this user's files may read it. It belongs to every window: each change is made to what stands in
/// it then.
class FileVault : public SecretVault {
    Q_OBJECT

public:
    explicit FileVault(QString data_dir, QObject* parent = nullptr);

    void read(const QString& name, Done done) override;
    void write(const QString& name, const QByteArray& secret, Done done) override;
    /// Writes nothing where nothing stands under that name.
    void remove(const QString& name, Done done) override;
    [[nodiscard]] QString path() const;

private:
    /// Returns what went wrong, or an empty text.
    QString edit(const std::function<void(QJsonObject&)>& change);

    QString m_dataDir;
};

}  // namespace boardwalk::desktop
