#pragma once

#include <signal.h>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace boardwalk::desktop {

/// A running `boardwalk-board` (its path in the environment's BOARDWALK_BOARD) on a free port of the loopback
/// interface, with a data directory of its own. It ends with the object.
class RealBoard {
public:
    explicit RealBoard(const QStringList& more = {}) {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(qEnvironmentVariable("BOARDWALK_BOARD"),
                        QStringList{"--port", "0", "--data-dir", m_data.path()} + more);
        while (!m_process.canReadLine() && m_process.waitForReadyRead(patience_ms)) {
        }
        m_url = QUrl(QString::fromUtf8(m_process.readLine()).section(u' ', -1).trimmed());
    }
    ~RealBoard() { stop(); }

    /// Not valid when the board did not start.
    [[nodiscard]] QUrl url() const { return m_url; }
    [[nodiscard]] bool running() const { return m_process.state() == QProcess::Running; }
    /// Makes an owner of this name and password, as everybody does: by the set-up code, with `boardwalk
    /// claim` (its path in the environment's BOARDWALK_APP). Returns the owner's token; empty when it was not
    /// claimed.
    QByteArray claim(const QString& password = QStringLiteral("correct horse battery")) {
        return runApp({"claim", m_url.toString(), "--code-file", codeFile()}, password);
    }
    /// `boardwalk token`; empty when there is none.
    [[nodiscard]] QByteArray makeToken(
        const QString& role, const QString& password = QStringLiteral("correct horse battery")) const {
        return runApp({"token", m_url.toString(), "--name", role, "--role", role}, password);
    }
    [[nodiscard]] QString codeFile() const { return m_data.filePath(QStringLiteral("setup-code")); }
    [[nodiscard]] QString dataDir() const { return m_data.path(); }
    /// Hangs, with all connections open, until `resume`.
    void pause() { signal(SIGSTOP); }
    void resume() { signal(SIGCONT); }
    /// Dies, as by a power cut.
    void kill() { m_process.kill(); }
    /// Its exit code.
    int stop() {
        resume();
        m_process.terminate();
        m_process.waitForFinished(patience_ms);
        return m_process.exitCode();
    }

private:
    static constexpr int patience_ms = 5000;

    static QByteArray runApp(const QStringList& arguments, const QString& password) {
        QProcess app;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("BOARDWALK_PASSWORD"), password);
        app.setProcessEnvironment(environment);
        app.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        app.start(qEnvironmentVariable("BOARDWALK_APP"), arguments);
        if (!app.waitForFinished(patience_ms) || app.exitCode() != 0) return {};
        return app.readAllStandardOutput().trimmed();
    }

    /// Nothing for a board that has ended: its id is 0 then, which means the whole process group to kill(2).
    /// The boards of other tests are in it, also those that are to hang.
    void signal(int number) {
        const auto pid = static_cast<pid_t>(m_process.processId());
        if (pid > 0) ::kill(pid, number);
    }

    QTemporaryDir m_data;
    QProcess m_process;
    QUrl m_url;
};

}  // namespace boardwalk::desktop
