#include "desktop/core/sign_in/terminal_password.hpp"

#include <termios.h>
#include <unistd.h>

#include <QFile>

namespace boardwalk::desktop {

namespace {

constexpr qint64 line_bytes_max = 1024;

/// A terminal shows what is typed again when this goes.
class HiddenTyping {
public:
    explicit HiddenTyping(int terminal) : m_terminal(terminal), m_hides(tcgetattr(terminal, &m_before) == 0) {
        if (!m_hides) return;
        termios hidden = m_before;
        hidden.c_lflag &= ~tcflag_t(ECHO);
        tcsetattr(terminal, TCSAFLUSH, &hidden);
    }
    ~HiddenTyping() {
        if (m_hides) tcsetattr(m_terminal, TCSAFLUSH, &m_before);
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

private:
    int m_terminal;
    termios m_before{};
    bool m_hides;
};

}  // namespace

std::optional<QString> takePassword(const QString& question) {
    const char* const variable = "BOARDWALK_PASSWORD";
    if (qEnvironmentVariableIsSet(variable)) {
        const QString password = QString::fromUtf8(qgetenv(variable));
        qunsetenv(variable);
        return password;
    }
    // The terminal itself: stdin may be a file, stdout another program.
    QFile terminal(QStringLiteral("/dev/tty"));
    if (!terminal.open(QIODevice::ReadWrite | QIODevice::Unbuffered)) return std::nullopt;
    terminal.write(question.toLocal8Bit());
    const HiddenTyping hidden(terminal.handle());
    QByteArray line = terminal.readLine(line_bytes_max);
    terminal.write("\n");
    if (line.isEmpty()) return std::nullopt;
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    return QString::fromLocal8Bit(line);
}

}  // namespace boardwalk::desktop
