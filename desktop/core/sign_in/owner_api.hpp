#pragma once

#include <QCoreApplication>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <optional>

#include "desktop/core/board/board_requests.hpp"
#include "desktop/core/sign_in/key_maker.hpp"

namespace boardwalk::desktop {

/// What a person or a token may do: each may do what those before it may.
enum class Role { None, Viewer, Operator, Owner };

/// The protocol's word; None has none.
QString roleWord(Role role);
/// None for any other word.
Role roleOf(const QString& word);
/// The word for people.
QString roleText(Role role);

struct Person {
    QString name;
    Role role = Role::None;
    bool operator==(const Person&) const = default;
};
struct NamedToken {
    QString id, name;
    Role role = Role::None;
    bool operator==(const NamedToken&) const = default;
};

/// What came of a call that has to do with whose the board is. `problem` is empty when it was done.
struct OwnerAnswer {
    QString problem;         ///< one sentence for people
    QString code;            ///< the board's word for it, such as `wrong_code`; empty where no board said one
    int status = 0;          ///< 0: no answer came
    int retry_after_s = -1;  ///< of 429
    int tries_left = -1;     ///< of `wrong_code`
    bool cancelled = false;
    Person who;         ///< of claim, sign-in and `ask`
    QByteArray cookie;  ///< of the session that the call began
    QByteArray token;   ///< of `addToken`
    QList<Person> people;
    QList<NamedToken> tokens;

    static OwnerAnswer makeCancelled();
    [[nodiscard]] bool ok() const { return problem.isEmpty(); }
    /// Nothing is known of whether it was done.
    [[nodiscard]] bool isUnknown() const { return status == 0; }
};

/// One board's calls of claim, sign-in, people and tokens. Passwords become keys on another thread, and go no
/// further: a board never sees one. Each `done` is called once, later.
class OwnerApi {
    Q_DECLARE_TR_FUNCTIONS(OwnerApi)

public:
    using Done = Completion<OwnerAnswer>;
    static constexpr qsizetype list_max = 16;  ///< of what a board says; ours have 4

    explicit OwnerApi(BoardRequests& requests) : m_requests(requests) {}

    /// Makes `user` the owner of a board that nobody owns. `token` is this program's own choice, and good
    /// from then on.
    void claim(const QString& code, const QString& user, const QString& password, const QByteArray& token,
               Done done);
    /// By SCRAM; the board must prove itself, too. Afterwards the answer's cookie is the session's.
    void signIn(const QString& user, const QString& password, Done done);
    /// Who the present credential says we are; 401 `sign_in` where nobody.
    void ask(Done done);
    /// Ends the session of the present credential.
    void endSession(Done done);

    void loadPeople(Done done);
    /// New, or with other keys.
    void putPerson(const Person& person, const QString& password, Done done);
    void removePerson(const QString& name, Done done);
    void loadTokens(Done done);
    /// With `token` as its text, or one of the board's making.
    void addToken(const QString& name, Role role, const QByteArray& token, Done done);
    void removeToken(const QString& id, Done done);

private:
    /// New keys of a password, as the members of a message; none when it was given up.
    struct NewKeys {
        std::optional<QJsonObject> members;
        static NewKeys makeCancelled() { return {}; }
    };
    /// A board's answer to the first half of a sign-in, read.
    struct Challenge {
        QByteArray nonce, message;
    };

    void makeKeys(const QString& password, Completion<NewKeys> then);
    void onChallenge(const QString& user, const QString& password, const QByteArray& client_nonce,
                     const HttpAnswer& answer, Done done);
    void prove(const Challenge& challenge, const ScramKeys& keys, Done done);

    BoardRequests& m_requests;
    KeyMaker m_keys;  // last: it ends first, and its ends may still ask
};

}  // namespace boardwalk::desktop
