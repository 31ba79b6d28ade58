#include "desktop/core/sign_in/board_access.hpp"

#include <QPointer>
#include <QSysInfo>
#include <algorithm>
#include <utility>

#include "desktop/core/text.hpp"
#include "shared/limits.hpp"
#include "shared/names.hpp"

namespace boardwalk::desktop {

namespace {

constexpr qsizetype host_characters_max = 24;
const QString sign_in_code = QStringLiteral("sign_in");
const QString role_code = QStringLiteral("role");

AccessOutcome outcomeOf(const OwnerAnswer& answer) {
    return {answer.problem, answer.code, answer.retry_after_s, answer.tries_left, {}, answer.cancelled};
}

/// By which a person recognises it in the board's list, and this app its own.
QString tokenName(const QString& user) {
    QString host = QSysInfo::machineHostName().section(u'.', 0, 0).left(host_characters_max);
    for (QChar& each : host) {
        if (!each.isLetterOrNumber() || each.unicode() > 0x7e) each = u'-';
    }
    QString name = QStringLiteral("boardwalk on %1 (%2)").arg(host, user);
    while (name.toUtf8().size() > qsizetype(limits::name_bytes_max))
        name.chop(name.back().isLowSurrogate() ? 2 : 1);
    return name.trimmed();
}

}  // namespace

AccessOutcome AccessOutcome::makeCancelled() {
    return {BoardAccess::tr("It was given up before an answer came"), {}, -1, -1, {}, true};
}

BoardAccess::BoardAccess(BoardRequests& requests, QObject* parent)
    : QObject(parent), m_requests(requests), m_api(requests) {}

void BoardAccess::give(const QByteArray& token) {
    m_given = token;
    m_givenAddress = addressKey(m_requests.base());
}

void BoardAccess::setWanted(bool wanted) {
    if (m_wanted == wanted || m_retired) return;
    m_wanted = wanted;
    if (wanted && m_standing == Standing::Looking) lookUp();
}

void BoardAccess::retire() {
    m_retired = true;
    ++m_turn;
    disconnect(this, nullptr, nullptr, nullptr);
}

bool BoardAccess::isHeldHere() const {
    return m_held && m_held->board == m_board && m_held->address == addressKey(m_requests.base());
}

void BoardAccess::onInfo(const protocol::Info& info) {
    if (m_retired) return;
    const bool same = std::exchange(m_board, qt(info.id)) == m_board;
    const std::optional<bool> claimed = info.claimed;  // nothing of a board of the first release
    m_claimed = claimed.value_or(false);
    if (!same || !m_claimed) {  // an answer that is under way was meant for what was here before
        ++m_turn;
        m_asking = false;
    }
    if (!m_claimed) {
        show({});
        return set(claimed ? Standing::Unclaimed : Standing::Open);
    }
    const bool settled = m_standing == Standing::SignedIn || m_standing == Standing::SignedOut ||
                         m_standing == Standing::OtherAddress;
    // Signed in counts while what is shown is for this board at this address.
    if (same && settled && (m_standing != Standing::SignedIn || isHeldHere())) return;
    if (same && m_standing == Standing::Looking && m_asking) return;
    if (isHeldHere()) {
        show(m_held->credential);
        set(Standing::Looking);
        return check();
    }
    show({});
    set(Standing::Looking);
    lookUp();
}

void BoardAccess::onAway() {
    ++m_turn;
    m_asking = false;
    show({});
    set(Standing::Unknown);
}

void BoardAccess::show(const Credential& credential) {
    if (m_requests.credential() == credential) return;
    m_requests.setCredential(credential);
    Q_EMIT credentialChanged();
}

void BoardAccess::set(Standing standing, const QString& note) {
    if (m_standing == standing && m_note == note) return;
    m_standing = standing;
    m_note = note;
    if (standing != Standing::OtherAddress) m_other.reset();
    if (standing != Standing::SignedIn) m_who = {};
    Q_EMIT changed();
}

void BoardAccess::lookUp() {
    if (!m_wanted || m_asking) return;
    if (!m_given.isEmpty() && m_givenAddress == addressKey(m_requests.base())) {
        m_held = Held{m_board, m_givenAddress, {m_given, {}}, {}, true};
        show(m_held->credential);
        return check();
    }
    if (!m_store) return leave({});
    m_asking = true;
    m_store->find(m_board, [this, turn = ++m_turn, self = QPointer(this)](const TokenAnswer& found) {
        if (!self || m_retired || turn != m_turn) return;
        m_asking = false;
        onFound(found);
    });
}

void BoardAccess::onFound(const TokenAnswer& found) {
    if (!found.kept) return leave(found.problem);
    if (!found.kept->isFor(m_requests.base())) {
        m_other = found.kept;
        set(Standing::OtherAddress);
        return tryToLook();
    }
    hold({found.kept->token, {}}, *found.kept);
    check();
}

void BoardAccess::hold(const Credential& credential, const KeptToken& token) {
    m_held = Held{m_board, addressKey(m_requests.base()), credential, token};
    show(credential);
}

/// Whether the board still knows what we show, and as whom.
void BoardAccess::check() {
    m_asking = true;
    m_api.ask([this, turn = ++m_turn, self = QPointer(this)](const OwnerAnswer& answer) {
        if (!self || m_retired || turn != m_turn) return;
        m_asking = false;
        if (answer.ok()) {
            m_who = answer.who;
            if (!m_held->token.who.name.isEmpty()) m_who.name = m_held->token.who.name;
            const bool anew = m_standing == Standing::SignedIn;
            set(Standing::SignedIn, anew ? m_note : QString());
            if (anew) Q_EMIT changed();  // perhaps with another role
        } else if (answer.status == 401) {
            leave(tr("The board does not know this app’s token any more"));
        }
        // Anything else says nothing: it is asked again when the board next says who it is.
    });
}

/// Signed out, with why, or without a word when we never were signed in.
void BoardAccess::leave(const QString& note) {
    m_held.reset();
    show({});
    m_viewing = false;
    set(Standing::SignedOut, note);
    tryToLook();
}

/// An owner may have opened viewing to all.
void BoardAccess::tryToLook() {
    m_requests.call(
        "GET", qt(protocol::paths::state), {},
        [this, turn = ++m_turn, self = QPointer(this)](const HttpAnswer& answer) {
            if (!self || m_retired || turn != m_turn || !answer.ok()) return;
            m_viewing = true;
            Q_EMIT changed();
        },
        BoardRequests::Signs::No);
}

void BoardAccess::onRefused(int status, const QString& code, bool acted) {
    const bool settled = m_standing == Standing::SignedIn || m_standing == Standing::SignedOut ||
                         m_standing == Standing::OtherAddress;
    if (m_retired || !settled) return;
    if (status == 403 && code == role_code && m_standing == Standing::SignedIn && !m_asking) return check();
    if (status != 401 || code != sign_in_code) return;
    if (m_standing == Standing::SignedIn) {
        leave(m_held && m_held->token.token.isEmpty() && !m_held->given
                  ? tr("The session has ended")
                  : tr("The board does not know this app’s token any more"));
    } else if (std::exchange(m_viewing, false)) {
        Q_EMIT changed();
    }
    if (acted) Q_EMIT signInWanted();
}

QString BoardAccess::where() const {
    if (!m_held || m_held->token.token.isEmpty() || !m_store) return {};
    return m_store->where();
}

QString BoardAccess::otherAddresses() const {
    return m_other ? m_other->addresses.join(QStringLiteral(", ")) : QString();
}

bool BoardAccess::mayLook() const {
    switch (m_standing) {
        case Standing::Unknown: return !m_claimed;
        case Standing::Open:
        case Standing::Unclaimed:
        case Standing::SignedIn: return true;
        case Standing::SignedOut:
        case Standing::OtherAddress: return m_viewing;
        case Standing::Looking: return false;
    }
    return false;
}

bool BoardAccess::mayAs(Role needed) const {
    if (m_standing == Standing::SignedIn) return m_who.role >= needed;
    return m_standing == Standing::Open || m_standing == Standing::Unknown;
}

QString BoardAccess::whyNot(Role needed) const {
    if (mayAs(needed)) return {};
    switch (m_standing) {
        case Standing::Unclaimed: return tr("Nobody owns this board yet. Claim it first.");
        case Standing::SignedIn:
            return tr("As %1 you may not do this: it needs the role %2.")
                .arg(roleText(m_who.role), roleText(needed));
        default: return tr("Sign in to do this.");
    }
}

void BoardAccess::claim(const QString& code, const QString& user, const QString& password, Done done) {
    KeptToken token;
    token.token = makeToken();
    token.name = QStringLiteral("claim");
    token.who = {user, Role::Owner};
    token.confirm(m_requests.base());
    m_api.claim(
        code, user, password, token.token,
        [this, token, done = std::move(done)](const OwnerAnswer& answer) mutable {
            if (answer.ok()) return adopt(token, answer.cookie, std::move(done));
            if (!answer.isUnknown() || answer.cancelled) return done(outcomeOf(answer));
            // The answer was lost: whether the board took it is told by whether it knows the token.
            m_requests.setCredential({token.token, {}});
            m_api.ask([this, token, answer, done = std::move(done)](const OwnerAnswer& known) mutable {
                if (known.ok()) return adopt(token, {}, std::move(done));
                m_requests.setCredential({});
                done(outcomeOf(answer));
            });
        });
}

/// The token is good from now on; a session that was begun on the way is not needed any more.
void BoardAccess::adopt(const KeptToken& token, const QByteArray& cookie, Done done) {
    ++m_turn;
    m_asking = false;
    if (!cookie.isEmpty()) {
        m_requests.setCredential({{}, cookie});
        m_api.endSession({});
    }
    hold({token.token, {}}, token);
    m_who = token.who;
    set(Standing::SignedIn);
    Q_EMIT changed();
    if (!m_store) return done({});
    m_store->keep(m_board, token,
                  [this, self = QPointer(this), done = std::move(done)](const TokenAnswer& kept) mutable {
                      AccessOutcome outcome;
                      if (!kept.problem.isEmpty())
                          outcome.note =
                              tr("The token could not be kept, so you sign in again at the next start: %1")
                                  .arg(kept.problem);
                      if (self && m_standing == Standing::SignedIn && !outcome.note.isEmpty())
                          set(Standing::SignedIn, outcome.note);
                      done(outcome);
                  });
}

void BoardAccess::signIn(const QString& user, const QString& password, Done done) {
    m_api.signIn(user, password, [this, done = std::move(done)](const OwnerAnswer& answer) mutable {
        if (!answer.ok()) return done(outcomeOf(answer));
        ++m_turn;
        m_asking = false;
        hold({{}, answer.cookie}, {});
        if (answer.who.role == Role::Owner) return makeOwnToken(answer.who, answer.cookie, std::move(done));
        stayForThisRun(answer.who,
                       tr("Only owners can give this app a token: you stay signed in until it ends"),
                       std::move(done));
    });
}

/// One of before, whose text is lost, makes room first: there are few places.
void BoardAccess::makeOwnToken(const Person& who, const QByteArray& cookie, Done done) {
    const QString name = tokenName(who.name);
    m_api.loadTokens([this, who, name, cookie, done = std::move(done)](const OwnerAnswer& answer) mutable {
        const auto old = std::ranges::find(answer.tokens, name, &NamedToken::name);
        if (old == answer.tokens.end()) return addOwnToken(who, name, cookie, std::move(done));
        m_api.removeToken(old->id,
                          [this, who, name, cookie, done = std::move(done)](const OwnerAnswer&) mutable {
                              addOwnToken(who, name, cookie, std::move(done));
                          });
    });
}

void BoardAccess::addOwnToken(const Person& who, const QString& name, const QByteArray& cookie, Done done) {
    KeptToken token;
    token.token = makeToken();
    token.name = name;
    token.who = who;
    token.confirm(m_requests.base());
    m_api.addToken(
        name, who.role, token.token,
        [this, who, token, cookie, done = std::move(done)](const OwnerAnswer& answer) mutable {
            if (answer.ok()) return adopt(token, cookie, std::move(done));
            const QString why =
                answer.code == u"full"
                    ? tr("The board has no place for another token: you stay signed in until this app ends")
                    : tr("This app got no token (%1): you stay signed in until it ends").arg(answer.problem);
            stayForThisRun(who, why, std::move(done));
        });
}

void BoardAccess::stayForThisRun(const Person& who, const QString& why, Done done) {
    m_who = who;
    set(Standing::SignedIn, why);
    Q_EMIT changed();
    AccessOutcome outcome;
    outcome.note = why;
    done(outcome);
}

void BoardAccess::signOut(Done done) {
    if (!m_held) return forget({}, std::move(done));
    if (!m_held->credential.cookie.isEmpty()) {
        return m_api.endSession(
            [this, done = std::move(done)](const OwnerAnswer&) mutable { forget({}, std::move(done)); });
    }
    if (m_held->given) return forget({}, std::move(done));
    const QString stays =
        tr("This app has forgotten its token. On the board it stays until an owner removes it there.");
    m_api.loadTokens(
        [this, stays, name = m_held->token.name, done = std::move(done)](const OwnerAnswer& answer) mutable {
            const auto ours = std::ranges::find(answer.tokens, name, &NamedToken::name);
            if (ours == answer.tokens.end()) return forget(answer.ok() ? QString() : stays, std::move(done));
            m_api.removeToken(ours->id,
                              [this, stays, done = std::move(done)](const OwnerAnswer& removed) mutable {
                                  forget(removed.ok() ? QString() : stays, std::move(done));
                              });
        });
}

void BoardAccess::forget(const QString& note, Done done) {
    const bool given = m_held && m_held->given;
    if (given) m_given.clear();
    leave(note);
    AccessOutcome outcome;
    outcome.note = note;
    if (given || !m_store) return done(outcome);
    m_store->forget(m_board, [outcome, done = std::move(done)](const TokenAnswer& forgotten) mutable {
        outcome.problem = forgotten.problem;
        done(outcome);
    });
}

void BoardAccess::confirmAddress() {
    if (m_standing != Standing::OtherAddress || !m_other) return;
    KeptToken token = *m_other;
    token.confirm(m_requests.base());
    hold({token.token, {}}, token);
    if (m_store) m_store->keep(m_board, token, {});
    set(Standing::Looking);
    check();
}

}  // namespace boardwalk::desktop
