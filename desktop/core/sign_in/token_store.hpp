#pragma once

#include <QObject>
#include <QStringList>
#include <QUrl>
#include <optional>

#include "desktop/core/sign_in/owner_api.hpp"
#include "desktop/core/sign_in/vault/file_vault.hpp"
#include "desktop/core/sign_in/vault/keyring_vault.hpp"

namespace boardwalk::desktop {

/// What this app keeps to show one board: made for it, and given to it alone. A board is its id *and* the
/// addresses that a person confirmed for it: any device can say an id.
struct KeptToken {
    static constexpr qsizetype addresses_max = 8;

    QByteArray token;
    QString name;  ///< by which the board lists it
    Person who;
    QStringList addresses;  ///< as `addressKey` writes them, the last confirmed one last

    [[nodiscard]] bool isFor(const QUrl& url) const;
    /// The oldest gives way.
    void confirm(const QUrl& url);

    bool operator==(const KeptToken&) const = default;
};

/// Scheme, host and port of an address, which a token is bound to.
QString addressKey(const QUrl& url);

struct TokenAnswer {
    std::optional<KeptToken> kept;
    QString problem;

    static TokenAnswer makeCancelled() { return {}; }
};

/// Tokens of boards, by their ids: in the system's keyring; where there is none, in a file that only this
/// user may read. Each `done` is called once, from within or later.
class TokenStore : public QObject {
    Q_OBJECT

public:
    using Done = Completion<TokenAnswer>;

    explicit TokenStore(const QString& data_dir, QObject* parent = nullptr);

    void find(const QString& board, Done done);
    void keep(const QString& board, const KeptToken& token, Done done);
    void forget(const QString& board, Done done);

    /// Where what was kept last is kept, in a sentence for people.
    [[nodiscard]] QString where() const;

private:
    void keepInFile(const QString& board, const QByteArray& secret, const QString& why, Done done);

    FileVault m_file;
    KeyringVault m_keyring;
    const QString m_noKeyring;  ///< why there is none; empty where there is
    QString m_whyFile;          ///< why the file was used last; empty when the keyring was
};

}  // namespace boardwalk::desktop
