#include "tests/desktop/fake_board.hpp"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpSocket>
#include <QTimer>
#include <QWebSocket>
#include <QWebSocketProtocol>

namespace boardwalk::desktop {

namespace {

QByteArray text(const QJsonObject& object) { return QJsonDocument(object).toJson(QJsonDocument::Compact); }

QByteArray problem(int status, const QString& detail, const QJsonArray& errors = {}) {
    QJsonObject object{{"type", "about:blank"}, {"title", "Problem"}, {"status", status},
                       {"detail", detail},      {"instance", "/"},    {"code", "test"}};
    if (!errors.isEmpty()) object["errors"] = errors;
    return text(object);
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
    if (head < 0) return;
    const QByteArray lower = seen.left(head).toLower();
    if (lower.contains("upgrade: websocket")) {
        ++stream_requests;
        if (!refuse_streams) {
            socket->disconnect(this);
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
    const Answer given = answer(line.value(0), line.value(1), request.mid(head + 4));
    QTimer::singleShot(delay_ms, socket, [socket, given] {
        socket->write("HTTP/1.1 " + QByteArray::number(given.status) +
                      " X\r\nContent-Type: application/json\r\n" +
                      (given.etag.isEmpty() ? QByteArray() : "ETag: " + given.etag + "\r\n") +
                      "Content-Length: " + QByteArray::number(given.body.size()) + "\r\n\r\n" + given.body);
    });
}

FakeBoard::Answer FakeBoard::answer(const QByteArray& verb, const QByteArray& path, const QByteArray& body) {
    const QByteArray etag = "\"" + m_name.toUtf8().toHex() + QByteArray::number(m_period_ms) + "\"";
    const QByteArray settings =
        text({{"name", m_name}, {"telemetry", QJsonObject{{"period_ms", m_period_ms}}}});
    if (not_board_status != 0) return {not_board_status, "<html><h1>It works!</h1></html>", {}};
    if (path == "/api/v1/info") return {200, info(), {}};
    if (path == "/api/v1/state") {
        ++state_requests;
        return {200, text(state()), {}};
    }
    if (path.startsWith("/api/v1/history") && busy_histories > 0) {
        --busy_histories;
        return {503, problem(503, "All busy"), {}};
    }
    if (path.startsWith("/api/v1/history")) {
        return {200,
                text({{"series", "temperature"},
                      {"unit", "°C"},
                      {"boot_id", boot},
                      {"uptime_ms", 60000},
                      {"time", QJsonValue::Null},
                      {"samples", QJsonArray{QJsonArray{1000, 20.0}, QJsonArray{2000, QJsonValue::Null},
                                             QJsonArray{3000, 20.5}}}}),
                {}};
    }
    if (path.startsWith("/api/v1/logs")) {
        return {200,
                text({{"lines", QJsonArray{QJsonObject{{"seq", 1},
                                                       {"time", QJsonValue::Null},
                                                       {"uptime_ms", 5},
                                                       {"level", "info"},
                                                       {"text", log_text}}}},
                      {"next", 1},
                      {"gap", 0}}),
                {}};
    }
    if (path == "/api/v1/outputs/lamp" && verb == "PUT") {
        lamp = QJsonDocument::fromJson(body).object()["value"].toBool();
        return {200, text({{"id", "lamp"}, {"value", lamp}, {"seq", ++m_seq}}), {}};
    }
    if (path == "/api/v1/settings" && verb == "GET") return {200, settings, etag};
    if (path == "/api/v1/settings" && verb == "PATCH") {
        if (!last_if_match.isEmpty() && last_if_match != etag) return {412, problem(412, "Stale"), {}};
        const QJsonObject patch = QJsonDocument::fromJson(body).object();
        const int period = patch["telemetry"].toObject()["period_ms"].toInt(m_period_ms);
        if (period < 200) {
            const QJsonObject error{{"pointer", "/telemetry/period_ms"},
                                    {"detail", "Too short for this board"}};
            return {422, problem(422, "Not taken", {error}), {}};
        }
        m_period_ms = period;
        m_name = patch["name"].toString(m_name);
        return answer("GET", path, {});
    }
    return {404, problem(404, "No such thing"), {}};
}

QByteArray FakeBoard::info() const {
    return text({{"id", id},
                 {"name", m_name},
                 {"model", "Fake"},
                 {"firmware", "1.2.3"},
                 {"api", 1},
                 {"mac", "02:00:00:00:00:01"},
                 {"auth", false},
                 {"tls", false},
                 {"boot_id", boot}});
}

QJsonObject FakeBoard::state() const {
    const QJsonObject reading{
        {"id", "temperature"}, {"name", "Temperature"}, {"group", "Room"}, {"kind", "temperature"},
        {"unit", "°C"},        {"value", temperature},  {"min", 0},        {"max", 50},
        {"decimals", 1},       {"status", "ok"}};
    const QJsonObject output{{"id", "lamp"},
                             {"name", "Lamp"},
                             {"group", "Room"},
                             {"kind", "switch"},
                             {"value", lamp},
                             {"unit", ""},
                             {"min", QJsonValue::Null},
                             {"max", QJsonValue::Null},
                             {"step", QJsonValue::Null},
                             {"options", QJsonArray()}};
    return {{"seq", m_seq},
            {"boot_id", boot},
            {"time", QJsonValue::Null},
            {"uptime_ms", 60000},
            {"readings", QJsonArray{reading}},
            {"outputs", QJsonArray{output}}};
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
    const auto reply = [&](const QJsonObject& result) {
        socket->sendTextMessage(QString::fromUtf8(text({{"id", request["id"]}, {"result", result}})));
    };
    if (request["method"] == "subscribe") {
        ++subscribes;
        reply({});
        socket->sendTextMessage(QString::fromUtf8(text({{"topic", "state"}, {"snapshot", state()}})));
    } else if (request["method"] == "ping") {
        ++pings;
        reply({});
    } else if (request["method"] == "output.set" && !mute) {
        lamp = request["params"]["value"].toBool();
        const int since = m_seq++;
        reply({{"id", "lamp"}, {"value", lamp}, {"seq", m_seq}});
        tellAll(
            {{"topic", "state"},
             {"seq", m_seq},
             {"since", since},
             {"time", QJsonValue::Null},
             {"delta", QJsonObject{{"readings", QJsonObject()}, {"outputs", QJsonObject{{"lamp", lamp}}}}}});
    }
}

void FakeBoard::change(double value) {
    temperature = value;
    const int since = m_seq++;
    tellAll({{"topic", "state"},
             {"seq", m_seq},
             {"since", since},
             {"time", QJsonValue::Null},
             {"delta",
              QJsonObject{{"readings", QJsonObject{{"temperature", value}}}, {"outputs", QJsonObject()}}}});
}

void FakeBoard::changeSilently(double value) {
    temperature = value;
    ++m_seq;
}

void FakeBoard::tellAll(const QJsonObject& delta) {
    for (QWebSocket* socket : m_open)
        socket->sendTextMessage(QString::fromUtf8(text(delta)));
}

}  // namespace boardwalk::desktop
