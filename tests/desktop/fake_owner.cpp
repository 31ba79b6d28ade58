#include "tests/desktop/fake_owner.hpp"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

#include "desktop/core/sign_in/password.hpp"
#include "desktop/core/sign_in/scram.hpp"
#include "tests/desktop/vectors.hpp"

namespace boardwalk::desktop {

namespace {

QJsonObject objectOf(const QByteArray& body) { return QJsonDocument::fromJson(body).object(); }
QByteArray bytesOf(const QJsonObject& object, const char* member, qsizetype bytes) {
    return fromBase64Url(object[QLatin1String(member)].toString().toLatin1(), bytes).value_or(QByteArray());
}
QString text(const QByteArray& bytes) { return QString::fromLatin1(bytes); }

int rank(const QString& role) { return int(QStringList{"viewer", "operator", "owner"}.indexOf(role)); }

QByteArray fieldOf(const QByteArray& head, const QByteArray& name) {
    for (const QByteArray& line : head.split('\n'))
        if (line.toLower().startsWith(name.toLower() + ':')) return line.mid(name.size() + 1).trimmed();
    return {};
}

FakeOwner::Keys keysOf(const QJsonObject& told, const QString& role) {
    return {role, bytesOf(told, "salt", scram_salt_bytes), bytesOf(told, "stored_key", scram_key_bytes),
            bytesOf(told, "server_key", scram_key_bytes), told["iterations"].toInt()};
}

/// The least role for a request.
QString needed(const QByteArray& verb, const QByteArray& path) {
    if (path == "/api/v1/session") return "viewer";
    if (verb == "PUT" && path.startsWith("/api/v1/outputs")) return "operator";
    if (path.startsWith("/api/v1/logs")) return "operator";
    return verb == "GET" && !path.startsWith("/api/v1/users") && !path.startsWith("/api/v1/tokens") ? "viewer"
                                                                                                    : "owner";
}

}  // namespace

FakeOwner::Answer FakeOwner::refuse(int status, const char* code, const char* detail,
                                    const QByteArray& fields) {
    const QJsonValue problem = patched(
        patched(patched(vectorOf("problem.json", 0), "/status", status), "/detail", detail), "/code", code);
    return {status, textOf(patched(problem, "/errors", QJsonArray())), fields};
}

void FakeOwner::add(const QString& name, const QString& role, const QString& password) {
    const QByteArray salt = randomBytes(scram_salt_bytes);
    const ScramKeys keys = deriveScramKeys(normalizedPassword(password), salt, scram_iterations);
    people.insert(name, {role, salt, keys.stored_key, keys.server_key, scram_iterations});
    claimed = true;
}

void FakeOwner::addToken(const QString& name, const QString& role, const QByteArray& token) {
    tokens.append({QStringLiteral("t%1").arg(m_next++), name, role, token});
}

void FakeOwner::endAll() {
    tokens.clear();
    sessions.clear();
}

QString FakeOwner::roleOf(const QByteArray& head) {
    const QByteArray bearer = fieldOf(head, "Authorization");
    const QByteArray cookie = fieldOf(head, "Cookie");
    if (!bearer.isEmpty()) shown += bearer;
    else if (!cookie.isEmpty()) shown += cookie;
    if (!bearer.isEmpty()) {
        for (const Token& each : tokens)
            if (bearer == "Bearer " + each.text) return each.role;
        return {};
    }
    const QString name = sessions.value(cookie);
    return people.contains(name) ? people[name].role : QString();
}

std::optional<FakeOwner::Answer> FakeOwner::answer(const QByteArray& verb, const QByteArray& path,
                                                   const QByteArray& head, const QByteArray& body) {
    if (path == "/api/v1/info") {
        const bool is_signed =
            !fieldOf(head, "Authorization").isEmpty() || !fieldOf(head, "Cookie").isEmpty();
        infos_signed += is_signed ? 1 : 0;
        return std::nullopt;
    }
    if (path == "/api/v1/claim") return claim(body);
    if (path == "/api/v1/session" && verb == "POST") return start(body);
    if (path == "/api/v1/session" && verb == "PUT") return prove(body);
    const QString role = roleOf(head);
    const QString least = needed(verb, path);
    if (!claimed) {
        if (least == u"viewer") return std::nullopt;
        return refuse(403, "unclaimed", "Nobody owns this board yet.");
    }
    const bool all = viewing && least == u"viewer" && path != "/api/v1/session";
    if (role.isEmpty() && !all) return refuse(401, "sign_in", "Sign in.", "WWW-Authenticate: Bearer\r\n");
    if (!all && rank(role) < rank(least)) return refuse(403, "role", "This needs another role.");
    if (path == "/api/v1/session" && verb == "DELETE") {
        sessions.remove(fieldOf(head, "Cookie"));
        return Answer{204, {}, {}};
    }
    if (path == "/api/v1/session") {
        const QByteArray bearer = fieldOf(head, "Authorization");
        QString name = sessions.value(fieldOf(head, "Cookie"));
        for (const Token& each : tokens)
            if (bearer == "Bearer " + each.text) name = each.name;
        return session(name, role, {});
    }
    if (path.startsWith("/api/v1/tokens")) return manageTokens(verb, path, body);
    if (path.startsWith("/api/v1/users")) return managePeople(verb, path, body);
    return std::nullopt;
}

FakeOwner::Answer FakeOwner::session(const QString& name, const QString& role,
                                     const QByteArray& server_proof) {
    QJsonValue told = patched(vectorOf("session.json", server_proof.isEmpty() ? 2 : 0), "/user", name);
    told = patched(told, "/role", role);
    if (!server_proof.isEmpty()) told = patched(told, "/server_proof", text(toBase64Url(server_proof)));
    return {200, textOf(told), {}};
}

FakeOwner::Answer FakeOwner::claim(const QByteArray& body) {
    const QJsonObject told = objectOf(body);
    if (claimed) return refuse(409, "claimed", "This board has an owner.");
    if (!open) return refuse(403, "claim_closed", "The code is not taken any more.");
    if (told["code"].toString().toLatin1() != code) {
        Answer wrong = refuse(403, "wrong_code", "This is not the code.");
        QJsonObject problem = objectOf(wrong.body);
        problem["tries_left"] = --tries_left;
        return {403, textOf(problem), {}};
    }
    const QString name = told["user"].toString();
    people.insert(name, keysOf(told, "owner"));
    addToken("claim", "owner", told["token"].toString().toLatin1());
    claimed = true;
    const QByteArray cookie = "bw-fake-1=" + toBase64Url(randomBytes(16));
    sessions.insert(cookie, name);
    Answer done = session(name, "owner", {});
    done.status = loses_claim ? 0 : 201;
    done.fields = "Set-Cookie: " + cookie + "; Path=/; HttpOnly; SameSite=Strict\r\n";
    return done;
}

FakeOwner::Answer FakeOwner::start(const QByteArray& body) {
    const QJsonObject told = objectOf(body);
    m_asking = told["user"].toString();
    const Keys keys = people.value(m_asking, {{}, QByteArray(16, 'n'), {}, {}, scram_iterations});
    const QByteArray client_nonce = told["client_nonce"].toString().toLatin1();
    const QByteArray salt = toBase64Url(keys.salt);
    const int asked = iterations > 0 ? iterations : keys.iterations;
    m_nonce = client_nonce + toBase64Url(randomBytes(18));
    m_message = scramMessage(m_asking, client_nonce, m_nonce, salt, asked);
    QJsonValue challenge = patched(vectorOf("session-challenge.json"), "/nonce", text(m_nonce));
    challenge = patched(patched(challenge, "/salt", text(salt)), "/iterations", asked);
    return {200, textOf(challenge), {}};
}

FakeOwner::Answer FakeOwner::prove(const QByteArray& body) {
    ++sign_ins;
    if (too_many_s > 0)
        return refuse(429, "too_many_tries", "Too many tries.",
                      "Retry-After: " + QByteArray::number(too_many_s) + "\r\n");
    const QJsonObject told = objectOf(body);
    const Keys keys = people.value(m_asking);
    ScramKeys mine;
    mine.stored_key = keys.stored_key;
    mine.client_key = QByteArray(scram_key_bytes, '\0');
    mine.server_key = keys.server_key;
    // The proof is the client key, hidden by a signature that the board can make, too.
    QByteArray client_key = scramClientProof(mine, m_message);
    const QByteArray proof = bytesOf(told, "proof", scram_key_bytes);
    for (qsizetype i = 0; i < proof.size(); ++i)
        client_key[i] = char(client_key[i] ^ proof[i]);
    const bool right = people.contains(m_asking) && proof.size() == scram_key_bytes &&
                       told["nonce"].toString().toLatin1() == m_nonce &&
                       QCryptographicHash::hash(client_key, QCryptographicHash::Sha256) == keys.stored_key;
    if (!right && !cheats) return refuse(401, "wrong_proof", "This is not right.");
    if (cheats) mine.server_key = QByteArray(scram_key_bytes, 'x');
    const QByteArray cookie = "bw-fake-1=" + toBase64Url(randomBytes(16));
    sessions.insert(cookie, m_asking);
    Answer done =
        session(m_asking, cheats ? QStringLiteral("owner") : keys.role, scramServerProof(mine, m_message));
    done.fields = "Set-Cookie: " + cookie + "; Path=/; HttpOnly; SameSite=Strict\r\n";
    return done;
}

FakeOwner::Answer FakeOwner::manageTokens(const QByteArray& verb, const QByteArray& path,
                                          const QByteArray& body) {
    if (verb == "DELETE") {
        const QString id = text(path.mid(path.lastIndexOf('/') + 1));
        tokens.removeIf([&](const Token& each) { return each.id == id; });
        return {204, {}, {}};
    }
    if (verb == "POST") {
        if (full || tokens.size() >= 4) return refuse(409, "full", "There is no place for another token.");
        const QJsonObject told = objectOf(body);
        const QByteArray token = told.contains("token") ? told["token"].toString().toLatin1() : makeToken();
        addToken(told["name"].toString(), told["role"].toString(), token);
        QJsonValue made = patched(vectorOf("token.json"), "/id", tokens.last().id);
        made = patched(patched(made, "/name", told["name"]), "/role", told["role"]);
        return {201, textOf(patched(made, "/token", text(token))), {}};
    }
    QJsonArray list;
    for (const Token& each : tokens)
        list += QJsonObject{{"id", each.id}, {"name", each.name}, {"role", each.role}};
    return {200, QJsonDocument(list).toJson(), {}};
}

FakeOwner::Answer FakeOwner::managePeople(const QByteArray& verb, const QByteArray& path,
                                          const QByteArray& body) {
    const QString name =
        QString::fromUtf8(QByteArray::fromPercentEncoding(path.mid(path.lastIndexOf('/') + 1)));
    if (verb == "PUT") {
        const QJsonObject told = objectOf(body);
        if (!people.contains(name) && people.size() >= 4)
            return refuse(409, "full", "There is no place for another.");
        people.insert(name, keysOf(told, told["role"].toString()));
        return {204, {}, {}};
    }
    if (verb == "DELETE") {
        const auto owners = std::count_if(people.begin(), people.end(),
                                          [](const Keys& each) { return each.role == u"owner"; });
        if (people.value(name).role == u"owner" && owners == 1)
            return refuse(409, "last_owner", "One owner stays.");
        people.remove(name);
        sessions.removeIf([&](auto each) { return each.value() == name; });
        return {204, {}, {}};
    }
    QJsonArray list;
    for (auto each = people.begin(); each != people.end(); ++each)
        list += QJsonObject{{"name", each.key()}, {"role", each->role}};
    return {200, QJsonDocument(list).toJson(), {}};
}

}  // namespace boardwalk::desktop
