#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace boardwalk::desktop {

/// Reads one answer of HTTP/1.1 (RFC 9112), byte by byte if need be; the body is counted, and kept only when
/// that was asked for. Strict: what could be read in two ways is Bad.
class ResponseReader {
public:
    enum class State { More, Complete, Bad };
    static constexpr qsizetype headBytesMax = 64 * 1024;

    /// Keeps the body, of at most so many bytes; one that is longer is Bad, and `tooLong()`.
    void keepBody(qsizetype bytes_max) { m_keepMax = bytes_max; }

    /// Takes bytes until the answer is complete; returns how many were taken.
    qsizetype feed(QByteArrayView bytes);
    /// The peer has closed: completes an answer whose end is the close (§6.3, rule 8); Bad in the middle of
    /// any other. Before the first byte nothing changes.
    void feedEnd();

    [[nodiscard]] State state() const;
    [[nodiscard]] bool begun() const { return m_begun; }
    [[nodiscard]] int status() const { return m_status; }
    /// Whether the connection may carry another request (§9.3). Valid when complete.
    [[nodiscard]] bool keepAlive() const { return m_keepAlive; }
    [[nodiscard]] quint64 bodyBytes() const { return m_bodyBytes; }
    [[nodiscard]] const QByteArray& body() const { return m_body; }
    [[nodiscard]] bool tooLong() const { return m_tooLong; }
    /// Fields that a client of ours asks about; empty where the answer has none.
    [[nodiscard]] const QByteArray& etag() const { return m_etag; }
    [[nodiscard]] const QByteArray& mediaType() const { return m_mediaType; }
    /// The first pair of Set-Cookie that is a board's session (RFC 6265 §5.2): no other cookie is kept.
    [[nodiscard]] const QByteArray& sessionCookie() const { return m_sessionCookie; }
    /// Retry-After in seconds (RFC 9110 §10.2.3); -1 without one, or when it names a date.
    [[nodiscard]] int retryAfterS() const { return m_retryAfterS; }

private:
    enum class Part {
        StatusLine,
        Fields,
        Body,  // m_left bytes
        ChunkSize,
        ChunkData,  // m_left bytes
        ChunkEnd,
        Trailers,
        UntilClose,
        Complete,
        Bad,
    };

    [[nodiscard]] bool inLine() const;
    qsizetype feedLine(QByteArrayView bytes);
    qsizetype feedData(QByteArrayView bytes);
    void takeLine(QByteArrayView line);
    void takeStatusLine(QByteArrayView line);
    void takeField(QByteArrayView line);
    void takeConnection(QByteArrayView value);
    void takeContentLength(QByteArrayView value);
    void takeChunkSize(QByteArrayView line);
    void takeRetryAfter(QByteArrayView value);
    void takeCookie(QByteArrayView value);
    void keep(QByteArrayView bytes);
    void endFields();

    Part m_part = Part::StatusLine;
    QByteArray m_line;
    qsizetype m_headBytes = 0;
    bool m_begun = false;
    int m_status = 0;
    bool m_keepAlive = true;
    bool m_chunked = false;
    qint64 m_contentLength = -1;
    quint64 m_left = 0;
    quint64 m_bodyBytes = 0;
    qsizetype m_keepMax = -1;  ///< -1: the body is not kept
    bool m_tooLong = false;
    QByteArray m_body;
    QByteArray m_etag;
    QByteArray m_mediaType;
    QByteArray m_sessionCookie;
    int m_retryAfterS = -1;
};

}  // namespace boardwalk::desktop
