#pragma once

#include <QCoreApplication>
#include <QPointer>
#include <QUrl>
#include <functional>
#include <unordered_map>

#include "desktop/core/http/http_client.hpp"
#include "desktop/core/request_tracker.hpp"
#include "desktop/core/sign_in/credential.hpp"

namespace boardwalk::desktop {

/// The requests to one board's HTTP API, at an address that may change. They are counted apart from those to
/// other boards, so that they can be ended together.
class BoardRequests {
    Q_DECLARE_TR_FUNCTIONS(BoardRequests)

public:
    using Done = HttpDone;
    static constexpr qsizetype info_bytes_max = 8 * 1024;  ///< a board's own has 300

    /// Whether a person waits for the answer. A probe of a board that is away must not keep the busy bar
    /// running.
    enum class Waiting { Person, Nobody };
    /// How often the board is asked, and so how soon its turn comes.
    enum class Interest { Hidden, Visible, Shown };

    BoardRequests(const QUrl& base, HttpClient& client, RequestTracker& tracker);
    /// Calls that have not ended are cancelled.
    ~BoardRequests();
    BoardRequests(const BoardRequests&) = delete;
    BoardRequests& operator=(const BoardRequests&) = delete;

    /// `path` is one of the protocol's, with its query: `/api/v1/history?series=cpu`. It counts from the
    /// board's address, which may have a path itself (a proxy's).
    /// `done` is called later: with an answer, with why none came, or cancelled. (What is asked while this
    /// object ends is cancelled at once.)
    /// `ms_max`: as in HttpCall.
    void get(const QString& path, Waiting waiting, Done done, qint64 ms_max = 0);
    void put(const QString& path, const QByteArray& json, Done done);
    void patch(const QString& path, const QByteArray& json, const QByteArray& if_match, Done done);
    /// POST, PUT, DELETE and GET of sign-in. Not signed: without the credential, as one who is not signed in
    /// yet.
    enum class Signs { Yes, No };
    void call(const QByteArray& verb, const QString& path, const QByteArray& json, Done done,
              Signs signs = Signs::Yes);
    /// Offers the stream's handshake, to hear why the board takes none: QWebSocket does not say. 101: it
    /// would take one.
    void askForStream(Done done);

    /// Ends what is under way as cancelled; each `done` is called from within.
    void cancelAll();

    /// What requests show the board from now on; `info` never shows it, as it asks who is there.
    void setCredential(const Credential& credential) { m_credential = credential; }
    [[nodiscard]] const Credential& credential() const { return m_credential; }
    /// Is called before the `done` of a request that is answered 401, or 403 `role` or `unclaimed`, unless
    /// another credential has been set since. `acted`: it was no mere question.
    using Refused = std::function<void(const HttpAnswer& answer, bool acted)>;
    void setOnRefused(Refused refused) { m_refused = std::move(refused); }

    /// Another address of the same board. What is under way to the old one is cancelled. The credential is
    /// dropped: who is at the new address has not been asked.
    void setBase(const QUrl& base);
    [[nodiscard]] const QUrl& base() const { return m_base; }
    /// A board that is not shown keeps no idle connection.
    void setInterest(Interest interest);
    [[nodiscard]] int pending() const { return int(m_calls.size()); }

    /// `path` counted from the address of a board.
    [[nodiscard]] static QUrl resolved(const QUrl& base, const QString& path);

private:
    void send(HttpCall call, const QString& path, Waiting waiting, Done done, Signs signs = Signs::Yes);

    QUrl m_base;
    QPointer<HttpClient> m_client;
    QPointer<RequestTracker> m_tracker;
    Interest m_interest = Interest::Hidden;
    Credential m_credential;
    Refused m_refused;
    bool m_ending = false;
    quint64 m_nextNumber = 1;
    std::unordered_map<quint64, quint64> m_calls;  ///< our numbers, and the client's
};

}  // namespace boardwalk::desktop
