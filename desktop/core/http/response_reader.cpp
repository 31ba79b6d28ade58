#include "desktop/core/http/response_reader.hpp"

#include <QList>
#include <algorithm>
#include <utility>

namespace boardwalk::desktop {

namespace {

constexpr qsizetype cookie_bytes_max = 256;  // a board's own has some 60

bool isTokenChar(char c) {
    // RFC 9110 §5.6.2
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
}

bool isDigits(QByteArrayView text) {
    return !text.isEmpty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool equals(QByteArrayView a, QByteArrayView b) { return a.compare(b, Qt::CaseInsensitive) == 0; }

}  // namespace

ResponseReader::State ResponseReader::state() const {
    if (m_part == Part::Complete) return State::Complete;
    return m_part == Part::Bad ? State::Bad : State::More;
}

bool ResponseReader::inLine() const {
    return m_part == Part::StatusLine || m_part == Part::Fields || m_part == Part::ChunkSize ||
           m_part == Part::ChunkEnd || m_part == Part::Trailers;
}

qsizetype ResponseReader::feed(QByteArrayView bytes) {
    qsizetype taken = 0;
    if (!bytes.isEmpty() && state() == State::More) m_begun = true;
    while (taken < bytes.size() && state() == State::More) {
        const QByteArrayView rest = bytes.sliced(taken);
        taken += inLine() ? feedLine(rest) : feedData(rest);
    }
    return taken;
}

void ResponseReader::feedEnd() {
    if (state() != State::More || !m_begun) return;
    m_keepAlive = false;
    m_part = m_part == Part::UntilClose ? Part::Complete : Part::Bad;
}

qsizetype ResponseReader::feedLine(QByteArrayView bytes) {
    const qsizetype feed = bytes.indexOf('\n');
    const qsizetype taken = feed < 0 ? bytes.size() : feed + 1;
    m_headBytes += taken;
    if (m_headBytes > headBytesMax) {
        m_part = Part::Bad;
        return taken;
    }
    m_line.append(bytes.first(taken));
    if (feed < 0) return taken;
    const QByteArray line = std::exchange(m_line, {});
    // A bare LF makes request smuggling possible, and §2.2 only says that a recipient MAY take it.
    if (!line.endsWith("\r\n") || line.indexOf('\r') != line.size() - 2) m_part = Part::Bad;
    else takeLine(QByteArrayView(line).chopped(2));
    return taken;
}

qsizetype ResponseReader::feedData(QByteArrayView bytes) {
    if (m_part == Part::UntilClose) {
        m_bodyBytes += static_cast<quint64>(bytes.size());
        keep(bytes);
        return bytes.size();
    }
    const quint64 taken = std::min(m_left, static_cast<quint64>(bytes.size()));
    m_left -= taken;
    m_bodyBytes += taken;
    keep(bytes.first(static_cast<qsizetype>(taken)));
    if (m_tooLong) return static_cast<qsizetype>(taken);
    if (m_left == 0) m_part = m_part == Part::Body ? Part::Complete : Part::ChunkEnd;
    return static_cast<qsizetype>(taken);
}

void ResponseReader::keep(QByteArrayView bytes) {
    if (m_keepMax < 0) return;
    if (bytes.size() > m_keepMax - m_body.size()) {
        m_tooLong = true;
        m_body.clear();
        m_part = Part::Bad;
        return;
    }
    m_body.append(bytes);
}

void ResponseReader::takeLine(QByteArrayView line) {
    switch (m_part) {
        case Part::StatusLine: return takeStatusLine(line);
        case Part::Fields: return line.isEmpty() ? endFields() : takeField(line);
        case Part::ChunkSize: return takeChunkSize(line);
        case Part::ChunkEnd:
            m_part = line.isEmpty() ? Part::ChunkSize : Part::Bad;
            m_headBytes = 0;  // a long body may have many chunks; only one line at a time is bounded
            return;
        case Part::Trailers:
            if (line.isEmpty()) m_part = Part::Complete;
            return;
        default: return;
    }
}

void ResponseReader::takeStatusLine(QByteArrayView line) {
    // HTTP/1.1 200 OK; the space after the status is there even when the phrase is empty (§4).
    const bool shaped = line.size() >= 13 && line.startsWith("HTTP/1.") &&
                        (line[7] == '0' || line[7] == '1') && line[8] == ' ' && isDigits(line.sliced(9, 3)) &&
                        line[12] == ' ';
    m_status = shaped ? line.sliced(9, 3).toInt() : 0;
    m_keepAlive = shaped && line[7] == '1';
    m_part = m_status >= 100 && m_status <= 599 ? Part::Fields : Part::Bad;
}

void ResponseReader::takeField(QByteArrayView line) {
    const qsizetype colon = line.indexOf(':');
    const QByteArrayView name = line.first(std::max<qsizetype>(colon, 0));
    // Also refuses a space before the colon (§5.1) and a folded line (§5.2).
    if (name.isEmpty() || !std::all_of(name.begin(), name.end(), isTokenChar)) {
        m_part = Part::Bad;
        return;
    }
    const QByteArrayView value = line.sliced(colon + 1).trimmed();
    if (equals(name, "connection")) takeConnection(value);
    else if (equals(name, "content-length")) takeContentLength(value);
    else if (equals(name, "etag")) m_etag = value.toByteArray();
    else if (equals(name, "content-type")) m_mediaType = value.toByteArray();
    else if (equals(name, "retry-after")) takeRetryAfter(value);
    else if (equals(name, "set-cookie")) takeCookie(value);
    else if (equals(name, "transfer-encoding")) {
        if (m_chunked || !equals(value, "chunked")) m_part = Part::Bad;
        else m_chunked = true;
    }
}

void ResponseReader::takeConnection(QByteArrayView value) {
    for (const QByteArray& option : value.toByteArray().split(',')) {
        if (equals(option.trimmed(), "close")) m_keepAlive = false;
        if (equals(option.trimmed(), "keep-alive")) m_keepAlive = true;
    }
}

void ResponseReader::takeRetryAfter(QByteArrayView value) {
    bool read = isDigits(value);
    const int seconds = read ? value.toInt(&read) : -1;
    if (read) m_retryAfterS = seconds;
}

void ResponseReader::takeCookie(QByteArrayView value) {
    const QByteArray pair =
        value.first(value.contains(';') ? value.indexOf(';') : value.size()).trimmed().toByteArray();
    const bool is_session = pair.startsWith("bw-") || pair.startsWith("__Host-bw-");
    // What is sent back must be one field of one line, and no longer than a board makes one.
    const bool is_plain = pair.size() <= cookie_bytes_max && pair.contains('=') &&
                          std::all_of(pair.begin(), pair.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (is_session && is_plain && m_sessionCookie.isEmpty()) m_sessionCookie = pair;
}

void ResponseReader::takeContentLength(QByteArrayView value) {
    bool read = isDigits(value);
    const qint64 length = read ? value.toLongLong(&read) : -1;
    if (!read || (m_contentLength >= 0 && m_contentLength != length)) m_part = Part::Bad;
    else m_contentLength = length;
}

void ResponseReader::takeChunkSize(QByteArrayView line) {
    const QByteArrayView digits = line.first(line.contains(';') ? line.indexOf(';') : line.size()).trimmed();
    const bool shaped =
        !digits.isEmpty() && digits.size() <= 15 &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return isxdigit(uchar(c)) != 0; });
    bool read = false;
    m_left = shaped ? digits.toULongLong(&read, 16) : 0;
    if (!read) m_part = Part::Bad;
    else m_part = m_left == 0 ? Part::Trailers : Part::ChunkData;
}

void ResponseReader::endFields() {
    // §6.3, in its order, for the answer to a GET.
    if (m_chunked && m_contentLength >= 0) {
        m_part = Part::Bad;
    } else if (m_status == 101) {
        m_part = Part::Bad;  // no other protocol was asked for
    } else if (m_status < 200) {
        const qsizetype kept = m_keepMax;
        *this = ResponseReader();  // an interim answer; the real one follows
        m_keepMax = kept;
        m_begun = true;
    } else if (m_status == 204 || m_status == 304) {
        m_part = Part::Complete;
    } else if (m_chunked) {
        m_part = Part::ChunkSize;
        m_headBytes = 0;
    } else if (m_keepMax >= 0 && m_contentLength > m_keepMax) {
        m_tooLong = true;  // said by the head: not a byte of it is taken
        m_part = Part::Bad;
    } else if (m_contentLength >= 0) {
        m_left = static_cast<quint64>(m_contentLength);
        m_part = m_left == 0 ? Part::Complete : Part::Body;
    } else {
        m_keepAlive = false;
        m_part = Part::UntilClose;
    }
}

}  // namespace boardwalk::desktop
