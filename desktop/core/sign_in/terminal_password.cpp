#include "desktop/core/sign_in/terminal_password.hpp"

#include <termios.h>
#include <unistd.h>

#include <QFile>
#include <array>
#include <csignal>

namespace boardwalk::desktop {

namespace {

constexpr qint64 line_bytes_max = 1024;

volatile std::sig_atomic_t caught = 0;

void note(int signal) { caught = signal; }

/// A terminal does not show what is typed while this lives; neither Ctrl-C nor the end of the session leaves
/// it so.
class HiddenTyping {
public:
    explicit HiddenTyping(int terminal) : m_terminal(terminal), m_hides(tcgetattr(terminal, &m_before) == 0) {
        caught = 0;
        struct sigaction noting{};  // without SA_RESTART: the read ends
        noting.sa_handler = note;
        for (std::size_t i = 0; i < ends.size(); ++i)
            sigaction(ends[i], &noting, &m_actions[i]);
        if (!m_hides) return;
        termios hidden = m_before;
        hidden.c_lflag &= ~tcflag_t(ECHO);
        tcsetattr(terminal, TCSAFLUSH, &hidden);
    }
    ~HiddenTyping() {
        if (m_hides) tcsetattr(m_terminal, TCSAFLUSH, &m_before);
        for (std::size_t i = 0; i < ends.size(); ++i)
            sigaction(ends[i], &m_actions[i], nullptr);
        if (caught != 0) raise(caught);
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

    /// Up to the end of the line; nothing when a signal or the terminal's end came first.
    [[nodiscard]] std::optional<QByteArray> readLine() const {
        QByteArray line;
        char each = 0;
        while (line.size() < line_bytes_max && ::read(m_terminal, &each, 1) == 1) {
            if (each == '\n') return line;
            line += each;
        }
        return std::nullopt;
    }

private:
    static constexpr std::array ends{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    int m_terminal;
    termios m_before{};
    bool m_hides;
    std::array<struct sigaction, ends.size()> m_actions{};
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
    std::optional<QByteArray> line;
    {
        const HiddenTyping hidden(terminal.handle());
        line = hidden.readLine();
        terminal.write("\n");
    }
    if (!line) return std::nullopt;
    if (line->endsWith('\r')) line->chop(1);
    return QString::fromLocal8Bit(*line);
}

}  // namespace boardwalk::desktop
