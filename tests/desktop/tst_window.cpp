// The whole window before a real board: what a person sees and presses, and what the board then has.

#include <QComboBox>
#include <QDir>
#include <QDirIterator>
#include <QDoubleSpinBox>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QListView>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QSlider>
#include <QSpinBox>

#include "desktop/core/list/board_list_model.hpp"
#include "desktop/ui/pages/board_page.hpp"
#include "desktop/ui/pages/dashboard_page.hpp"
#include "desktop/ui/pages/diagnostics_page.hpp"
#include "desktop/ui/pages/stress_panel.hpp"
#include "desktop/ui/sidebar.hpp"
#include "desktop/ui/widgets/busy_bar.hpp"
#include "desktop/ui/widgets/controls/toggle_switch.hpp"
#include "tests/desktop/window_fixture.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

namespace {

/// The reports of stress tests, of all boards.
QStringList keptFiles(const QString& dataDir) {
    QStringList files;
    QDirIterator all(dataDir + QStringLiteral("/stress"), {QStringLiteral("run-*.json")}, QDir::Files,
                     QDirIterator::Subdirectories);
    while (all.hasNext())
        files << all.next();
    return files;
}

}  // namespace

class WindowTest : public WindowFixture {
    Q_OBJECT

    /// The value of an output as the board itself tells it, past the companion.
    [[nodiscard]] QJsonValue outputOf(const QString& id) const {
        QNetworkAccessManager network;
        const std::unique_ptr<QNetworkReply> reply(network.get(request("api/v1/state")));
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 10'000)) return {};
        const QJsonObject state = QJsonDocument::fromJson(reply->readAll()).object();
        for (const QJsonValue output : state.value(QStringLiteral("outputs")).toArray())
            if (output[QStringLiteral("id")].toString() == id) return output[QStringLiteral("value")];
        return {};
    }
    void startTest(int seconds) {
        m_window->page()->showTab(BoardPage::DiagnosticsTab);
        m_window->page()->diagnostics()->showStress(true);
        StressPanel* panel = m_window->page()->diagnostics()->stress();
        const auto fields = panel->findChildren<QSpinBox*>();
        for (QSpinBox* field : fields)
            field->setValue(field->accessibleName() == "Connections" ? 4 : seconds);
        panel->start();
    }

private Q_SLOTS:
    void initTestCase() { startBoard(); }
    void cleanupTestCase() { QCOMPARE(m_board->stop(), 0); }
    void cleanup() { m_window.reset(); }

