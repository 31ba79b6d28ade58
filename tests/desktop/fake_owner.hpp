#pragma once

#include <QHash>
#include <QJsonValue>
#include <QList>
#include <QString>
#include <optional>

namespace boardwalk::desktop {

/// Whose a fake board is: claim, sign-in, people and tokens as a board has them, and as one that lies has
/// them.
class FakeOwner {
public:
    struct Answer {
        int status = 200;
        QByteArray body;
        QByteArray fields;  ///< lines of the head
    };
    struct Keys {
        QString role;
        QByteArray salt, stored_key, server_key;
        int iterations = 0;
    };
    struct Token {
        QString id, name, role;
        QByteArray text;
    };

    bool claimed = false;
    QByteArray code = "7K3M9QRT";
    int tries_left = 10;
    bool open = true;          ///< the code is taken
    int too_many_s = 0;        ///< not 0: each sign-in is answered 429 with this Retry-After
    bool full = false;         ///< no place for a token
    bool viewing = false;      ///< all may look
    bool loses_claim = false;  ///< claims, and its answer never comes
    int iterations = 0;        ///< not 0: asks for so many, whatever the keys were made with
    bool cheats = false;       ///< knows no server key
    QHash<QString, Keys> people;
    QList<Token> tokens;
    QHash<QByteArray, QString> sessions;  ///< cookie: person
    QList<QByteArray> shown;              ///< each credential that a request showed
    int sign_ins = 0;
    int infos_signed = 0;  ///< questions who is there that showed a credential

    /// A person with this password, as after a claim.
    void add(const QString& name, const QString& role, const QString& password);
    void addToken(const QString& name, const QString& role, const QByteArray& text);
    /// Tokens and sessions end, as by a reset.
    void endAll();

    /// What a board answers before anything else is done; nothing when the request may go on.
    std::optional<Answer> answer(const QByteArray& verb, const QByteArray& path, const QByteArray& head,
                                 const QByteArray& body);
    /// The role of what these fields show; empty for none.
    [[nodiscard]] QString roleOf(const QByteArray& head);
    static Answer refuse(int status, const char* code, const char* detail, const QByteArray& fields = {});

private:
    Answer claim(const QByteArray& body);
    Answer start(const QByteArray& body);
    Answer prove(const QByteArray& body);
    Answer manageTokens(const QByteArray& verb, const QByteArray& path, const QByteArray& body);
    Answer managePeople(const QByteArray& verb, const QByteArray& path, const QByteArray& body);
    Answer session(const QString& name, const QString& role, const QByteArray& server_proof);

    int m_next = 1;
    QString m_asking;  ///< who has begun to sign in
    QByteArray m_nonce, m_message;
};

}  // namespace boardwalk::desktop
