// The whole window before a real board: what a person sees and presses, and what the board then has.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTabBar>
#include <QTabWidget>
#include <QTest>
#include <QTimer>
#include <memory>

#include "desktop/core/text.hpp"
#include "desktop/ui/board_page.hpp"
#include "desktop/ui/busy_bar.hpp"
#include "desktop/ui/card.hpp"
#include "desktop/ui/diagnostics_page.hpp"
#include "desktop/ui/main_window.hpp"
#include "desktop/ui/output_control.hpp"
#include "desktop/ui/settings_page.hpp"
#include "desktop/ui/sidebar.hpp"
#include "desktop/ui/stress_panel.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/toggle_switch.hpp"
#include "tests/desktop/fake_board.hpp"
#include "tests/desktop/real_board.hpp"

using namespace boardwalk::desktop;

namespace {

constexpr int patience_ms = 10'000;

/// The value of an output as the board itself tells it, past the companion.
QJsonValue outputOf(const QUrl& board, const QString& id) {
    QNetworkAccessManager network;
    const std::unique_ptr<QNetworkReply> reply(
        network.get(QNetworkRequest(board.resolved(QUrl(QStringLiteral("api/v1/state"))))));
    if (!QTest::qWaitFor([&] { return reply->isFinished(); }, patience_ms)) return {};
    const QJsonObject state = QJsonDocument::fromJson(reply->readAll()).object();
    for (const QJsonValue& output : state.value(QStringLiteral("outputs")).toArray())
        if (output[QStringLiteral("id")].toString() == id) return output[QStringLiteral("value")];
    return {};
}

}  // namespace

class WindowTest : public QObject {
    Q_OBJECT

    std::unique_ptr<RealBoard> m_board;
    std::unique_ptr<QTemporaryDir> m_data;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<MainWindow> m_window;

