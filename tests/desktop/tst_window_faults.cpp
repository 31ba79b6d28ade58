// The window when something is not as it should be: a board that is away, moved, no board or hostile, another
// client, a small screen.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSpinBox>

#include "desktop/core/text.hpp"
#include "desktop/ui/charts/state_grid.hpp"
#include "desktop/ui/pages/board_page.hpp"
#include "desktop/ui/pages/diagnostics_page.hpp"
#include "desktop/ui/pages/settings_page.hpp"
#include "desktop/ui/pages/stress_panel.hpp"
#include "desktop/ui/sidebar.hpp"
#include "desktop/ui/widgets/controls/output_control.hpp"
#include "desktop/ui/widgets/controls/toggle_switch.hpp"
#include "tests/desktop/vectors.hpp"
#include "tests/desktop/window_fixture.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

class WindowFaultsTest : public WindowFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { startBoard(); }
    void cleanupTestCase() { QCOMPARE(m_board->stop(), 0); }
    void cleanup() { m_window.reset(); }

    void aBoardThatGoesAwayIsSaidToBeAway() {
        auto board = std::make_unique<RealBoard>();
        open(board->url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        QCOMPARE(m_window->boards().link(0)->presence(), BoardLink::Presence::Online);
        board.reset();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->boards().link(0)->presence(), BoardLink::Presence::Offline,
                                  patience_ms);
        QTRY_VERIFY(button("Try again"));
    }
    void aBoardThatGoesAwayKeepsWhatWasKnownOfIt() {
        auto board = std::make_unique<RealBoard>();
        const QByteArray token = board->claim();
        open(board->url());
        m_window->page()->link().access().give(token);
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        BoardLink& link = m_window->page()->link();
        QTRY_VERIFY_WITH_TIMEOUT(link.logs().rowCount() > 0, patience_ms);
        m_window->page()->showTab(BoardPage::LogsTab);
        board.reset();
        QTRY_COMPARE_WITH_TIMEOUT(link.presence(), BoardLink::Presence::Offline, patience_ms);
        QCOMPARE(m_window->page()->currentTab(), int(BoardPage::LogsTab));
        auto* banner = m_window->findChild<QLabel*>("away");
        QVERIFY(banner && banner->isVisible());
        QVERIFY2(banner->text().contains("since " + clockText(link.since())), qPrintable(banner->text()));
        QVERIFY(link.logs().rowCount() > 0);
        m_window->page()->showTab(BoardPage::DashboardTab);
        QVERIFY(!figure("Light").isEmpty());
        bool faded = false;
        for (const FigureCard* card : m_window->findChildren<FigureCard*>())
            if (card->isVisible()) faded = card->isFaded();
        QVERIFY(faded);
        m_window->page()->showTab(BoardPage::OutputsTab);
        QVERIFY(!visible<ToggleSwitch>("Lamp")->isEnabled());
    }
    void aBoardThatIsFoundElsewhereWhileItIsShownIsShownThere() {
        FakeBoard board;
        const QUrl nowhere("http://127.0.0.1:9/");
        const QJsonObject saved{{"id", "fake-1"}, {"name", "Moved"}, {"url", nowhere.toString()}};
        open(nowhere, QJsonDocument(QJsonObject{{"boards", QJsonArray{saved}}}).toJson());
        QTRY_COMPARE_WITH_TIMEOUT(m_window->page()->link().presence(), BoardLink::Presence::Offline,
                                  patience_ms);
        m_window->boards().addFound(board.url(), "fake-1", "Fake");
        QTRY_COMPARE_WITH_TIMEOUT(figure("Air temperature"), QString("21.5 °C"), patience_ms);
        board.change(22.5);
        QTRY_COMPARE_WITH_TIMEOUT(figure("Air temperature"), QString("22.5 °C"), patience_ms);
        m_window->boards().remove(0);  // while it is shown
        QVERIFY(!m_window->page());
        QTest::qWait(50);
    }
    void aBoardThatOthersUseIsNotStressedWithoutAQuestion() {
        HttpClient client;
        RequestTracker tracker;
        BoardLink other(m_board->url(), client, tracker);
        other.access().give(m_token);
        other.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(other.feed(), BoardLink::Feed::Stream, patience_ms);
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        m_window->page()->showTab(BoardPage::DiagnosticsTab);
        BoardLink& link = m_window->page()->link();
        QTRY_VERIFY_WITH_TIMEOUT(link.diagnostics() && link.diagnostics()->connections.websocket == 2,
                                 patience_ms);
        StressPanel* panel = m_window->page()->diagnostics()->stress();
        const auto said = answerQuestion("Cancel");
        panel->start();
        QVERIFY2(said->contains("besides this one: 1"), qPrintable(*said));
        QVERIFY(!m_window->page()->isTesting());
        const auto again = answerQuestion("Stress it anyway");
        panel->start();
        QVERIFY(m_window->page()->isTesting());
    }
    void aStressTestOfABoardBelowAPathAsksTheBoardAndNotItsProxy() {
        FakeBoard board;
        board.below = "/boards/kitchen";
        open(board.url().resolved(QUrl("boards/kitchen/")));
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Air temperature").isEmpty(), patience_ms);
        m_window->page()->showTab(BoardPage::DiagnosticsTab);
        m_window->page()->diagnostics()->showStress(true);
        StressPanel* panel = m_window->page()->diagnostics()->stress();
        for (QSpinBox* each : panel->findChildren<QSpinBox*>())
            each->setValue(each->accessibleName() == "Connections" ? 2 : 1);
        const int before = board.state_requests;
        panel->start();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->page()->isTesting(), patience_ms);
        QCOMPARE(board.not_found, 0);
        QVERIFY(board.state_requests > before);
    }
    void whatIsNoBoardIsSaidToBeThat() {
        FakeBoard other;
        other.not_board_status = 200;
        open(other.url());
        QTRY_VERIFY_WITH_TIMEOUT(label("No board answers here"), patience_ms);
        QVERIFY(!label("This board is offline"));
    }
    void noWordOfABoardIsTakenForHtml() {
        const QString evil = QStringLiteral("<h1>Call 555</h1><img src='file:///etc/hostname'>");
        FakeBoard board;
        board.setName(evil.left(40));
        board.log_text = evil;
        open(board.url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Air temperature").isEmpty(), patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->page()->link().logs().rowCount() > 0, patience_ms);
        m_window->page()->showTab(BoardPage::OutputsTab);
        click(visible<ToggleSwitch>("Lamp"));
        for (int tab = 0; tab < BoardPage::TabCount; ++tab) {
            m_window->page()->showTab(tab);
            QTest::qWait(20);
        }
        for (const QLabel* each : m_window->findChildren<QLabel*>()) {
            if (each->text().isEmpty()) continue;
            QVERIFY2(each->textFormat() == Qt::PlainText, qPrintable(each->text()));
        }
        LogModel& logs = m_window->page()->link().logs();
        const QString tip = logs.index(0, LogModel::TextColumn).data(Qt::ToolTipRole).toString();
        QVERIFY(!tip.isEmpty() && !Qt::mightBeRichText(tip));
        const auto said = answerQuestion("Cancel");
        m_window->findChild<Sidebar*>()->removeCurrent();
        QTRY_VERIFY(said->contains("Call 555"));
        board.stop();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->page()->link().presence(), BoardLink::Presence::Offline,
                                  patience_ms);
        QVERIFY(!Qt::mightBeRichText(m_window->boards().index(0).data(Qt::ToolTipRole).toString()));
    }
    void theWindowFitsASmallScreen_data() {
        QTest::addColumn<QSize>("screen");
        QTest::newRow("1366x768 at 200 %") << QSize(683, 384);
        QTest::newRow("800x480") << QSize(800, 480);
    }
    void theWindowFitsASmallScreen() {
        QFETCH(QSize, screen);
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        m_window->resize(screen);
        for (int tab = 0; tab < BoardPage::TabCount; ++tab) {
            m_window->page()->showTab(tab);
            if (tab == BoardPage::DiagnosticsTab) m_window->page()->diagnostics()->showStress(true);
            QTest::qWait(30);
            QCOMPARE(m_window->size(), screen);
            const QSize least = m_window->centralWidget()->minimumSizeHint();
            QVERIFY2(
                least.width() <= screen.width() && least.height() <= screen.height(),
                qPrintable(
                    QStringLiteral("tab %1 wants %2x%3").arg(tab).arg(least.width()).arg(least.height())));
            for (const QWidget* each : m_window->findChildren<QAbstractButton*>()) {
                if (!each->isVisible() || inScroll(each)) continue;
                const QRect place(each->mapTo(m_window.get(), QPoint()), each->size());
                QVERIFY2(m_window->rect().contains(place), qPrintable(each->accessibleName()));
            }
        }
    }
    void aReadingBeyondAllMeasureDoesNotStopTheWindow() {
        FakeBoard board;
        board.temperature = 1e16;
        open(board.url());
        QTRY_VERIFY_WITH_TIMEOUT(figure("Air temperature").contains("e+16", Qt::CaseInsensitive),
                                 patience_ms);
        for (const double value : {-1.7e308, 1e17, 21.5}) {
            board.change(value);
            m_window->grab();
        }
        QTRY_VERIFY_WITH_TIMEOUT(figure("Air temperature").startsWith("21.5"), patience_ms);
    }
    void noOptionOfABoardIsAKeyboardShortcut() {
        int seen = 0;
        for (protocol::Output output : decoded<protocol::State>(vectorOf("state.json")).outputs) {
            if (output.kind != protocol::OutputKind::choice) continue;
            output.options = {"Black & white", "&Save"};
            const std::unique_ptr<OutputControl> control(OutputControl::make(output));
            for (const auto* each : control->findChildren<QAbstractButton*>()) {
                QVERIFY2(each->shortcut().isEmpty(), qPrintable(each->shortcut().toString()));
                ++seen;
            }
        }
        QCOMPARE(seen, 2);
    }
    void aPoolOfMillionsIsNotDrawnCellByCell() {
        FakeBoard board;
        board.buffers_max = 100'000'000;
        open(board.url());
        m_window->page()->showTab(BoardPage::DiagnosticsTab);
        StateGrid* buffers = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT(buffers = visible<StateGrid>("Buffers"), patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(buffers->cellCount() > 0, patience_ms);
        QVERIFY(buffers->cellCount() <= 1000);
    }
    void typedSettingsAreNotLostByLookingAtAnotherBoard() {
        FakeBoard one;
        FakeBoard other;
        other.id = "fake-2";
        open(one.url());
        const int row = m_window->boards().addForNow(other.url());
        auto* name = showSettings();
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), QString("Fake"), patience_ms);
        name->setText("Typed");
        m_window->selectBoard(row);
        QTest::qWait(20);
        m_window->selectBoard(0);
        QCOMPARE(m_window->page()->findChild<QLineEdit*>("name")->text(), "Typed");
    }
    void anotherClientsSettingsAreShownWhileTheyAreLookedAt() {
        FakeBoard board;
        open(board.url());
        auto* name = showSettings();
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), QString("Fake"), patience_ms);
        name->setText("Mine");
        click(button("Save"));
        QTRY_VERIFY_WITH_TIMEOUT(label("Saved"), patience_ms);
        name->setText("Typed");
        QVERIFY2(!label("Saved"), "beside what is not");
        name->setText("Mine");
        board.setName("Theirs");
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), QString("Theirs"), patience_ms);
        name->setText("Typed");
        board.setName("Again");
        QTRY_VERIFY_WITH_TIMEOUT(
            label("Somebody else changed the name (“Again”), too. What you typed stands here, and saving "
                  "puts it in place of theirs."),
            patience_ms);
        QCOMPARE(name->text(), "Typed");
        board.setName("Typed");  // as after a save whose answer was lost
        QTRY_VERIFY_WITH_TIMEOUT(!button("Save")->isEnabled(), patience_ms);
    }
    void settingsThatTheStreamTellsAreNotAskedForAllTheTime() {
        FakeBoard board;
        open(board.url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Air temperature").isEmpty(), patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->page()->link().tellsSettings() && board.subscribes == 1,
                                 patience_ms);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->tracker().pending(), 0, patience_ms);
        auto* name = showSettings();
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), QString("Fake"), patience_ms);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->tracker().pending(), 0, patience_ms);
        const int before = board.settings_requests;
        QTest::qWait(5500);  // longer than the pause between two questions to a board that does not tell
        QCOMPARE(board.settings_requests, before);
        board.setName("Theirs");
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), QString("Theirs"), patience_ms);
        QCOMPARE(board.settings_requests, before + 1);
    }
    void settingsOfABoardWhoseStreamDoesNotTellThemAreAskedFor() {
        FakeBoard board;
        board.knows_settings = false;
        open(board.url());
        QTRY_COMPARE_WITH_TIMEOUT(m_window->page()->link().feed(), BoardLink::Feed::Stream, patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Air temperature").isEmpty(), patience_ms);
        auto* name = showSettings();
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), QString("Fake"), patience_ms);
        board.setName("Theirs");
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), QString("Theirs"), patience_ms);
        QCOMPARE(m_window->page()->link().feed(), BoardLink::Feed::Stream);
    }
    void settingsThatCouldNotBeLoadedAreLoadedOnceTheBoardIsHeard() {
        FakeBoard board;
        open(board.url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Air temperature").isEmpty(), patience_ms);
        board.stop();
        auto* name = showSettings();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->page()->link().presence(), BoardLink::Presence::Offline,
                                  patience_ms);
        QVERIFY(!name->isEnabled());
        board.start();
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), QString("Fake"), patience_ms);
        for (const QLabel* each : m_window->page()->findChild<SettingsPage*>()->findChildren<QLabel*>())
            QVERIFY2(each->objectName() != "error" || each->text().isEmpty(), qPrintable(each->text()));
    }
    void thatAnOutputMayHaveChangedIsSaidUntilTheBoardTells() {
        FakeBoard board;
        open(board.url());
        m_window->page()->showTab(BoardPage::OutputsTab);
        QTRY_VERIFY_WITH_TIMEOUT(visible<ToggleSwitch>("Lamp"), patience_ms);
        board.silent = true;
        click(visible<ToggleSwitch>("Lamp"));
        const auto said = [this] {
            for (const QLabel* each : m_window->findChildren<QLabel*>("error"))
                if (each->isVisible()) return each->text();
            return QString();
        };
        QTRY_VERIFY_WITH_TIMEOUT(said().startsWith("It may or may not have changed"), 3 * patience_ms);
        board.silent = false;
        QTRY_COMPARE_WITH_TIMEOUT(said(), QString(), patience_ms);
        QVERIFY(!visible<ToggleSwitch>("Lamp")->isChecked());
    }
    void settingsOfAnotherClientAreMergedWithWhatWasTyped() {
        FakeBoard board;
        open(board.url());
        auto* name = showSettings();
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), QString("Fake"), patience_ms);
        name->setText("Mine");
        QNetworkAccessManager network;
        QNetworkRequest request(board.url().resolved(QUrl("api/v1/settings")));
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/merge-patch+json");
        const std::unique_ptr<QNetworkReply> reply(
            network.sendCustomRequest(request, "PATCH", R"({"telemetry":{"period_ms":5000}})"));
        QTRY_VERIFY(reply->isFinished());
        click(button("Save"));
        auto* period = m_window->page()->findChild<SettingsPage*>()->findChild<QSpinBox*>();
        QTRY_COMPARE_WITH_TIMEOUT(period->value(), 5000, patience_ms);  // theirs
        QCOMPARE(name->text(), "Mine");
        click(button("Save"));
        QTRY_VERIFY_WITH_TIMEOUT(label("Saved"), patience_ms);
        QCOMPARE(board.name(), "Mine");
    }
    void aNameIsSentInFormCWhateverTheKeyboardMakesOfIt() {
        FakeBoard board;
        open(board.url());
        auto* name = showSettings();
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), QString("Fake"), patience_ms);
        name->setText(QString("Cafe") + QChar(0x301));
        click(button("Save"));
        QTRY_VERIFY_WITH_TIMEOUT(label("Saved"), patience_ms);
        QCOMPARE(board.name(), QString("Caf") + QChar(0xe9));
        QVERIFY(!button("Save")->isEnabled());
    }
};

QTEST_MAIN(WindowFaultsTest)
#include "tst_window_faults.moc"
