#include "desktop/core/stress/engine/stress_connection.hpp"

#include <QNetworkProxy>
#include <utility>

namespace boardwalk::desktop {

namespace {

/// A board that just refused gets a moment: a repeat at once would meet the same full pool.
constexpr qint64 refusedPauseNs = 200'000'000;
/// After a request that failed, so that a board that is away is not asked a hundred thousand times a second.
constexpr qint64 failedPauseNs = 100'000'000;
/// What a slow reader's kernel and Qt take ahead, in bytes: little beside an answer.
constexpr int slowReadAhead = 1024;

}  // namespace

StressConnection::StressConnection(StressTally& tally, StressTarget& target,
                                   std::function<void(StressConnection&)> settled)
    : m_tally(tally), m_target(target), m_settled(std::move(settled)) {}

StressConnection::~StressConnection() { drop(); }

void StressConnection::open() {
    drop();
    m_address = m_target.address;
    m_socket = new QTcpSocket(this);
    m_socket->setProxy(QNetworkProxy::NoProxy);
    connect(m_socket, &QTcpSocket::connected, this, &StressConnection::onConnected);
    connect(m_socket, &QTcpSocket::readyRead, this, &StressConnection::onReadyRead);
    connect(m_socket, &QTcpSocket::errorOccurred, this, &StressConnection::onError);
    if (m_request && m_request->task->way == StressTask::Way::SlowRead) narrow();
    m_phase = Phase::Connecting;
    if (!m_opened && m_state == ConnectionState::Waiting) m_state = ConnectionState::Connecting;
    m_sinceNs = m_tally.nowNs();
    m_socket->connectToHost(m_target.addresses.value(m_address), m_target.port);
}

/// A reader that is slow is so at the board, too: without this, the kernel here would take most of an answer.
void StressConnection::narrow() {
    const bool v6 = m_target.addresses.value(m_address).protocol() == QAbstractSocket::IPv6Protocol;
    m_socket->setReadBufferSize(slowReadAhead);
    // The buffer counts from the handshake on. Qt makes the descriptor when it is bound.
    if (m_socket->bind(v6 ? QHostAddress::AnyIPv6 : QHostAddress::AnyIPv4))
        m_socket->setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, slowReadAhead);
}

void StressConnection::ask(const StressTask& task, std::optional<qint64> dueNs) {
    m_request = Request{&task, dueNs.value_or(-1), false};
    ++m_tally.requests.sent;
    if (m_phase == Phase::Idle) {
        m_reused = true;
        send();
    } else if (m_phase == Phase::Closed) {
        open();
    }  // else it goes when the connection is open, or the pause is over
}

void StressConnection::onConnected() {
    m_tally.connect.add(static_cast<double>(m_tally.nowNs() - m_sinceNs) / 1e6);
    ++m_tally.openNow;
    m_target.reached = true;
    m_target.address = m_address;
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_probe = SocketProbe(m_socket->socketDescriptor());
    m_phase = Phase::Idle;
    if (m_state != ConnectionState::Answered) m_state = ConnectionState::Open;
    m_opened = true;
    if (m_request) send();
}

void StressConnection::send() {
    m_phase = Phase::Asking;
    const StressTask& task = *m_request->task;
    m_reader = ResponseReader();
    if (task.keptBytesMax >= 0) m_reader.keepBody(task.keptBytesMax);
    m_moved = 0;
    m_sinceNs = m_tally.nowNs();
    if (m_request->startNs < 0) m_request->startNs = m_sinceNs;
    if (task.way != StressTask::Way::SlowSend) m_socket->write(task.request);
}

void StressConnection::onReadyRead() {
    // A slow reader comes for it by the clock.
    if (m_phase == Phase::Asking && m_request->task->way == StressTask::Way::SlowRead) return;
    read();
}

void StressConnection::read() {
    const QByteArray bytes = m_socket->readAll();
    if (m_streaming) return readFrames(bytes);
    if (m_phase == Phase::Idle) return readUnasked(bytes);
    if (m_phase != Phase::Asking) return;
    const qsizetype taken = m_reader.feed(bytes);
    if (m_reader.state() == ResponseReader::State::Bad) {
        if (m_reader.status() == 101 && m_request->task->way == StressTask::Way::Stream)
            return beginStream(bytes.mid(taken));
        return trouble(Trouble::EarlyClose);
    }
    // Bytes past the answer belong to no request: do not trust this connection with another (RFC 9112 §9.2).
    if (m_reader.state() == ResponseReader::State::Complete) takeAnswer(taken == bytes.size());
}

