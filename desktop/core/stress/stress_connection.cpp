#include "desktop/core/stress/stress_connection.hpp"

#include <QNetworkProxy>
#include <utility>

namespace boardwalk::desktop {

namespace {

/// A board that just refused gets a moment: a repeat at once would meet the same full pool.
constexpr qint64 refusedPauseNs = 200'000'000;
/// After a request that failed, so that a board that is away is not asked a hundred thousand times a second.
constexpr qint64 failedPauseNs = 100'000'000;

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
    m_phase = Phase::Connecting;
    if (!m_opened && m_state == ConnectionState::Waiting) m_state = ConnectionState::Connecting;
    m_sinceNs = m_tally.nowNs();
    m_socket->connectToHost(m_target.addresses.value(m_address), m_target.port);
}

void StressConnection::ask(std::optional<qint64> dueNs) {
    m_request = Request{dueNs.value_or(-1), false};
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
    m_reader = ResponseReader();
    m_sinceNs = m_tally.nowNs();
    if (m_request->startNs < 0) m_request->startNs = m_sinceNs;
    m_socket->write(m_target.request);
}

void StressConnection::onReadyRead() {
    const QByteArray bytes = m_socket->readAll();
    if (m_phase == Phase::Idle) return readUnasked(bytes);
    if (m_phase != Phase::Asking) return;
    const qsizetype taken = m_reader.feed(bytes);
    if (m_reader.state() == ResponseReader::State::Bad) return trouble(Trouble::EarlyClose);
    // Bytes past the answer belong to no request: do not trust this connection with another (RFC 9112 §9.2).
    if (m_reader.state() == ResponseReader::State::Complete) takeAnswer(taken == bytes.size());
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
        onReadyRead();  // the last bytes may complete the answer
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
    }
    const bool late = what == Trouble::Timeout || what == Trouble::ConnectTimeout;
    m_state = late                       ? ConnectionState::TimedOut
              : what == Trouble::Refused ? ConnectionState::Refused
                                         : ConnectionState::Evicted;
    drop();
    if (!m_request) return;
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
            if (nowNs - m_sinceNs > m_target.requestTimeoutNs) trouble(Trouble::Timeout);
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
    m_reused = false;
    m_probe.release();
    if (!m_socket) return;
    m_socket->disconnect(this);
    m_socket->abort();
    std::exchange(m_socket, nullptr)->deleteLater();
}

}  // namespace boardwalk::desktop
