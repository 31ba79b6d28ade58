#include "desktop/core/stress/engine/stress_browser.hpp"

#include <QRegularExpression>

namespace boardwalk::desktop {

namespace {

constexpr qsizetype page_bytes_max = 64 * 1024;

QByteArray fieldsOf(const QByteArray& host) {
    return " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: boardwalk-stress/" BOARDWALK_VERSION "\r\n";
}

}  // namespace

StressBrowser::Tasks::Tasks(const StressOptions& options)
    : page(options.url), host(options.hostField()), credential(options.credential.fields()) {
    page.setPath(QString::fromLatin1(options.target()));
    pageTask = get(options.target());
    // As it is: to find the files in it, a gzip would have to be unpacked.
    pageTask.request.insert(pageTask.request.size() - 2, "Accept-Encoding: identity\r\n");
    pageTask.keptBytesMax = page_bytes_max;
    info = get(options.below + "/api/v1/info");
    state = get(options.below + "/api/v1/state");
    stream.way = StressTask::Way::Stream;
    stream.request =
        "GET " + options.below + "/api/v1/stream" + fieldsOf(host) + options.credential.fields() +
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: boardwalk.v1\r\n\r\n";
}

StressTask StressBrowser::Tasks::get(const QByteArray& target) const {
    StressTask task;
    task.request = "GET " + target + fieldsOf(host) + credential + "Accept: */*\r\n\r\n";
    return task;
}

QList<QByteArray> StressBrowser::Tasks::filesOf(const QByteArray& html) const {
    static const QRegularExpression named(QStringLiteral("(?:src|href)=\"([!#-~]{1,1024}?\\.(?:js|css))\""));
    QList<QByteArray> files;
    auto found = named.globalMatch(QString::fromLatin1(html));
    while (found.hasNext() && files.size() < filesMax) {
        const QUrl url = page.resolved(QUrl(found.next().captured(1)));
        if (url.scheme() == page.scheme() && url.host() == page.host() && url.port(80) == page.port(80))
            files += url.path(QUrl::FullyEncoded).toLatin1();
    }
    return files;
}

void StressBrowser::begin() {
    m_beganNs = m_tally.nowNs();
    m_whole = true;
    m_files.clear();
    m_waiting.clear();
    m_open = 1;
    m_connections.front()->ask(m_tasks.pageTask);
}

void StressBrowser::settled(StressConnection& connection) {
    if (m_beganNs < 0) return;  // the test has ended it
    --m_open;
    const int status = connection.lastStatus();
    const bool failed = status == 0 || status >= 400;
    if (&connection == m_connections.back() && failed && m_waiting.empty() && status != 200) {
        // No stream: the page then asks for the state.
        m_waiting.push_back(&m_tasks.state);
    } else if (failed) {
        m_whole = false;
    }
    if (&connection == m_connections.front() && m_files.empty() && !failed) {
        for (const QByteArray& file : m_tasks.filesOf(connection.lastBody()))
            m_files.push_back(m_tasks.get(file));
        for (const StressTask& file : m_files)
            m_waiting.push_back(&file);
        m_waiting.push_back(&m_tasks.info);
        m_waiting.push_back(&m_tasks.state);
        ++m_open;
        m_connections.back()->ask(m_tasks.stream);
        for (std::size_t i = 1; i + 1 < m_connections.size(); ++i)
            askNext(*m_connections[i]);
        return;
    }
    askNext(connection);
    endIfLoaded();
}

void StressBrowser::askNext(StressConnection& connection) {
    if (m_waiting.empty()) return;
    const StressTask& task = *m_waiting.front();
    m_waiting.pop_front();
    ++m_open;
    connection.ask(task);
}

void StressBrowser::endIfLoaded() {
    if (m_open > 0) return;
    m_endedNs = m_tally.nowNs();
    m_tally.visited(m_beganNs, m_whole);
    m_beganNs = -1;
}

void StressBrowser::check(qint64 nowNs) {
    if (m_beganNs >= 0 || nowNs - m_endedNs < lookNs) return;
    for (StressConnection* each : m_connections)
        each->leave();
    begin();
}

}  // namespace boardwalk::desktop
