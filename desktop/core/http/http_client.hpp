#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <array>
#include <deque>
#include <memory>
#include <unordered_map>

#include "desktop/core/http/http_exchange.hpp"
#include "desktop/core/http/resolver.hpp"

namespace boardwalk::desktop {

/// HTTP/1.1 for all boards at once, without a thread of its own. Every call ends once: with an answer, with
/// the reason why none came, or cancelled. What a peer can make it keep is bounded in bytes and in time, and
/// the sum of all by the number of calls under way.
///
/// Qt's QNetworkAccessManager has none of these bounds, keeps idle connections for two minutes, and repeats a
/// PATCH by itself.
class HttpClient : public QObject {
    Q_OBJECT

public:
    static constexpr int under_way_max = 32;          ///< calls that have a socket, of all boards
    static constexpr int under_way_visible_max = 28;  ///< the rest is for calls that a person waits for
    static constexpr int under_way_hidden_max = 24;
    static constexpr qint64 person_ms_max = 8000;      ///< from the start of the look-up to the last byte
    static constexpr qint64 background_ms_max = 5000;  ///< the same, for background calls
    static constexpr int idle_max = 4;                 ///< connections that wait for another call
    static constexpr qint64 idle_ms_max = 20'000;      ///< a board closes one after 60 s

    explicit HttpClient(QObject* parent = nullptr);
    /// Calls that have not ended are cancelled.
    ~HttpClient() override;

    /// Returns what `cancel` takes. `done` is called later, never from within (while this ends, at once).
    quint64 send(const HttpCall& call, HttpDone done);
    /// Ends a call at once, as cancelled: its `done` is called from within. Nothing when it has ended.
    void cancel(quint64 id);
    /// Whether connections to this board may wait for the next call. At first none may.
    void setKept(const QUrl& board, bool kept);

    [[nodiscard]] int underWay() const { return int(m_underWay.size()); }
    [[nodiscard]] int idle() const { return int(m_idle.size()); }

private:
    struct Waiting {
        quint64 id = 0;
        HttpCall call;
        HttpDone done;
    };
    struct UnderWay {
        std::unique_ptr<HttpExchange, LaterDelete> exchange;
        HttpDone done;
        qint64 since_ms = 0;
    };
    struct Idle {
        QString origin;
        Socket socket;
        qint64 since_ms = 0;
    };

    void startSoon();
    void startMore();
    void start(Waiting waiting);
    void onEnded(quint64 id, const HttpAnswer& answer, Socket socket);
    void onTick();
    void keep(const QUrl& url, Socket socket);
    [[nodiscard]] Socket takeIdle(const HttpCall& call);

    Resolver m_resolver;
    std::array<std::deque<Waiting>, 3> m_waiting;  ///< by Urgency
    std::unordered_map<quint64, UnderWay> m_underWay;
    QSet<QString> m_kept;     ///< origins
    std::deque<Idle> m_idle;  ///< the longest idle first
    QElapsedTimer m_clock;
    QTimer m_tick;
    quint64 m_nextId = 1;
    bool m_startPosted = false;
    bool m_ending = false;
};

}  // namespace boardwalk::desktop
