#include "tests/desktop/fake_board.hpp"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpSocket>
#include <QTimer>
#include <QWebSocket>
#include <QWebSocketProtocol>

#include "tests/desktop/vectors.hpp"

namespace boardwalk::desktop {

namespace {

QByteArray problem(int status, const char* detail) {
    const QJsonValue invalid = patched(vectorOf("problem.json", 0), "/status", status);
    return textOf(patched(patched(invalid, "/detail", detail), "/errors", QJsonArray()));
}

}  // namespace

FakeBoard::FakeBoard(QObject* parent)
    : QObject(parent), m_streams(QStringLiteral("fake"), QWebSocketServer::NonSecureMode) {
    connect(&m_http, &QTcpServer::newConnection, this, &FakeBoard::onConnection);
    connect(&m_streams, &QWebSocketServer::newConnection, this,
            [this] { onStream(m_streams.nextPendingConnection()); });
    start();
}

FakeBoard::~FakeBoard() { stop(); }

QUrl FakeBoard::url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(m_port)); }

void FakeBoard::start() {
    if (!m_http.listen(QHostAddress::LocalHost, m_port)) qFatal("the fake board cannot listen");
    m_port = m_http.serverPort();
}

void FakeBoard::stop() {
    m_http.close();
    dropStreams();
    for (QTcpSocket* socket : m_http.findChildren<QTcpSocket*>())
        socket->abort();
}

void FakeBoard::dropStreams() {
    for (QWebSocket* socket : std::exchange(m_open, {})) {
        socket->disconnect(this);
        socket->abort();
        socket->deleteLater();
    }
}

void FakeBoard::closeStreams(int code, const QString& reason) {
    for (QWebSocket* socket : m_open)
        socket->close(QWebSocketProtocol::CloseCode(code), reason);
}

void FakeBoard::onConnection() {
    while (QTcpSocket* socket = m_http.nextPendingConnection()) {
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onHttp(socket); });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    }
}

void FakeBoard::onHttp(QTcpSocket* socket) {
    const QByteArray seen = socket->peek(65536);
    const qsizetype head = seen.indexOf("\r\n\r\n");
    if (head < 0 || silent) return;
    const QByteArray lower = seen.left(head).toLower();
    if (lower.contains("upgrade: websocket")) {
        ++stream_requests;
        if (endless_handshake) {
            m_streamSocket = socket;
            socket->readAll();
            socket->write("HTTP/1.1 101 Switching");
            return;
        }
        if (owner) {
            const auto refused = owner->answer("GET", "/api/v1/stream", seen.left(head), {});
            if (refused) {
                socket->write(
                    "HTTP/1.1 " + QByteArray::number(refused->status) +
                    " X\r\nContent-Type: application/problem+json\r\nConnection: close\r\nContent-Length: " +
                    QByteArray::number(refused->body.size()) + "\r\n\r\n" + refused->body);
                socket->read(head + 4);
                return socket->disconnectFromHost();
            }
        }
        if (!refuse_streams) {
            socket->disconnect(this);
            m_streamSocket = socket;
            m_streams.handleConnection(socket);
            Q_EMIT socket->readyRead();  // the head has come already
            return;
        }
        socket->write(
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Type: "
            "application/problem+json\r\nContent-Length: " +
            QByteArray::number(refusal.size()) + (keeps_refused_open ? "" : "\r\nConnection: close") +
            "\r\n\r\n" + refusal);
        socket->read(head + 4);
        if (!keeps_refused_open) socket->disconnectFromHost();
        return;
    }
    qsizetype length = 0;
    last_if_match.clear();
    for (const QByteArray& line : seen.left(head).split('\n')) {
        const QByteArray value = line.mid(line.indexOf(':') + 1).trimmed();
        if (line.toLower().startsWith("content-length:")) length = value.toInt();
        if (line.toLower().startsWith("if-match:")) last_if_match = value;
    }
    if (seen.size() < head + 4 + length) return;
    const QByteArray request = socket->read(head + 4 + length);
    const QList<QByteArray> line = request.left(request.indexOf("\r\n")).split(' ');
    const Answer given = answer(line.value(0), line.value(1), request.mid(head + 4), request.left(head));
    if (given.status == 0) return socket->abort();
    const bool on_session = line.value(1).contains("/session");
    QTimer::singleShot(delay_ms + (on_session ? session_delay_ms : 0), socket, [socket, given] {
        socket->write("HTTP/1.1 " + QByteArray::number(given.status) +
                      " X\r\nContent-Type: application/json\r\n" + given.fields +
                      (given.etag.isEmpty() ? QByteArray() : "ETag: " + given.etag + "\r\n") +
                      "Content-Length: " + QByteArray::number(given.body.size()) + "\r\n\r\n" + given.body);
    });
}

FakeBoard::Answer FakeBoard::answer(const QByteArray& verb, const QByteArray& target, const QByteArray& body,
                                    const QByteArray& head) {
    if (not_board_status != 0) return {not_board_status, "<html><h1>It works!</h1></html>", {}, {}};
    if (!target.startsWith(below)) {
        ++not_found;
        return {404, problem(404, "No such thing"), {}, {}};
    }
    const QByteArray path = target.mid(below.size());
    if (owner) {
        if (const auto said = owner->answer(verb, path, head, body))
            return {said->status, said->body, {}, said->fields};
    }
    if (path == "/api/v1/info") return {200, info(), {}, {}};
    if (path == "/api/v1/state") {
        ++state_requests;
        return {200, textOf(state()), {}, {}};
    }
    if (path == "/api/v1/diagnostics")
        return {200, textOf(patched(vectorOf("diagnostics.json"), "/buffers/max", buffers_max)), {}, {}};
    if (path.startsWith("/api/v1/history")) {
        if (busy_histories > 0) {
            --busy_histories;
            return {503, textOf(vectorOf("problem.json", 1)), {}, {}};
        }
        return {200, textOf(patched(vectorOf("history.json"), "/boot_id", boot)), {}, {}};
    }
    if (path.startsWith("/api/v1/logs")) return {200, logs(), {}, {}};
    if (path == "/api/v1/outputs/lamp" && verb == "PUT") {
        lamp = QJsonDocument::fromJson(body).object()["value"].toBool();
        const QJsonValue result = patched(vectorOf("output-result.json"), "/value", lamp);
        return {200, textOf(patched(result, "/seq", ++m_seq)), {}, {}};
    }
    if (path == "/api/v1/settings") {
        ++settings_requests;
        return settings(verb, body);
    }
    return {404, problem(404, "No such thing"), {}, {}};
}

