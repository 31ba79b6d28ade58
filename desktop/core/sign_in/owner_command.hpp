#pragma once

#include <QObject>

#include "desktop/core/options.hpp"
#include "desktop/core/sign_in/board_access.hpp"

namespace boardwalk::desktop {

/// `boardwalk claim URL` and `boardwalk token URL`: for scripts, without a window.
class OwnerCommandRun : public QObject {
    Q_OBJECT

public:
    /// `password` is what a person typed, or the environment's; it is not looked at where a token is given.
    OwnerCommandRun(const Options& options, const QString& password, QObject* parent = nullptr);

    /// Begins; `finished` follows.
    void start();
    /// What was made, for stdout; empty when nothing was.
    [[nodiscard]] const QByteArray& token() const { return m_token; }
    /// One line for stderr.
    [[nodiscard]] const QString& words() const { return m_words; }

Q_SIGNALS:
    void finished();

private:
    void claim();
    void makeToken(const QByteArray& cookie);
    void end(const QString& words, const QByteArray& token = {});
    [[nodiscard]] static QString wordsOf(const OwnerAnswer& answer);

    Options m_options;
    QString m_password;
    QByteArray m_token;
    QString m_words;
    RequestTracker m_tracker;
    HttpClient m_client;
    BoardRequests m_requests;
    OwnerApi m_api;
};

/// Why a password is not one for `claim`; empty when it is. (To sign in any password is tried.)
QString claimPasswordProblem(const QString& password);

}  // namespace boardwalk::desktop
