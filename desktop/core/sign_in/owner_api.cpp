#include "desktop/core/sign_in/owner_api.hpp"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <utility>

#include "desktop/core/sign_in/password.hpp"
#include "desktop/core/text.hpp"
#include "shared/limits.hpp"
#include "shared/messages_json.hpp"
#include "shared/names.hpp"

namespace boardwalk::desktop {

namespace {

const QString claim_path = qt(protocol::paths::claim);
const QString session_path = qt(protocol::paths::session);
const QString users_path = qt(protocol::paths::users);
const QString tokens_path = qt(protocol::paths::tokens);
constexpr qsizetype name_characters_max = 64;
constexpr qsizetype nonce_characters_max = 256;

using Signs = BoardRequests::Signs;

QByteArray textOf(const QJsonObject& object) { return QJsonDocument(object).toJson(QJsonDocument::Compact); }
QString ascii(const QByteArray& bytes) { return QString::fromLatin1(bytes); }

QString below(const QString& path, const QString& name) {
    return path + u'/' + QString::fromLatin1(QUrl::toPercentEncoding(name));
}

QString shortText(const QJsonValue& value) { return value.toString().left(name_characters_max); }

QString shown(const std::string& text) { return qt(clipped(text, name_characters_max)); }

Role roleOf(protocol::Role role) {
    switch (role) {
        case protocol::Role::viewer: return Role::Viewer;
        case protocol::Role::operator_: return Role::Operator;
        case protocol::Role::owner: return Role::Owner;
    }
    return Role::None;
}

Person personOf(const QJsonObject& object) {
    return {shortText(object.value(u"name")), desktop::roleOf(object.value(u"role").toString())};
}

/// The part that all answers have.
OwnerAnswer readAnswer(const HttpAnswer& answer) {
    OwnerAnswer read;
    read.status = answer.status;
    read.cancelled = answer.cancelled;
    read.retry_after_s = answer.retry_after_s;
    if (!answer.reached()) {
        read.problem = answer.failure;
    } else if (!answer.ok()) {
        const auto problem = problemOf(answer.body);
        read.code = problem ? qt(problem->code) : QString();
        if (problem && problem->tries_left) read.tries_left = int(*problem->tries_left);
        read.problem =
            problem ? problemText(*problem) : OwnerApi::tr("The board answered %1").arg(answer.status);
    } else {
        read.cookie = answer.session_cookie;
    }
    return read;
}

OwnerAnswer failed(const QString& why, int status) {
    OwnerAnswer answer;
    answer.problem = why;
    answer.status = status;
    return answer;
}

/// An answer that says what it must not leave out, such as a role.
template <class Read>
HttpDone reading(OwnerApi::Done done, Read read) {
    return [done = std::move(done), read](const HttpAnswer& answer) mutable {
        OwnerAnswer told = readAnswer(answer);
        if (told.ok() && !read(told, answer))
            told = failed(OwnerApi::tr("The board answered with something else"), answer.status);
        done(told);
    };
}

bool readNothing(OwnerAnswer&, const HttpAnswer&) { return true; }

bool readWho(OwnerAnswer& told, const HttpAnswer& answer) {
    const auto session = protocol::decode<protocol::Session>(view(answer.body));
    if (session) told.who = {shown(session->user), roleOf(session->role)};
    return bool(session);
}

}  // namespace

OwnerAnswer OwnerAnswer::makeCancelled() {
    OwnerAnswer answer = failed(OwnerApi::tr("It was given up before an answer came"), 0);
    answer.cancelled = true;
    return answer;
}

QString roleWord(Role role) {
    switch (role) {
        case Role::Viewer: return QStringLiteral("viewer");
        case Role::Operator: return QStringLiteral("operator");
        case Role::Owner: return QStringLiteral("owner");
        case Role::None: break;
    }
    return {};
}

Role roleOf(const QString& word) {
    for (const Role role : {Role::Viewer, Role::Operator, Role::Owner})
        if (roleWord(role) == word) return role;
    return Role::None;
}

QString roleText(Role role) {
    switch (role) {
        case Role::Viewer: return OwnerApi::tr("viewer");
        case Role::Operator: return OwnerApi::tr("operator");
        case Role::Owner: return OwnerApi::tr("owner");
        case Role::None: break;
    }
    return OwnerApi::tr("nobody");
}

void OwnerApi::makeKeys(const QString& password, Completion<NewKeys> then) {
    const QByteArray salt = randomBytes(scram_salt_bytes);
    m_keys.make(
        normalizedPassword(password), salt, scram_iterations,
        [salt, then = std::move(then)](const MadeKeys& made) mutable {
            if (!made.keys) return;  // and `then` is told that there are none
            then({QJsonObject{{QStringLiteral("salt"), ascii(toBase64Url(salt))},
                              {QStringLiteral("iterations"), scram_iterations},
                              {QStringLiteral("stored_key"), ascii(toBase64Url(made.keys->stored_key))},
                              {QStringLiteral("server_key"), ascii(toBase64Url(made.keys->server_key))}}});
        });
}

void OwnerApi::claim(const QString& code, const QString& user, const QString& password,
                     const QByteArray& token, Done done) {
    makeKeys(password, [this, code, user, token, done = std::move(done)](const NewKeys& keys) mutable {
        if (!keys.members) return;  // and `done` ends the call as cancelled
        QJsonObject claim = *keys.members;
        claim[QStringLiteral("code")] = code;
        claim[QStringLiteral("user")] = user;
        claim[QStringLiteral("token")] = ascii(token);
        m_requests.call("POST", claim_path, textOf(claim), reading(std::move(done), readWho), Signs::No);
    });
}

void OwnerApi::signIn(const QString& user, const QString& password, Done done) {
    const QByteArray client_nonce = toBase64Url(randomBytes(scram_nonce_bytes));
    m_requests.call(
        "POST", session_path,
        textOf({{QStringLiteral("user"), user}, {QStringLiteral("client_nonce"), ascii(client_nonce)}}),
        [this, user, password, client_nonce, done = std::move(done)](const HttpAnswer& answer) mutable {
            onChallenge(user, password, client_nonce, answer, std::move(done));
        },
        Signs::No);
}

void OwnerApi::onChallenge(const QString& user, const QString& password, const QByteArray& client_nonce,
                           const HttpAnswer& answer, Done done) {
    if (!answer.ok()) return done(readAnswer(answer));
    const auto told = protocol::decode<protocol::SessionChallenge>(view(answer.body));
    const QByteArray salt_text = told ? QByteArray::fromStdString(told->salt) : QByteArray();
    const auto salt = fromBase64Url(salt_text, scram_salt_bytes);
    Challenge challenge;
    if (told) challenge.nonce = QByteArray::fromStdString(told->nonce);
    const int iterations = told ? int(std::min(told->iterations, limits::iterations_max + 1)) : 0;
    // RFC 5802 §5.1: a nonce that does not begin with ours, and go on, is of another exchange.
    const bool fresh = challenge.nonce.startsWith(client_nonce) &&
                       challenge.nonce.size() > client_nonce.size() &&
                       challenge.nonce.size() <= nonce_characters_max && !challenge.nonce.contains(',');
    const bool fair = iterations >= scram_iterations_min && iterations <= scram_iterations_max;
    if (!salt || !fresh || !fair)
        return done(failed(tr("What answers does not sign in as a board does; nothing was sent to it"),
                           answer.status));
    challenge.message = scramMessage(user, client_nonce, challenge.nonce, salt_text, iterations);
    m_keys.make(normalizedPassword(password), *salt, iterations,
                [this, challenge, done = std::move(done)](const MadeKeys& made) mutable {
                    if (made.keys) prove(challenge, *made.keys, std::move(done));
                });
}

void OwnerApi::prove(const Challenge& challenge, const ScramKeys& keys, Done done) {
    const QByteArray expected = scramServerProof(keys, challenge.message);
    const QJsonObject proof{
        {QStringLiteral("nonce"), ascii(challenge.nonce)},
        {QStringLiteral("proof"), ascii(toBase64Url(scramClientProof(keys, challenge.message)))},
        {QStringLiteral("stay"), false}};
    m_requests.call(
        "PUT", session_path, textOf(proof),
        [expected, done = std::move(done)](const HttpAnswer& answer) mutable {
            OwnerAnswer told = readAnswer(answer);
            if (!told.ok()) return done(told);
            const auto session = protocol::decode<protocol::Session>(view(answer.body));
            const auto given = fromBase64Url(
                session ? QByteArray::fromStdString(session->server_proof) : QByteArray(), scram_key_bytes);
            // One that does not know the password's keys is not the board, whatever it says.
            if (!given || !equalSecrets(*given, expected))
                return done(failed(tr("What answers could not prove that it is this board. Do not go on: "
                                      "another device may pretend to be it"),
                                   answer.status));
            if (!readWho(told, answer) || told.cookie.isEmpty())
                return done(failed(tr("The board answered with something else"), answer.status));
            done(told);
        },
        Signs::No);
}

void OwnerApi::ask(Done done) { m_requests.call("GET", session_path, {}, reading(std::move(done), readWho)); }

void OwnerApi::endSession(Done done) {
    m_requests.call("DELETE", session_path, {}, reading(std::move(done), readNothing));
}

void OwnerApi::loadPeople(Done done) {
    const auto read = [](OwnerAnswer& told, const HttpAnswer& answer) {
        const QJsonDocument list = QJsonDocument::fromJson(answer.body);
        for (const QJsonValue each : list.array()) {
            if (told.people.size() < list_max) told.people += personOf(each.toObject());
        }
        return list.isArray();
    };
    m_requests.call("GET", users_path, {}, reading(std::move(done), read));
}

void OwnerApi::putPerson(const Person& person, const QString& password, Done done) {
    makeKeys(password, [this, person, done = std::move(done)](const NewKeys& keys) mutable {
        if (!keys.members) return;  // and `done` ends the call as cancelled
        QJsonObject put = *keys.members;
        put[QStringLiteral("role")] = roleWord(person.role);
        m_requests.call("PUT", below(users_path, person.name), textOf(put),
                        reading(std::move(done), readNothing));
    });
}

void OwnerApi::removePerson(const QString& name, Done done) {
    m_requests.call("DELETE", below(users_path, name), {}, reading(std::move(done), readNothing));
}

void OwnerApi::loadTokens(Done done) {
    const auto read = [](OwnerAnswer& told, const HttpAnswer& answer) {
        const QJsonDocument list = QJsonDocument::fromJson(answer.body);
        for (const QJsonValue each : list.array()) {
            const QJsonObject token = each.toObject();
            if (told.tokens.size() < list_max)
                told.tokens += {shortText(token.value(u"id")), shortText(token.value(u"name")),
                                roleOf(token.value(u"role").toString())};
        }
        return list.isArray();
    };
    m_requests.call("GET", tokens_path, {}, reading(std::move(done), read));
}

void OwnerApi::addToken(const QString& name, Role role, const QByteArray& token, Done done) {
    QJsonObject made{{QStringLiteral("name"), name}, {QStringLiteral("role"), roleWord(role)}};
    if (!token.isEmpty()) made[QStringLiteral("token")] = ascii(token);
    const auto read = [](OwnerAnswer& told, const HttpAnswer& answer) {
        const auto answered = protocol::decode<protocol::NewToken>(view(answer.body));
        if (answered) told.token = QByteArray::fromStdString(answered->token);
        return isToken(told.token);
    };
    m_requests.call("POST", tokens_path, textOf(made), reading(std::move(done), read));
}

void OwnerApi::removeToken(const QString& id, Done done) {
    m_requests.call("DELETE", below(tokens_path, id), {}, reading(std::move(done), readNothing));
}

}  // namespace boardwalk::desktop