FakeBoard::Answer FakeBoard::settings(const QByteArray& verb, const QByteArray& body) {
    const auto etag = [this] {
        return "\"" + m_name.toUtf8().toHex() + QByteArray::number(m_period_ms) + "\"";
    };
    if (verb == "PATCH") {
        if (!last_if_match.isEmpty() && last_if_match != etag()) return {412, problem(412, "Stale"), {}, {}};
        const QJsonObject patch = QJsonDocument::fromJson(body).object();
        const int period = patch["telemetry"].toObject()["period_ms"].toInt(m_period_ms);
        if (period < 200) return {422, textOf(vectorOf("problem.json", 0)), {}, {}};
        m_period_ms = period;
        m_name = patch["name"].toString(m_name);
    }
    const QJsonValue named = patched(vectorOf("settings.json", 1), "/name", m_name);
    return {200, textOf(patched(named, "/telemetry/period_ms", m_period_ms)), etag(), {}};
}

QByteArray FakeBoard::info() const {
    QJsonValue info = patched(vectorOf("info.json"), "/id", id);
    info = patched(info, "/name", m_name);
    if (owner) {
        info = patched(patched(info, "/claimed", owner->claimed), "/auth", owner->claimed);
    } else {
        QJsonObject first = info.toObject();  // of the first release: without what came later
        for (const char* later : {"claimed", "unsigned_allowed", "tls_port", "spki_sha256", "history"})
            first.remove(QLatin1String(later));
        info = first;
    }
    return textOf(patched(info, "/boot_id", boot));
}

QByteArray FakeBoard::logs() const {
    QJsonValue logs = patched(vectorOf("logs.json", 2), "/boot_id", boot);
    logs = patched(logs, "/restarted", false);
    const QJsonValue lines = patched(vectorOf("logs.json")["lines"], "/0/text", log_text);
    return textOf(patched(logs, "/lines", lines));
}

QJsonValue FakeBoard::state() const {
    QJsonValue state = patched(vectorOf("state.json"), "/boot_id", boot);
    state = patched(state, "/seq", m_seq);
    state = patched(state, "/readings/0/value", temperature);
    return patched(state, "/outputs/0/value", lamp);
}

void FakeBoard::onStream(QWebSocket* socket) {
    m_open << socket;
    connect(socket, &QWebSocket::textMessageReceived, this,
            [this, socket](const QString& text) { onMessage(socket, text); });
    connect(socket, &QWebSocket::disconnected, this, [this, socket] {
        if (m_open.removeOne(socket)) socket->deleteLater();
    });
}

void FakeBoard::onMessage(QWebSocket* socket, const QString& message) {
    const QJsonObject request = QJsonDocument::fromJson(message.toUtf8()).object();
    const auto send = [socket](const QJsonValue& answer) {
        socket->sendTextMessage(QString::fromUtf8(textOf(answer)));
    };
    const QJsonValue done = patched(vectorOf("stream-message.json", 1), "/id", request["id"]);
    if (silent) return;
    if (request["method"] == "subscribe") {
        if (!knows_settings && request["params"]["topics"].toArray().contains("settings"))
            return send(patched(vectorOf("stream-message.json", 3), "/id", request["id"]));
        ++subscribes;
        send(done);
        send(patched(vectorOf("stream-message.json", 5), "/snapshot", state()));
    } else if (request["method"] == "ping") {
        ++pings;
        send(done);
    } else if (request["method"] == "output.set" && !mute) {
        lamp = request["params"]["value"].toBool();
        QJsonValue set = patched(vectorOf("stream-message.json", 2), "/id", request["id"]);
        set = patched(set, "/result/value", lamp);
        send(patched(set, "/result/seq", m_seq + 1));
        tellAll({}, {{"lamp", lamp}});
    }
}

void FakeBoard::setName(const QString& name) {
    m_name = name;
    const QJsonValue told = patched(vectorOf("stream-message.json", 16), "/data/name", name);
    if (!knows_settings) return;
    for (QWebSocket* socket : m_open)
        socket->sendTextMessage(QString::fromUtf8(textOf(told)));
}

void FakeBoard::change(double value) {
    temperature = value;
    tellAll({{"air.temperature", value}}, {});
}

void FakeBoard::changeSilently(double value) {
    temperature = value;
    ++m_seq;
}

void FakeBoard::tellAll(const QJsonObject& readings, const QJsonObject& outputs) {
    QJsonValue delta = patched(vectorOf("stream-message.json", 0), "/since", m_seq);
    delta = patched(delta, "/seq", ++m_seq);
    delta = patched(delta, "/delta/readings", readings);
    delta = patched(delta, "/delta/outputs", outputs);
    for (QWebSocket* socket : m_open)
        socket->sendTextMessage(QString::fromUtf8(textOf(delta)));
}

}  // namespace boardwalk::desktop
