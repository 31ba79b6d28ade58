#pragma once

#include <QObject>
#include <optional>

#include "desktop/core/sign_in/token_store.hpp"
#include "shared/messages.hpp"

namespace boardwalk::desktop {

/// What came of claim, sign-in and sign-out. `problem` is empty when it was done; then `note` may say what is
/// to be known of it.
struct AccessOutcome {
    QString problem;
    QString code;            ///< the board's word for the problem; empty where it said none
    int retry_after_s = -1;  ///< until it takes another try
    int tries_left = -1;     ///< of a wrong set-up code
    QString note;
    bool cancelled = false;

    static AccessOutcome makeCancelled();
    [[nodiscard]] bool ok() const { return problem.isEmpty(); }
};

/// On whose behalf one board is asked: whether anybody owns it, who we are to it, and what we may do.
///
/// A credential is shown only while the board says at that address that it is the one for which it was made.
/// When the board is away or another one answers, it is shown to nobody until the board has said again who it
/// is.
class BoardAccess : public QObject {
    Q_OBJECT

public:
    enum class Standing {
        Unknown,       ///< not told yet, or away
        Open,          ///< a board of the first release, which asks nobody who they are
        Unclaimed,     ///< nobody owns it: it can be looked at, and claimed
        Looking,       ///< it has an owner; whether we have something to show is looked up
        SignedOut,     ///< we have not
        OtherAddress,  ///< we have, made for another address: a person decides
        SignedIn,
    };
    using Done = Completion<AccessOutcome>;

    explicit BoardAccess(BoardRequests& requests, QObject* parent = nullptr);

    /// Where tokens are kept between two starts; without it they last as long as this object.
    void setStore(TokenStore* store) { m_store = store; }
    /// A person named this token together with the board's present address. It is not kept.
    void give(const QByteArray& token);
    /// Nothing is looked up for a board that is not shown.
    void setWanted(bool wanted);
    /// The board said who it is, at the present address.
    void onInfo(const protocol::Info& info);
    /// It is away, or all that is known of our standing is to be asked anew.
    void onAway();
    /// A request was refused: see BoardRequests::setOnRefused. `code` is the problem's; `acted` where a
    /// person wanted something done.
    void onRefused(int status, const QString& code, bool acted);
    void retire();

    [[nodiscard]] Standing standing() const { return m_standing; }
    /// Our name and role while signed in. (Of a token that was given, the token's name.)
    [[nodiscard]] const Person& who() const { return m_who; }
    /// Why we are signed out, or what is to be known of how we are signed in; may be empty.
    [[nodiscard]] const QString& note() const { return m_note; }
    /// Signed in by a token that stands for a person, or by one's password: not by a token that was given.
    [[nodiscard]] bool isPerson() const { return m_held && !m_held->given; }
    /// The board lists this app's own token by this name.
    [[nodiscard]] bool isOwnToken(const QString& name) const {
        return m_held && !m_held->token.token.isEmpty() && m_held->token.name == name;
    }
    /// Where our token is kept, in a sentence; empty while signed in for this run only.
    [[nodiscard]] QString where() const;
    /// The addresses that the token of OtherAddress was made for.
    [[nodiscard]] QString otherAddresses() const;
    [[nodiscard]] bool mayLook() const;
    [[nodiscard]] bool maySet() const { return mayAs(Role::Operator); }
    [[nodiscard]] bool mayOwn() const { return mayAs(Role::Owner); }
    /// Why what needs this role may not be done, and what would help, for people. Empty where it may.
    [[nodiscard]] QString whyNot(Role needed) const;

    void claim(const QString& code, const QString& user, const QString& password, Done done);
    /// By password. An owner gets a token, so that the next start needs none.
    void signIn(const QString& user, const QString& password, Done done);
    /// Ends it here and, where that can be, on the board.
    void signOut(Done done);
    /// The person says that the board at this address is the one of the token.
    void confirmAddress();
    [[nodiscard]] OwnerApi& api() { return m_api; }

Q_SIGNALS:
    void changed();
    /// Before `changed`, when requests show something else from now on.
    void credentialChanged();
    /// A person's request was refused for want of it.
    void signInWanted();

private:
    /// What there is to show, for the board and the address that it was made for.
    struct Held {
        QString board, address;
        Credential credential;
        KeptToken token;  ///< empty for a cookie or a given token
        bool given = false;
    };

    [[nodiscard]] bool mayAs(Role needed) const;
    [[nodiscard]] bool isHeldHere() const;
    void set(Standing standing, const QString& note = {});
    void show(const Credential& credential);
    void lookUp();
    void onFound(const TokenAnswer& found);
    void check();
    void leave(const QString& note);
    void tryToLook();
    void hold(const Credential& credential, const KeptToken& token);
    void adopt(const KeptToken& token, const QByteArray& cookie, Done done);
    void makeOwnToken(const Person& who, const QByteArray& cookie, Done done);
    void addOwnToken(const Person& who, const QString& name, const QByteArray& cookie, Done done);
    void stayForThisRun(const Person& who, const QString& why, Done done);
    void forget(const QString& note, Done done);

    BoardRequests& m_requests;
    TokenStore* m_store = nullptr;
    Standing m_standing = Standing::Unknown;
    bool m_wanted = false;
    bool m_retired = false;
    bool m_asking = false;
    bool m_claimed = false;  ///< it told so last
    bool m_viewing = false;  ///< it may be looked at without being signed in
    QString m_board;         ///< the id that it told last
    Person m_who;
    QString m_note;
    std::optional<Held> m_held;
    std::optional<KeptToken> m_other;  ///< of OtherAddress
    QByteArray m_given;
    QString m_givenAddress;
    int m_turn = 0;  ///< of look-ups: an earlier one's answer is of no use
    OwnerApi m_api;  ///< last: it ends first
};

}  // namespace boardwalk::desktop
