#pragma once

#include <QByteArray>
#include <QNetworkAccessManager>
#include <QObject>
#include <QUrl>
#include <functional>

class QNetworkReply;

namespace boardwalk::desktop {

class RequestTracker;

/// What came back. `status` is 0 when no HTTP answer came; `failure` then says why, in words for people.
struct HttpAnswer {
    int status = 0;
    QByteArray body;
    QByteArray etag;
    QString failure;

    [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
    [[nodiscard]] bool reached() const { return status != 0; }
};

/// One board's HTTP API. Never through a proxy: boards live on the local network, where none can reach them.
class BoardHttp : public QObject {
    Q_OBJECT

public:
    using Done = std::function<void(const HttpAnswer&)>;

    /// Whether a person waits for the answer. A probe of a board that is away must not keep the busy bar
    /// running.
    enum class Waiting { Person, Nobody };

    BoardHttp(const QUrl& base, RequestTracker& tracker, QObject* parent = nullptr);

    /// `path` is relative to the board's root, with its query: `api/v1/history?series=cpu`.
    /// `done` is called once, unless this object is destroyed first.
    void get(const QString& path, Waiting waiting, Done done);
    void put(const QString& path, const QByteArray& json, Done done);
    void patch(const QString& path, const QByteArray& json, const QByteArray& if_match, Done done);

    /// Ends what is under way without calling back.
    void abortAll();

    [[nodiscard]] const QUrl& base() const { return m_base; }

private:
    void send(const QByteArray& verb, const QString& path, const QByteArray& body,
              const QByteArray& media_type, const QByteArray& if_match, Waiting waiting, Done done);

    QUrl m_base;
    RequestTracker& m_tracker;
    QNetworkAccessManager m_network;
};

}  // namespace boardwalk::desktop
