#include <QApplication>
#include <QCoreApplication>
#include <QIcon>
#include <cstdio>

#include "desktop/core/end_signals.hpp"
#include "desktop/core/list/list_command.hpp"
#include "desktop/core/options.hpp"
#include "desktop/core/sign_in/owner_command.hpp"
#include "desktop/core/sign_in/terminal_password.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/main_window.hpp"
#include "desktop/ui/theme.hpp"

using namespace boardwalk::desktop;

namespace {

void print(FILE* to, const QString& line) { std::fprintf(to, "%s\n", line.toLocal8Bit().constData()); }

/// `boardwalk claim` and `boardwalk token`: what was made on stdout, words on stderr.
int runOwnerCommand(const Options& options) {
    const auto say = [](const QString& words) {
        print(stderr, QStringLiteral("boardwalk: ") + printable(words));
    };
    QString password;
    if (options.command == OwnerCommand::Claim || options.token.isEmpty()) {
        const auto taken = takePassword(QStringLiteral("Password of %1: ").arg(printable(options.user)));
        if (!taken) {
            say(QStringLiteral("BOARDWALK_PASSWORD is not set, and there is no terminal to ask at"));
            return 2;
        }
        password = *taken;
        const QString problem =
            options.command == OwnerCommand::Claim ? claimPasswordProblem(password) : QString();
        if (!problem.isEmpty()) {
            say(QStringLiteral("the password: ") + problem);
            return 2;
        }
    }
    OwnerCommandRun run(options, password);
    QObject::connect(&run, &OwnerCommandRun::finished, qApp, &QCoreApplication::quit);
    run.start();
    QCoreApplication::exec();
    say(run.words());
    if (run.token().isEmpty()) return 1;
    print(stdout, QString::fromLatin1(run.token()));
    return 0;
}

/// What the command line asks for without a window: no display is needed, so none may be asked for.
int withoutWindow(int& argc, char** argv, const Options& options) {
    const QCoreApplication application(argc, argv);
    if (options.help) {
        std::fputs(helpText().toLocal8Bit().constData(), stdout);
        return 0;
    }
    if (options.version) {
        print(stdout, QStringLiteral("boardwalk " BOARDWALK_VERSION));
        return 0;
    }
    if (options.command != OwnerCommand::None) return runOwnerCommand(options);
    const ListCommand command(options);
    if (!command.warning().isEmpty())
        print(stderr, QStringLiteral("boardwalk: ") + printable(command.warning()));
    QObject::connect(&command, &ListCommand::finished, &application, &QCoreApplication::quit);
    QCoreApplication::exec();
    for (const QString& line : command.lines())
        print(stdout, line);
    return 0;
}

/// Without this, Qt aborts with a page of text about plugins.
bool displayMissing() {
#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
    return qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") &&
           qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
#else
    return false;
#endif
}

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication::setApplicationName(QStringLiteral("boardwalk"));
    QCoreApplication::setApplicationVersion(QStringLiteral(BOARDWALK_VERSION));

    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments += QString::fromLocal8Bit(argv[i]);
    const Options options = parseOptions(arguments);
    if (!options.error.isEmpty()) {
        print(stderr, QStringLiteral("boardwalk: ") + options.error);
        return 2;
    }
    const bool shows_window =
        !options.help && !options.version && !options.list && options.command == OwnerCommand::None;
    if (!shows_window) return withoutWindow(argc, argv, options);
    if (displayMissing()) {
        print(stderr, QStringLiteral("boardwalk: there is no display; `boardwalk --list` works without one"));
        return 1;
    }

    QApplication application(argc, argv);
    QApplication::setApplicationDisplayName(QStringLiteral("Boardwalk"));
    QApplication::setDesktopFileName(QStringLiteral("boardwalk"));
    QApplication::setWindowIcon(QIcon::fromTheme(QStringLiteral("boardwalk")));
    Theme theme(application, options.theme);
    MainWindow window(options, theme);
    QObject::connect(&window, &MainWindow::left, &application, &QApplication::quit, Qt::QueuedConnection);
    onEndSignal(&window, [&window] { window.leave(); });
    window.show();
    return QApplication::exec();
}
