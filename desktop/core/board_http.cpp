#include "desktop/core/board_http.hpp"

#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <memory>
#include <utility>

#include "desktop/core/request_tracker.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int transfer_timeout_ms = 8000;

QString reason(const QNetworkReply& reply) {
    switch (reply.error()) {
        case QNetworkReply::ConnectionRefusedError:
            return BoardHttp::tr("Nothing answers at this address: the connection was refused");
        case QNetworkReply::HostNotFoundError:
            return BoardHttp::tr("The name %1 is not known on this network").arg(reply.url().host());
        case QNetworkReply::TimeoutError:
        case QNetworkReply::OperationCanceledError:
            return BoardHttp::tr("No answer within %1 s").arg(transfer_timeout_ms / 1000);
        case QNetworkReply::RemoteHostClosedError:
            return BoardHttp::tr("The board closed the connection before it answered");
        default: return reply.errorString();
    }
}

}  // namespace

BoardHttp::BoardHttp(const QUrl& base, RequestTracker& tracker, QObject* parent)
    : QObject(parent), m_base(base), m_tracker(tracker) {
    m_network.setProxy(QNetworkProxy::NoProxy);
    m_network.setTransferTimeout(transfer_timeout_ms);
}

void BoardHttp::get(const QString& path, Waiting waiting, Done done) {
    send("GET", path, {}, {}, {}, waiting, std::move(done));
}

void BoardHttp::put(const QString& path, const QByteArray& json, Done done) {
    send("PUT", path, json, "application/json", {}, Waiting::Person, std::move(done));
}

void BoardHttp::patch(const QString& path, const QByteArray& json, const QByteArray& if_match, Done done) {
    send("PATCH", path, json, "application/merge-patch+json", if_match, Waiting::Person, std::move(done));
}

void BoardHttp::abortAll() {
    for (QNetworkReply* reply : m_network.findChildren<QNetworkReply*>()) {
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
}

void BoardHttp::send(const QByteArray& verb, const QString& path, const QByteArray& body,
                     const QByteArray& media_type, const QByteArray& if_match, Waiting waiting, Done done) {
    QNetworkRequest request(m_base.resolved(QUrl(path)));
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    if (!media_type.isEmpty()) request.setHeader(QNetworkRequest::ContentTypeHeader, media_type);
    if (!if_match.isEmpty()) request.setRawHeader("If-Match", if_match);

    // A shared pointer, because std::function must be copyable and a ticket is not.
    auto ticket = std::make_shared<RequestTracker::Ticket>();
    if (waiting == Waiting::Person) *ticket = m_tracker.begin();

    QNetworkReply* reply = m_network.sendCustomRequest(request, verb, body);
    connect(reply, &QNetworkReply::finished, this, [reply, ticket, done = std::move(done)] {
        HttpAnswer answer;
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const bool cut = reply->error() != QNetworkReply::NoError && answer.ok();
        if (cut) answer.status = 0;  // the head came, the body did not
        if (answer.reached()) {
            answer.body = reply->readAll();
            answer.etag = reply->rawHeader("ETag");
        } else {
            answer.failure = reason(*reply);
        }
        reply->deleteLater();
        ticket->finish();
        if (done) done(answer);
    });
}

}  // namespace boardwalk::desktop