void StressConnection::beginStream(const QByteArray& rest) {
    m_streaming = true;
    // A text frame of a client (RFC 6455 §5.2): FIN, masked, here with a mask of zeros.
    const QByteArray text = R"({"id":1,"method":"subscribe","params":{"topics":["state"]}})";
    m_socket->write(QByteArray("\x81", 1) + static_cast<char>(0x80 | text.size()) + QByteArray(4, '\0') +
                    text);
    readFrames(rest);
}

/// The first message answers the request. What follows is only taken: a visit is over before a ping is due.
void StressConnection::readFrames(const QByteArray& bytes) {
    if (bytes.isEmpty() || m_phase != Phase::Asking) return;
    if ((bytes.front() & 0x0F) == 0x8) return trouble(Trouble::EarlyClose);  // a Close instead
    m_lastStatus = 101;
    m_state = ConnectionState::Answered;
    m_tally.answered(101, m_request->startNs);
    m_phase = Phase::Idle;
    settle();
}

/// A slow request moves as far as its rate allows by now. What Qt has read ahead is not counted.
void StressConnection::goOnSlowly(qint64 nowNs) {
    const StressTask& task = *m_request->task;
    const qint64 allowed = (nowNs - m_sinceNs) * task.bytesPerS / 1'000'000'000 - m_moved;
    if (allowed <= 0) return;
    if (task.way == StressTask::Way::SlowSend) {
        const QByteArray piece = task.request.mid(m_moved, allowed);
        if (!piece.isEmpty()) m_socket->write(piece);
        m_moved += piece.size();
        return;
    }
    const QByteArray bytes = m_socket->read(allowed);
    m_moved += bytes.size();
    if (bytes.isEmpty()) return;
    m_reader.feed(bytes);
    if (m_reader.state() == ResponseReader::State::Bad) return trouble(Trouble::EarlyClose);
    if (m_reader.state() == ResponseReader::State::Complete) takeAnswer(m_socket->bytesAvailable() == 0);
}

/// A board may say why it closes an idle connection: 408, or 503 to one that it has no room for.
void StressConnection::readUnasked(const QByteArray& bytes) {
    m_reader.feed(bytes);
    if (m_reader.state() == ResponseReader::State::More) return;
    const bool refused = m_reader.status() == 503;
    m_reader = ResponseReader();
    trouble(refused ? Trouble::Refused : Trouble::Recycled);
}

void StressConnection::takeAnswer(bool clean) {
    const int status = m_reader.status();
    const bool slow = m_request->task->slow();
    if (slow && (status == 408 || status == 503)) return trouble(Trouble::Cut);
    if (status == 503 && m_request->task->way == StressTask::Way::Stream) {
        // All streams are taken, which is no failure: the page then does without.
        ++m_tally.status[status];
        ++m_tally.requests.cut;
        m_state = ConnectionState::Refused;
        m_lastStatus = status;
        drop();
        return settle();
    }
    if (status == 503) {
        ++m_tally.errors.refused;
        m_state = ConnectionState::Refused;
        if (!m_request->retried) return retry(refusedPauseNs);
    } else if (status == 408 && !m_request->retried) {
        // The board needed the place before it had read the head: it did nothing (RFC 9110 §15.5.9).
        return trouble(Trouble::Recycled);
    } else {
        m_state = ConnectionState::Answered;
    }
    m_lastStatus = status;
    m_lastBody = m_reader.body();
    m_tally.answered(status, m_request->startNs);
    m_phase = Phase::Idle;
    if (status == 503 || !clean || !m_reader.keepAlive()) drop();
    if (status == 503) pause(failedPauseNs);
    m_reader = ResponseReader();
    settle();
}

void StressConnection::onError(QAbstractSocket::SocketError error) {
    if (m_phase == Phase::Connecting) return onConnectFailed(error);
    if (m_phase != Phase::Idle && m_phase != Phase::Asking) return;
    if (m_socket->bytesAvailable() > 0) {
        read();  // the last bytes may complete the answer
        if (!m_socket || (m_phase != Phase::Idle && m_phase != Phase::Asking)) return;
    }
    onClosed();
}

