// Pictures of the window, for eyes: `desktop_screenshots http://127.0.0.1:8080/ DIR [PID]`. With the board's
// process id it is stopped for the last of them, as a board that hangs, and goes on after that.
// Not a test; run with QT_QPA_PLATFORM=offscreen.

#include <signal.h>

#include <QApplication>
#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <cstdio>

#include "desktop/core/list/board_store.hpp"
#include "desktop/ui/main_window.hpp"
#include "desktop/ui/pages/board_page.hpp"
#include "desktop/ui/pages/diagnostics_page.hpp"
#include "desktop/ui/theme.hpp"

using namespace boardwalk::desktop;

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    if (argc < 3) {
        std::fputs("usage: desktop_screenshots URL DIR [PID]\n", stderr);
        return 2;
    }
    const QTemporaryDir data;
    // One more board, which is away, as such a list has it.
    const SavedBoard away{QUrl(QStringLiteral("http://127.0.0.20/")), QStringLiteral("cellar"),
                          QStringLiteral("Cellar")};
    if (!BoardStore(data.path()).add(away).ok()) return 1;
    const QDir into(QString::fromLocal8Bit(argv[2]));
    Options options = parseOptions({QStringLiteral("boardwalk"), QStringLiteral("--discovery=off"),
                                    QStringLiteral("--board"), QString::fromLocal8Bit(argv[1]),
                                    QStringLiteral("--data-dir"), data.path()});
    Theme theme(application, ThemeChoice::Light);
    MainWindow window(options, theme);
    window.resize(1240, 800);
    window.show();
    const auto shoot = [&](const QString& name) {
        for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
            theme.choose(choice);
            for (const QSize size : {QSize(1240, 800), QSize(800, 480), QSize(683, 384)}) {
                window.resize(size);
                QTest::qWait(150);
                const QString file = QStringLiteral("%1-%2-%3.png")
                                         .arg(name, choice == ThemeChoice::Light ? "light" : "dark")
                                         .arg(size.width());
                window.grab().save(into.filePath(file));
            }
        }
    };
    QTest::qWait(2500);
    const char* names[] = {"dashboard", "outputs", "logs", "settings", "pools"};
    for (int tab = 0; tab < BoardPage::TabCount; ++tab) {
        window.page()->showTab(tab);
        QTest::qWait(1200);
        shoot(QLatin1String(names[tab]));
    }
    window.page()->diagnostics()->startStress();
    QTest::qWait(6500);  // it takes five seconds, and its end says how the board took it
    shoot(QStringLiteral("stress"));
    if (argc > 3) {
        const int pid = QByteArray(argv[3]).toInt();
        ::kill(pid, SIGSTOP);
        QTest::qWait(6000);
        window.page()->showTab(BoardPage::DashboardTab);
        shoot(QStringLiteral("away"));
        window.page()->showTab(BoardPage::OutputsTab);
        shoot(QStringLiteral("away-outputs"));
        window.page()->showTab(BoardPage::LogsTab);
        shoot(QStringLiteral("away-logs"));
        ::kill(pid, SIGCONT);
    }
    window.selectBoard(window.boards().rowOf(away.url));
    QTest::qWait(500);
    shoot(QStringLiteral("offline"));
    while (window.boards().rowCount() > 0)
        window.boards().remove(0);
    shoot(QStringLiteral("empty"));
    return 0;
}
