// Pictures of the window, for eyes: `desktop_screenshots http://127.0.0.1:8080/ DIR [PID]`. With the board's
// process id it is stopped for the last of them, as a board that hangs, and goes on after that.
// With `stress` instead of PID, only the stress test in each mode. With `access CODE_FILE`, of a board that
// nobody owns: claim, people and tokens, sign-in, and the question who we are over typed work. Not a test;
// run with QT_QPA_PLATFORM=offscreen.

#include <signal.h>

#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>
#include <cstdio>

#include "desktop/core/list/board_store.hpp"
#include "desktop/core/sign_in/setup_code.hpp"
#include "desktop/ui/main_window.hpp"
#include "desktop/ui/pages/board_page.hpp"
#include "desktop/ui/pages/diagnostics_page.hpp"
#include "desktop/ui/pages/stress_panel.hpp"
#include "desktop/ui/report_pdf.hpp"
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
    window.resize(1280, 800);
    window.show();
    const auto shoot = [&](const QString& name) {
        for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
            theme.choose(choice);
            for (const QSize size : {QSize(1280, 800), QSize(800, 480), QSize(683, 384)}) {
                window.resize(size);
                QTest::qWait(150);
                const QString file = QStringLiteral("%1-%2-%3.png")
                                         .arg(name, choice == ThemeChoice::Light ? "light" : "dark")
                                         .arg(size.width());
                window.grab().save(into.filePath(file));
            }
        }
    };
    const auto stress = [&](StressMode mode) {
        window.page()->showTab(BoardPage::DiagnosticsTab);
        window.page()->diagnostics()->showStress(true);
        StressPanel* panel = window.page()->diagnostics()->stress();
        auto* modes = panel->findChild<QComboBox*>();
        modes->setCurrentIndex(modes->findData(int(mode)));
        panel->start();
        QTest::qWait(3500);
        shoot(QStringLiteral("stress-%1-runs").arg(stressModeName(mode)));
        if (!QTest::qWaitFor([&] { return !panel->run().isRunning(); }, 20'000)) return;
        shoot(QStringLiteral("stress-%1").arg(stressModeName(mode)));
    };
    QTest::qWait(2500);
    if (QByteArray(argc > 3 ? argv[3] : "") == "stress") {  // only these, of each mode
        for (const StressMode mode :
             {StressMode::Closed, StressMode::Rate, StressMode::Browser, StressMode::Hold, StressMode::Silent,
              StressMode::Slow, StressMode::Closed})
            stress(mode);
        for (QComboBox* box : window.page()->diagnostics()->stress()->findChildren<QComboBox*>())
            if (box->accessibleName() == QStringLiteral("Compared with")) {
                box->setCurrentIndex(7);
                Q_EMIT box->activated(7);
            }
        shoot(QStringLiteral("stress-compared"));
        QFile pdf(into.filePath(QStringLiteral("stress.pdf")));
        if (pdf.open(QIODevice::WriteOnly))
            pdf.write(reportPdf(window.page()->diagnostics()->stress()->report()));
        return 0;
    }
    if (QByteArray(argc > 3 ? argv[3] : "") == "access") {
        BoardPage* page = window.page();
        BoardAccess& access = page->link().access();
        const auto shootForm = [&](const QString& name) {
            shoot(name + QStringLiteral("-page"));
            for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
                theme.choose(choice);
                QTest::qWait(150);
                for (QDialog* each : window.findChildren<QDialog*>())
                    if (each->isVisible())
                        each->grab().save(
                            into.filePath(QStringLiteral("%1-%2.png")
                                              .arg(name, choice == ThemeChoice::Light ? "light" : "dark")));
            }
        };
        const auto closeForm = [&] {
            for (QDialog* each : window.findChildren<QDialog*>())
                each->close();
            QTest::qWait(50);
        };
        shoot(QStringLiteral("unclaimed"));
        page->showTab(BoardPage::OutputsTab);
        shoot(QStringLiteral("unclaimed-outputs"));
        page->setCodeFile(QString::fromLocal8Bit(argv[4]));
        page->claim();
        shootForm(QStringLiteral("claim"));
        closeForm();
        bool done = false;
        const QString password = QStringLiteral("correct horse battery");
        access.claim(readSetupCode(QString::fromLocal8Bit(argv[4])).code, QStringLiteral("owner"), password,
                     [&](const AccessOutcome& outcome) { done = outcome.ok(); });
        if (!QTest::qWaitFor([&] { return done; }, 10'000)) return 1;
        page->showTab(BoardPage::AccessTab);
        QTest::qWait(800);
        shoot(QStringLiteral("access"));
        page->showTab(BoardPage::SettingsTab);
        QTest::qWait(800);
        page->findChild<QLineEdit*>(QStringLiteral("name"))->setText(QStringLiteral("Pantry"));
        access.signOut({});
        QTest::qWait(800);
        page->signIn();
        shootForm(QStringLiteral("sign-in-again"));
        closeForm();
        shoot(QStringLiteral("signed-out-typed"));
        return 0;
    }
    const char* names[] = {"dashboard", "outputs", "logs", "settings", "pools", "access"};
    for (int tab = 0; tab < BoardPage::TabCount; ++tab) {
        window.page()->showTab(tab);
        QTest::qWait(1200);
        shoot(QLatin1String(names[tab]));
    }
    stress(StressMode::Closed);
    if (argc > 3) {
        const int pid = QByteArray(argv[3]).toInt();
        if (pid <= 1) return 1;  // 0 would be this program's own group
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
