#pragma once

#include <QByteArray>
#include <QString>
#include <QUrl>

#include "desktop/core/completion.hpp"

namespace boardwalk::desktop {

/// What came back. `status` is 0 when no HTTP answer came; `failure` then says why, in words for people.
struct HttpAnswer {
    int status = 0;
    QByteArray body;
    QByteArray etag;
    QByteArray media_type;
    QByteArray session_cookie;  ///< `bw-ID=…` of a session that the board began; empty without one
    int retry_after_s = -1;     ///< -1: the answer does not say
    QString failure;
    bool cancelled = false;  ///< ended by us before an answer came: by `cancel`, or by the end of the client

    static HttpAnswer makeCancelled();

    [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
    [[nodiscard]] bool reached() const { return status != 0; }
};

/// How urgent the answer is: calls of the first kind go first.
enum class Urgency { Person, Visible, Hidden };

struct HttpCall {
    QByteArray verb = "GET";
    QUrl url;  ///< http or https, with its path and query
    QByteArray body;
    QByteArray media_type;  ///< media type of the body
    QByteArray if_match;
    QByteArray authorization;  ///< `Bearer …`: whoever gets this call gets it
    QByteArray cookie;
    Urgency urgency = Urgency::Person;
    qsizetype bytes_max = 256 * 1024;  ///< limit of the answer's body; a longer one is a failure
    qint64 ms_max = 0;  ///< from the start of the look-up to the last byte; 0 is the limit of the urgency
    bool keeps_connection = false;  ///< another call to this board follows soon
    bool asks_for_stream = false;   ///< offers the WebSocket handshake (RFC 6455 §4.1): 101 is an answer
};

/// Called once for each call.
using HttpDone = Completion<HttpAnswer>;

}  // namespace boardwalk::desktop