    void theTabThatWasLookedAtIsThereAgain() {
        open(m_board->url());
        m_window->page()->showTab(BoardPage::LogsTab);
        m_window->page()->dashboard()->setSpan(3);
        QVERIFY(m_window->close());
        m_window = std::make_unique<MainWindow>(
            parseOptions({"boardwalk", "--discovery=off", "--board", m_board->url().toString(), "--data-dir",
                          m_data->path()}),
            *m_theme);
        QCOMPARE(m_window->page()->currentTab(), int(BoardPage::LogsTab));
        QCOMPARE(m_window->page()->dashboard()->span(), 3);
    }
    void aSearchInTheListLeavesTheBoardThatIsShown() {
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(m_window->windowTitle().startsWith("Kitchen"), patience_ms);
        for (const char* name : {"Board 10", "board 9", "Attic", "Cellar"})
            m_window->boards().addFound(QUrl(QStringLiteral("http://127.0.0.1:9/%1").arg(name)),
                                        QString::fromLatin1(name), QString::fromLatin1(name));
        auto* list = m_window->findChild<QListView*>("boards");
        const auto names = [list] {
            QStringList all;
            for (int row = 0; row < list->model()->rowCount(); ++row)
                all << list->model()->index(row, 0).data().toString();
            return all;
        };
        const BoardPage* shown = m_window->page();
        QCOMPARE(names().first(), "Attic");
        QCOMPARE(names().last(), "Kitchen");
        m_window->findChild<Sidebar*>()->startSearch();
        auto* search = visible<QLineEdit>("Search in the list of boards");
        QVERIFY(search);
        search->setText("cell 127");
        QCOMPARE(names(), (QStringList{"Cellar", "Kitchen"}));
        QCOMPARE(m_window->page(), shown);
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(m_window->page() != shown);
        QTRY_COMPARE(names(), QStringList{"Cellar"});
        search->clear();
        QCOMPARE(names().size(), 5);
    }
    void aReadingChangesBeforeYourEyes() {
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(m_window->windowTitle().startsWith("Kitchen"), patience_ms);
        // At noon the light stands still for a while, as at night; then the warmth follows.
        const auto figures = [this] {
            return QStringList{figure("Light"), figure("Temperature"), figure("Humidity")};
        };
        QTRY_VERIFY(!figures().contains(QString()));
        const QStringList before = figures();
        QTRY_VERIFY_WITH_TIMEOUT(figures() != before, patience_ms);
    }
    void aSwitchThatIsClickedSwitchesTheBoard() {
        open(m_board->url());
        m_window->page()->showTab(BoardPage::OutputsTab);
        QTRY_VERIFY_WITH_TIMEOUT(visible<ToggleSwitch>("Heater"), patience_ms);
        ToggleSwitch* heater = visible<ToggleSwitch>("Heater");
        QVERIFY(!heater->isChecked());
        QCOMPARE(outputOf("heater"), QJsonValue(false));
        click(heater);
        QTRY_COMPARE_WITH_TIMEOUT(outputOf("heater"), QJsonValue(true), patience_ms);
        QVERIFY(heater->isChecked());
        QTest::keyClick(heater, Qt::Key_Space);  // and by the keyboard
        QTRY_COMPARE_WITH_TIMEOUT(outputOf("heater"), QJsonValue(false), patience_ms);
        QVERIFY(!heater->isChecked());
    }
    void aSliderThatIsMovedMovesTheBoard() {
        open(m_board->url());
        m_window->page()->showTab(BoardPage::OutputsTab);
        QTRY_VERIFY_WITH_TIMEOUT(visible<QSlider>("Fan"), patience_ms);
        const double before = outputOf("fan").toDouble();
        QTest::keyClick(visible<QSlider>("Fan"), before > 0 ? Qt::Key_PageDown : Qt::Key_PageUp);
        QTRY_VERIFY_WITH_TIMEOUT(outputOf("fan").toDouble() != before, patience_ms);
    }
    void whatSomebodyElseSwitchesIsShown() {
        open(m_board->url());
        m_window->page()->showTab(BoardPage::OutputsTab);
        QTRY_VERIFY_WITH_TIMEOUT(visible<ToggleSwitch>("Lamp"), patience_ms);
        const bool before = visible<ToggleSwitch>("Lamp")->isChecked();
        QNetworkAccessManager network;
        const QNetworkRequest asked = request("api/v1/outputs/lamp");
        const std::unique_ptr<QNetworkReply> reply(
            network.put(asked, before ? R"({"value":false})" : R"({"value":true})"));
        QTRY_COMPARE_WITH_TIMEOUT(visible<ToggleSwitch>("Lamp")->isChecked(), !before, patience_ms);
    }
    void whatSomebodyElseSetsIsShownWhereTheKeyboardIs() {
        open(m_board->url());
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->page()->showTab(BoardPage::OutputsTab);
        QTRY_VERIFY_WITH_TIMEOUT(visible<QDoubleSpinBox>("Fan"), patience_ms);
        auto* fan = visible<QDoubleSpinBox>("Fan");
        fan->setFocus();
        QVERIFY(fan->hasFocus());
        QNetworkAccessManager network;
        const QNetworkRequest asked = request("api/v1/outputs/fan");
        const auto set = [&](int value) {
            return std::unique_ptr<QNetworkReply>(
                network.put(asked, QByteArray("{\"value\":") + QByteArray::number(value) + "}"));
        };
        const auto first = set(35);
        QTRY_COMPARE_WITH_TIMEOUT(fan->value(), 35.0, patience_ms);
        fan->selectAll();
        QTest::keyClicks(fan, "15");  // being typed: that stays
        const auto second = set(45);
        QTRY_COMPARE_WITH_TIMEOUT(visible<QSlider>("Fan")->value(), 45 / 5, patience_ms);  // in steps of 5
        QVERIFY2(fan->text().startsWith("15"), qPrintable(fan->text()));
        QTest::keyClick(fan, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(outputOf("fan").toDouble(), 15.0, patience_ms);
        QCOMPARE(fan->value(), 15.0);
    }
    void theStressButtonShowsHowTheBoardTakesIt() {
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        m_window->page()->showTab(BoardPage::DiagnosticsTab);
        m_window->page()->diagnostics()->showStress(true);
        StressPanel* panel = m_window->page()->diagnostics()->stress();
        auto* connections = panel->findChild<QSpinBox*>();
        QVERIFY(connections && connections->accessibleName() == "Connections");
        QCOMPARE(connections->minimum(), 1);
        QCOMPARE(connections->maximum(), 512);
        connections->setValue(40);
        for (QSpinBox* seconds : panel->findChildren<QSpinBox*>())
            if (seconds != connections) seconds->setValue(1);
        QVERIFY(button("Stress this board"));
        click(button("Stress this board"));
        QTRY_VERIFY_WITH_TIMEOUT(button("Stop (Esc)"), patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(figure("Answered").size() > 0 && figure("Answered") != "0",
                                 patience_ms);  // live, not only at the end
        QTRY_VERIFY_WITH_TIMEOUT(button("Stress this board"), patience_ms);
        QVERIFY(panel->report().good());
        QCOMPARE(panel->report().outcome.answered, 40);
        QCOMPARE(m_window->findChild<QLabel*>("verdict")->text(), panel->report().verdict());
        QVERIFY(button("Export")->isEnabled());
        QVERIFY(m_board->running());
    }
    void whatTheBoardCountsIsShownBesideItsClients() {
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        startTest(30);
        QTRY_VERIFY_WITH_TIMEOUT(figure("Slots").endsWith(" / 24") && !figure("Slots").startsWith("0"),
                                 patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(figure("Bystander").endsWith("ms"), patience_ms);
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->page()->isTesting(), patience_ms);
        QVERIFY(m_window->page()->diagnostics()->stress()->report().stopped);
    }
    void aSlowBoardMakesItSayThatItIsBusy() {
        FakeBoard slow;
        open(slow.url());
        auto* bar = m_window->findChild<BusyBar*>();
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Air temperature").isEmpty(), patience_ms);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->tracker().pending(), 0, patience_ms);
        QTRY_VERIFY(!bar->isBusy());
        slow.delay_ms = 1500;
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(bar->isBusy(), 1400);  // 300 ms in, and long before the answer
        slow.delay_ms = 0;
        QTRY_VERIFY_WITH_TIMEOUT(!bar->isBusy(), patience_ms);
    }
    void aStressTestIsNotLostByLookingAtAnotherBoard() {
        FakeBoard other;
        open(m_board->url());
        const int row = m_window->boards().addForNow(other.url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        startTest(2);
        BoardPage* page = m_window->page();
        QVERIFY(page->isTesting());
        m_window->selectBoard(row);
        QVERIFY(m_window->page() != page);
        QVERIFY(page->isTesting());
        QCOMPARE(m_window->boards().index(0).data(BoardListModel::NoteRole).toString(), "stress test runs");
        QTRY_VERIFY_WITH_TIMEOUT(!page->isTesting(), patience_ms);
        QCOMPARE(m_window->boards().index(0).data(BoardListModel::NoteRole).toString(), QString());
        m_window->selectBoard(0);
        QCOMPARE(m_window->page(), page);
        QCOMPARE(page->currentTab(), int(BoardPage::DiagnosticsTab));
        QVERIFY(button("Export")->isEnabled());
        QCOMPARE(page->diagnostics()->stress()->report().outcome.answered, 4);
    }
    void aStressTestIsNotLostWhenItsBoardIsAddedByAnotherName() {
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        startTest(60);
        const QPointer<BoardPage> page = m_window->page();
        QUrl other = m_board->url();
        other.setHost("localhost");
        m_window->selectBoard(m_window->boards().addTyped(other));
        QVERIFY(m_window->page() != page);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->boards().rowCount(), 1, patience_ms);  // it is the same board
        QTest::qWait(20);
        QVERIFY(page && page->isTesting());
        QCOMPARE(m_window->page(), page.get());
    }
    void removingABoardEndsItsStressTestAndKeepsTheReport() {
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        startTest(60);
        const auto said = answerQuestion("Cancel");
        m_window->findChild<Sidebar*>()->removeCurrent();
        QVERIFY2(said->contains("report is kept"), qPrintable(*said));
        QVERIFY(m_window->page()->isTesting());
        QCOMPARE(keptFiles(m_data->path()).size(), 0);
        const auto again = answerQuestion("Remove");
        m_window->findChild<Sidebar*>()->removeCurrent();
        QCOMPARE(keptFiles(m_data->path()).size(), 1);
    }
    void closingAsksWhileAStressTestRuns() {
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        startTest(60);
        const auto said = answerQuestion("Cancel");
        QVERIFY(!m_window->close());
        QVERIFY2(said->contains("is kept"), qPrintable(*said));
        QVERIFY(m_window->page()->isTesting());
        QCOMPARE(keptFiles(m_data->path()).size(), 0);
        const auto again = answerQuestion("Close anyway");
        QVERIFY(m_window->close());
        QCOMPARE(keptFiles(m_data->path()).size(), 1);
    }
    void noReportIsLostByLookingAtManyBoardsNorByARestart() {
        constexpr int boards = MainWindow::kept_pages_max + 1;
        std::vector<std::unique_ptr<FakeBoard>> peers;
        QStringList arguments{"boardwalk", "--discovery=off"};
        for (int i = 0; i < boards; ++i) {
            peers.push_back(std::make_unique<FakeBoard>());
            peers.back()->id = QStringLiteral("fake-%1").arg(i);
            arguments << "--board" << peers.back()->url().toString();
        }
        QTemporaryDir data;
        arguments << "--data-dir" << data.path();
        m_theme = std::make_unique<Theme>(*qApp, ThemeChoice::Light);
        m_window = std::make_unique<MainWindow>(parseOptions(arguments), *m_theme);
        m_window->show();
        const auto shownFirst = [&] {
            m_window->selectBoard(m_window->boards().rowOf(peers.front()->url()));
            m_window->page()->showTab(BoardPage::DiagnosticsTab);
            m_window->page()->diagnostics()->showStress(true);
        };
        for (const auto& peer : peers) {
            m_window->selectBoard(m_window->boards().rowOf(peer->url()));
            BoardPage* page = m_window->page();
            QTRY_VERIFY_WITH_TIMEOUT(page->link().state().isKnown(), patience_ms);
            page->diagnostics()->stress()->setOthers(0);  // of which such a board tells
            startTest(1);
            QTRY_VERIFY_WITH_TIMEOUT(
                page->diagnostics()->stress()->report().requests.ok > 0 || figure("Answered").toInt() > 0,
                patience_ms);
            page->diagnostics()->stress()->endNow();
        }
        shownFirst();
        QTRY_VERIFY_WITH_TIMEOUT(button("Export") && button("Export")->isEnabled(), patience_ms);
        QVERIFY(m_window->page()->diagnostics()->stress()->report().requests.ok > 0);
        m_window = std::make_unique<MainWindow>(parseOptions(arguments), *m_theme);
        m_window->show();
        shownFirst();
        QTRY_VERIFY_WITH_TIMEOUT(button("Export") && button("Export")->isEnabled(), patience_ms);
        QVERIFY(m_window->page()->diagnostics()->stress()->report().requests.ok > 0);
        QVERIFY(visible<QComboBox>("Earlier tests of this board"));
    }
    void aStressTestAndThePlaceAreNotLostBySigterm() {
        QTemporaryDir data;
        QProcess app;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("BOARDWALK_TOKEN", QString::fromLatin1(m_token));
        app.setProcessEnvironment(environment);
        app.start(qEnvironmentVariable("BOARDWALK_APP"),
                  {"--stress", m_board->url().toString(), "--discovery", "off", "--data-dir", data.path()});
        const auto asked = [this] {
            QNetworkAccessManager network;
            const std::unique_ptr<QNetworkReply> reply(network.get(request("api/v1/diagnostics")));
            if (!QTest::qWaitFor([&] { return reply->isFinished(); }, patience_ms)) return 0;
            return QJsonDocument::fromJson(reply->readAll())["requests"]["total"].toInt();
        };
        const int before = asked();
        QTRY_VERIFY_WITH_TIMEOUT(asked() > before + 200, patience_ms);
        app.terminate();
        QVERIFY(app.waitForFinished(patience_ms));
        QCOMPARE(app.exitStatus(), QProcess::NormalExit);
        QCOMPARE(app.exitCode(), 0);
        QVERIFY(QFile::exists(data.filePath("window.ini")));
        const QStringList kept = keptFiles(data.path());
        QCOMPARE(kept.size(), 1);
        QFile file(kept.first());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray report = file.readAll();
        QVERIFY(QJsonDocument::fromJson(report)["requests"]["ok"].toInt() > 0);
        QVERIFY(!report.contains(m_token));
        // The next start shows it.
        m_theme = std::make_unique<Theme>(*qApp, ThemeChoice::Light);
        Options options = parseOptions({"boardwalk", "--discovery=off", "--board", m_board->url().toString(),
                                        "--data-dir", data.path()});
        options.token = m_token;
        m_window = std::make_unique<MainWindow>(options, *m_theme);
        m_window->show();
        m_window->page()->showTab(BoardPage::DiagnosticsTab);
        m_window->page()->diagnostics()->showStress(true);
        QTRY_VERIFY_WITH_TIMEOUT(button("Export") && button("Export")->isEnabled(), patience_ms);
        QVERIFY(m_window->page()->diagnostics()->stress()->report().requests.ok > 0);
    }
    void theListCommandTellsAsJsonToo() {
        QTemporaryDir data;
        QProcess list;
        list.start(qEnvironmentVariable("BOARDWALK_APP"),
                   {"--list", "--json", "--discovery", "off", "--board", m_board->url().toString(), "--board",
                    "http://127.0.0.1:9/", "--data-dir", data.path()});
        QVERIFY(list.waitForFinished(patience_ms));
        QCOMPARE(list.exitCode(), 0);
        QHash<QString, QJsonObject> boards;
        for (const QByteArray& line : list.readAllStandardOutput().split('\n')) {
            const QJsonObject board = QJsonDocument::fromJson(line).object();
            if (!line.isEmpty()) boards.insert(board["url"].toString(), board);
        }
        QCOMPARE(boards.size(), 2);
        const QJsonObject kitchen = boards.value(m_board->url().toString());
        QCOMPARE(kitchen["name"].toString(), "Kitchen");
        QVERIFY(kitchen["online"].toBool());
        QCOMPARE(kitchen["claimed"], QJsonValue(true));
        QCOMPARE(kitchen["model"].toString(), "virtual");
        QVERIFY(!kitchen["id"].toString().isEmpty() && !kitchen["firmware"].toString().isEmpty());
        const QJsonObject away = boards.value("http://127.0.0.1:9/");
        QVERIFY(away["online"].isBool() && !away["online"].toBool());
        QVERIFY(away.contains("model") && away["model"].isNull() && away["id"].isNull() &&
                away["claimed"].isNull());
    }
    void theListCommandSaysThatItIsOnline() {
        QTemporaryDir data;
        QProcess list;
        list.start(qEnvironmentVariable("BOARDWALK_APP"),
                   {"--list", "--discovery", "off", "--board", m_board->url().toString(), "--board",
                    "http://127.0.0.1:9/", "--data-dir", data.path()});
        QVERIFY(list.waitForFinished(patience_ms));
        QCOMPARE(list.exitCode(), 0);
        const QByteArray said = list.readAllStandardOutput();
        QVERIFY2(said.contains("Kitchen\t" + m_board->url().toString().toLatin1() + "\tonline\n"), said);
        QVERIFY2(said.contains("http://127.0.0.1:9/\toffline\n"), said);
    }
};

QTEST_MAIN(WindowTest)
#include "tst_window.moc"