void StressConnection::onConnectFailed(QAbstractSocket::SocketError error) {
    if (!m_target.reached && m_address == m_target.address && m_address + 1 < m_target.addresses.size())
        ++m_target.address;
    if (m_address != m_target.address) return open();
    trouble(error == QAbstractSocket::ConnectionRefusedError ? Trouble::Refused : Trouble::ConnectTimeout);
}

void StressConnection::onClosed() {
    const bool reset = m_probe.wasReset();
    if (m_phase == Phase::Asking && m_request->task->slow()) return trouble(Trouble::Cut);
    m_reader.feedEnd();
    if (m_phase == Phase::Asking && m_reader.state() == ResponseReader::State::Complete && !reset)
        return takeAnswer(false);
    if (m_phase == Phase::Idle) return trouble(Trouble::Recycled);
    // The board closed an idle connection while the request was on its way, which neither side could avoid
    // (RFC 9112 §9.3.1).
    if (m_reused && !m_reader.begun() && !m_request->retried) return trouble(Trouble::Recycled);
    trouble(reset ? Trouble::Reset : Trouble::EarlyClose);
}

void StressConnection::trouble(Trouble what) {
    switch (what) {
        case Trouble::Reset: ++m_tally.errors.reset; break;
        case Trouble::Refused: ++m_tally.errors.refused; break;
        case Trouble::ConnectTimeout: ++m_tally.errors.connectTimeout; break;
        case Trouble::Timeout: ++m_tally.errors.timeout; break;
        case Trouble::EarlyClose: ++m_tally.errors.earlyClose; break;
        case Trouble::Recycled: ++m_tally.evictions; break;
        case Trouble::Cut: ++m_tally.requests.cut; break;
    }
    const bool late = what == Trouble::Timeout || what == Trouble::ConnectTimeout;
    m_state = late                       ? ConnectionState::TimedOut
              : what == Trouble::Refused ? ConnectionState::Refused
                                         : ConnectionState::Evicted;
    drop();
    if (!m_request) return;
    m_lastStatus = 0;
    if (what == Trouble::Cut) {
        pause(failedPauseNs);
        return settle();
    }
    // A request that timed out has had its time; asking again would only add to the board's load.
    if (!m_request->retried && !late) return retry(what == Trouble::Refused ? refusedPauseNs : 0);
    m_tally.failed(m_request->startNs < 0 ? m_tally.nowNs() : m_request->startNs);
    pause(failedPauseNs);
    settle();
}

void StressConnection::retry(qint64 pauseNs) {
    ++m_tally.requests.retried;
    m_request->retried = true;
    drop();
    pause(pauseNs);  // never at once: this may run inside a signal of the old socket
}

void StressConnection::pause(qint64 ns) {
    m_phase = Phase::Pausing;
    m_sinceNs = m_tally.nowNs() + ns;
}

void StressConnection::check(qint64 nowNs) {
    switch (m_phase) {
        case Phase::Connecting:
            if (nowNs - m_sinceNs > m_target.connectTimeoutNs)
                onConnectFailed(QAbstractSocket::SocketTimeoutError);
            break;
        case Phase::Asking:
            if (m_request->task->slow()) goOnSlowly(nowNs);
            else if (nowNs - m_sinceNs > m_target.requestTimeoutNs) trouble(Trouble::Timeout);
            break;
        case Phase::Pausing:
            if (nowNs < m_sinceNs) break;
            m_phase = Phase::Closed;
            if (m_request) open();
            break;
        case Phase::Closed:
        case Phase::Idle: break;
    }
}

void StressConnection::giveUp() {
    if (!m_request) return;
    if (m_request->task->slow()) return close();  // it is slow by its own will
    m_request->retried = true;
    trouble(m_phase == Phase::Connecting ? Trouble::ConnectTimeout : Trouble::Timeout);
}

void StressConnection::close() {
    if (m_request) --m_tally.requests.sent;
    m_request.reset();
    drop();
}

void StressConnection::settle() {
    m_request.reset();
    m_settled(*this);
}

/// Closes without a signal. The socket is freed after this turn of the loop, because one of its own signals
/// may have led here.
void StressConnection::drop() {
    if (m_phase == Phase::Idle || m_phase == Phase::Asking) --m_tally.openNow;
    m_phase = Phase::Closed;
    m_reused = m_streaming = false;
    m_probe.release();
    if (!m_socket) return;
    m_socket->disconnect(this);
    m_socket->abort();
    std::exchange(m_socket, nullptr)->deleteLater();
}

}  // namespace boardwalk::desktop