    void open(const QUrl& board, const QByteArray& saved = {}) {
        m_data = std::make_unique<QTemporaryDir>();
        if (!saved.isEmpty()) {
            QFile list(m_data->filePath("boards.json"));
            QVERIFY(list.open(QIODevice::WriteOnly));
            list.write(saved);
        }
        m_theme = std::make_unique<Theme>(*qApp, ThemeChoice::Light);
        m_window =
            std::make_unique<MainWindow>(parseOptions({"boardwalk", "--discovery=off", "--board",
                                                       board.toString(), "--data-dir", m_data->path()}),
                                         *m_theme);
        m_window->resize(1240, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    template <class Widget>
    [[nodiscard]] Widget* visible(const QString& accessibleName) const {
        for (Widget* each : m_window->findChildren<Widget*>())
            if (each->isVisible() && each->accessibleName() == accessibleName) return each;
        return nullptr;
    }
    /// The figure on the card with this caption.
    [[nodiscard]] QString figure(const QString& caption) const {
        for (const FigureCard* card : m_window->findChildren<FigureCard*>())
            for (const QLabel* label : card->findChildren<QLabel*>())
                if (card->isVisible() && label->text() == caption) return card->figure();
        return {};
    }
    [[nodiscard]] const QLabel* label(const QString& text) const {
        for (const QLabel* each : m_window->findChildren<QLabel*>())
            if (each->isVisible() && each->text() == text) return each;
        return nullptr;
    }
    static bool inScroll(const QWidget* widget) {
        for (const QWidget* each = widget; each; each = each->parentWidget())
            if (qobject_cast<const QAbstractScrollArea*>(each) || qobject_cast<const QTabBar*>(each))
                return true;
        return false;
    }
    [[nodiscard]] QPushButton* button(const QString& text) const {
        for (QPushButton* each : m_window->findChildren<QPushButton*>())
            if (each->isVisible() && each->text().remove(u'&') == text) return each;
        return nullptr;
    }
    /// Presses a button of the question that is asked next; returns what it said.
    [[nodiscard]] std::shared_ptr<QString> answerQuestion(const QString& button) const {
        auto said = std::make_shared<QString>();
        auto* look = new QTimer(m_window.get());
        connect(look, &QTimer::timeout, look, [said, button, look] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            if (!box) return;
            for (const QLabel* label : box->findChildren<QLabel*>()) {
                if (!label->text().isEmpty()) QCOMPARE(label->textFormat(), Qt::PlainText);
            }
            *said = box->text() + box->informativeText();
            for (QAbstractButton* each : box->buttons()) {
                if (each->text().remove(u'&') == button) each->click();
            }
            look->deleteLater();
        });
        look->start(20);
        return said;
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
    static void click(QWidget* widget) { QTest::mouseClick(widget, Qt::LeftButton); }

private Q_SLOTS:
    void initTestCase() {
        m_board = std::make_unique<RealBoard>(QStringList{"--name", "Kitchen"});
        QVERIFY(m_board->url().isValid());
    }
    void cleanupTestCase() { QCOMPARE(m_board->stop(), 0); }
    void cleanup() { m_window.reset(); }

    void aReadingChangesBeforeYourEyes() {
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(m_window->windowTitle().startsWith("Kitchen"), patience_ms);
        const QString caption = QStringLiteral("Light");
        QTRY_VERIFY(!figure(caption).isEmpty());
        const QString before = figure(caption);
        QTRY_VERIFY_WITH_TIMEOUT(figure(caption) != before, patience_ms);
    }
    void aSwitchThatIsClickedSwitchesTheBoard() {
        open(m_board->url());
        m_window->page()->showTab(BoardPage::OutputsTab);
        QTRY_VERIFY_WITH_TIMEOUT(visible<ToggleSwitch>("Heater"), patience_ms);
        ToggleSwitch* heater = visible<ToggleSwitch>("Heater");
        QVERIFY(!heater->isChecked());
        QCOMPARE(outputOf(m_board->url(), "heater"), QJsonValue(false));
        click(heater);
        QTRY_COMPARE_WITH_TIMEOUT(outputOf(m_board->url(), "heater"), QJsonValue(true), patience_ms);
        QVERIFY(heater->isChecked());
        QTest::keyClick(heater, Qt::Key_Space);  // and by the keyboard
        QTRY_COMPARE_WITH_TIMEOUT(outputOf(m_board->url(), "heater"), QJsonValue(false), patience_ms);
        QVERIFY(!heater->isChecked());
    }
    void aSliderThatIsMovedMovesTheBoard() {
        open(m_board->url());
        m_window->page()->showTab(BoardPage::OutputsTab);
        QTRY_VERIFY_WITH_TIMEOUT(visible<QSlider>("Fan"), patience_ms);
        const double before = outputOf(m_board->url(), "fan").toDouble();
        QTest::keyClick(visible<QSlider>("Fan"), before > 0 ? Qt::Key_PageDown : Qt::Key_PageUp);
        QTRY_VERIFY_WITH_TIMEOUT(outputOf(m_board->url(), "fan").toDouble() != before, patience_ms);
    }
    void whatSomebodyElseSwitchesIsShown() {
        open(m_board->url());
        m_window->page()->showTab(BoardPage::OutputsTab);
        QTRY_VERIFY_WITH_TIMEOUT(visible<ToggleSwitch>("Lamp"), patience_ms);
        const bool before = visible<ToggleSwitch>("Lamp")->isChecked();
        QNetworkAccessManager network;
        QNetworkRequest request(m_board->url().resolved(QUrl("api/v1/outputs/lamp")));
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
        const std::unique_ptr<QNetworkReply> reply(
            network.put(request, before ? R"({"value":false})" : R"({"value":true})"));
        QTRY_COMPARE_WITH_TIMEOUT(visible<ToggleSwitch>("Lamp")->isChecked(), !before, patience_ms);
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
        QTRY_VERIFY_WITH_TIMEOUT(button("Stop"), patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(figure("Answered").toInt() > 0, patience_ms);  // live, not only at the end
        QTRY_VERIFY_WITH_TIMEOUT(button("Stress this board"), patience_ms);
        QCOMPARE(figure("Answered"), QStringLiteral("40"));
        QVERIFY(button("Export JSON…")->isEnabled());
        QVERIFY(m_board->running());
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
        open(board->url());
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
    void whatIsNoBoardIsSaidToBeThat() {
        FakeBoard other;
        other.not_board_status = 200;
        open(other.url());
        QTRY_VERIFY_WITH_TIMEOUT(label("No board answers here"), patience_ms);
        QVERIFY(!label("This board is offline"));
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
        QVERIFY(button("Export JSON…")->isEnabled());
        QCOMPARE(figure("Answered"), QStringLiteral("4"));
    }
    void closingAsksWhileAStressTestRuns() {
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        startTest(60);
        const auto said = answerQuestion("Cancel");
        QVERIFY(!m_window->close());
        QVERIFY2(said->contains("report is lost"), qPrintable(*said));
        QVERIFY(m_window->page()->isTesting());
        const auto again = answerQuestion("Close anyway");
        QVERIFY(m_window->close());
    }
    void typedSettingsAreNotLostByLookingAtAnotherBoard() {
        FakeBoard one;
        FakeBoard other;
        other.id = "fake-2";
        open(one.url());
        const int row = m_window->boards().addForNow(other.url());
        m_window->page()->showTab(BoardPage::SettingsTab);
        auto* name = m_window->page()->findChild<QLineEdit*>("name");
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), QString("Fake"), patience_ms);
        name->setText("Typed");
        m_window->selectBoard(row);
        QTest::qWait(20);
        m_window->selectBoard(0);
        QCOMPARE(m_window->page()->findChild<QLineEdit*>("name")->text(), "Typed");
    }
    void settingsOfAnotherClientAreMergedWithWhatWasTyped() {
        FakeBoard board;
        open(board.url());
        m_window->page()->showTab(BoardPage::SettingsTab);
        auto* name = m_window->page()->findChild<QLineEdit*>("name");
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
