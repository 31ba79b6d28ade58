// What a stress test looks like: the plots as pixels, and the page before a real board.

#include <time.h>

#include <QComboBox>
#include <QImage>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <limits>

#include "desktop/ui/charts/seconds_chart.hpp"
#include "desktop/ui/charts/state_grid.hpp"
#include "desktop/ui/pages/diagnostics_page.hpp"
#include "desktop/ui/pages/stress_panel.hpp"
#include "desktop/ui/pages/stress_view.hpp"
#include "desktop/ui/report_pdf.hpp"
#include "tests/desktop/window_fixture.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

namespace {

constexpr QSize picture_size(400, 160);

QImage pictureOf(const SecondsView& view) {
    QImage image(picture_size, QImage::Format_RGB32);
    image.fill(Theme::colors().surface);
    QPainter painter(&image);
    paintSeconds(painter, image.rect(), view);
    return image;
}

QRectF plotOf() {
    QImage image(picture_size, QImage::Format_RGB32);
    const QPainter painter(&image);
    return secondsPlot(painter, image.rect());
}

/// Whether a pixel within `reach` of the place has about this colour.
bool isPainted(const QImage& image, QPointF at, const QColor& color, int reach = 2) {
    for (int dy = -reach; dy <= reach; ++dy)
        for (int dx = -reach; dx <= reach; ++dx) {
            const QColor there = image.pixelColor(at.toPoint() + QPoint(dx, dy));
            if (std::abs(there.red() - color.red()) + std::abs(there.green() - color.green()) +
                    std::abs(there.blue() - color.blue()) <
                200)
                return true;
        }
    return false;
}

SecondsView viewOf(std::vector<QPointF> points) {
    SecondsView view;
    view.durationS = 10;
    view.leastMax = 10;
    view.lines.push_back({{}, 0, std::move(points), false});
    return view;
}

/// Processor time of this thread: of the window, where the test itself has another.
double threadMs() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

BoardSecond secondOf(double at_s, int idle, int working) {
    BoardSecond second;
    second.atS = at_s;
    second.answeredMs = 1;
    second.slots = {24 - idle - working, 0, 0, 0, working, 0, idle, 0};
    second.peakConnections = 24;
    return second;
}

}  // namespace

class StressViewTest : public WindowFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        startBoard();
        m_theme = std::make_unique<Theme>(*qApp, ThemeChoice::Light);
    }
    void cleanupTestCase() { QCOMPARE(m_board->stop(), 0); }
    void cleanup() { m_window.reset(); }

    void aLineIsWhereItsValuesAreInBothThemes() {
        for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
            m_theme->choose(choice);
            const QImage image = pictureOf(viewOf({{0, 5}, {10, 5}}));
            const QRectF plot = plotOf();
            QVERIFY(isPainted(image, plot.center(), Theme::series(0)));
            QVERIFY(!isPainted(image, {plot.center().x(), plot.top() + plot.height() / 4}, Theme::series(0)));
        }
        m_theme->choose(ThemeChoice::Light);
    }
    void whatIsNotKnownIsAGapInTheLine() {
        const double nothing = std::numeric_limits<double>::quiet_NaN();
        const QImage image = pictureOf(viewOf({{0, 5}, {3, 5}, {5, nothing}, {7, 5}, {10, 5}}));
        const QRectF plot = plotOf();
        QVERIFY(isPainted(image, {plot.left() + plot.width() * 0.15, plot.center().y()}, Theme::series(0)));
        QVERIFY(!isPainted(image, plot.center(), Theme::series(0)));
        QVERIFY(isPainted(image, {plot.left() + plot.width() * 0.92, plot.center().y()}, Theme::series(0)));
    }
    void statesOfSlotsStandOnEachOther() {
        BoardSide board;
        board.slotsMax = 24;
        board.seconds = {secondOf(0, 12, 6), secondOf(10, 12, 6)};
        const SecondsView view = slotsView(board, nullptr, 10);
        QCOMPARE(view.areas.size(), std::size_t(2));
        const QImage image = pictureOf(view);
        const QRectF plot = plotOf();
        const auto colorAt = [&](double slots_from_below) {
            return image.pixelColor(QPointF(plot.left() + plot.width() * 0.53,
                                            plot.bottom() - plot.height() * slots_from_below / 25)
                                        .toPoint());
        };
        const QColor idle = colorAt(7);
        const QColor working = colorAt(14);
        const QColor free = colorAt(21);
        QVERIFY(idle != working && working != free && free != idle);
        QVERIFY(isPainted(image, {plot.center().x(), plot.bottom() - plot.height() * 24 / 25},
                          Theme::colors().text));
    }
    void aComparedTestIsDashed() {
        SecondsView view = viewOf({{0, 5}, {10, 5}});
        view.lines.front().dashed = true;
        const QImage image = pictureOf(view);
        const QRectF plot = plotOf();
        int painted = 0;
        for (int x = int(plot.left()) + 5; x < int(plot.right()) - 5; ++x)
            painted += isPainted(image, {double(x), plot.center().y()}, Theme::series(0), 1) ||
                       isPainted(image, {double(x), plot.center().y() - 1}, Theme::series(0), 1);
        QVERIFY2(painted > plot.width() * 0.2 && painted < plot.width() * 0.92,
                 qPrintable(QString::number(painted)));
    }
    void nothingAndEmptyPlotsArePainted() {
        pictureOf({});
        SecondsView tiny = viewOf({});
        tiny.durationS = 0;
        pictureOf(tiny);
        QVERIFY(plotOf().height() > 50);
    }
    void connectionsBecomeSmallerUntilAllFit() {
        StateGrid grid(20, "grid");
        grid.setFitted(6);
        grid.resize(230, 120);
        QList<StateGrid::Cell> cells;
        for (int i = 0; i < 512; ++i)
            cells.append({{Mark::Shape::Filled, Qt::red}, false, {}});
        grid.setCells(cells);
        const QImage image = grid.grab().toImage();
        int rows = 0;
        for (int y = 0; y < image.height(); ++y)
            rows += image.pixelColor(2, y) == QColor(Qt::red) &&
                    (y == 0 || image.pixelColor(2, y - 1) != QColor(Qt::red));
        // 32 columns of 7 pixels; with 8 there would be 19 rows, which are too high.
        QCOMPARE(rows, 16);
    }
    void bothSidesAreSeenWithoutScrolling() {
        open(m_board->url());
        m_window->resize(1280, 800);
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        m_window->page()->showTab(BoardPage::DiagnosticsTab);
        m_window->page()->diagnostics()->showStress(true);
        StressPanel* panel = m_window->page()->diagnostics()->stress();
        QScrollArea* area = nullptr;
        for (QWidget* each = panel; each && !area; each = each->parentWidget())
            area = qobject_cast<QScrollArea*>(each);
        QVERIFY(area);
        const auto fits = [area] { return area->verticalScrollBar()->maximum() == 0; };
        QTRY_VERIFY(fits());
        panel->start();
        QTRY_VERIFY_WITH_TIMEOUT(figure("Slots").endsWith(" / 24"), patience_ms);
        QVERIFY(fits());
        panel->endNow();
        panel->start();
        QTest::qWait(300);
        panel->endNow();
        QTRY_VERIFY(fits());
        auto* against = visible<QComboBox>("Compared with");
        QVERIFY(against);
        against->setCurrentIndex(2);
        Q_EMIT against->activated(2);
        QTRY_VERIFY(fits());
        const auto compared = [](const QLabel* each) {
            return each->isVisible() && each->text().startsWith("Compared with ");
        };
        QVERIFY(std::ranges::any_of(m_window->findChildren<QLabel*>(), compared));
    }
    void theWindowHasLittleMoreToDoWith512ConnectionsThanWith16() {
        open(m_board->url());
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        m_window->page()->showTab(BoardPage::DiagnosticsTab);
        m_window->page()->diagnostics()->showStress(true);
        StressPanel* panel = m_window->page()->diagnostics()->stress();
        auto* connections = visible<QSpinBox>("Connections");
        QVERIFY(connections);
        const auto workOf = [&](int count) {
            connections->setValue(count);
            QSignalSpy shown(&panel->run(), &StressRun::progress);
            panel->start();
            const double before = threadMs();
            while (shown.count() < 20)
                if (!shown.wait(patience_ms)) return -1.0;
            const double after = threadMs();
            panel->endNow();
            return after - before;
        };
        const double few = workOf(16);
        const double many = workOf(connections->maximum());
        QCOMPARE(connections->value(), 512);
        QVERIFY2(few > 0 && many > 0 && many < 3 * few,
                 qPrintable(QString("%1 ms for twenty pictures, %2 ms with 16").arg(many).arg(few)));
    }
    void theReportIsAPdfInLightColoursInADarkWindow() {
        m_theme->choose(ThemeChoice::Dark);
        const QColor before = Theme::colors().text;
        StressReport report;
        report.options.url = QUrl("http://192.0.2.7/");
        report.durationS = 3;
        report.seconds = {{0, 5, 0, 1, 2, 3, 3}, {1, 5, 0, 1, 2, 3, 3}};
        report.board.slotsMax = 24;
        report.board.seconds = {secondOf(0, 3, 1), secondOf(1, 3, 1)};
        const QByteArray pdf = reportPdf(report);
        QVERIFY(pdf.startsWith("%PDF-") && pdf.contains("%%EOF"));
        QCOMPARE(Theme::colors().text, before);
        QVERIFY(!reportPdf(StressReport()).isEmpty());
        m_theme->choose(ThemeChoice::Light);
    }
    void startedByTheCommandLineItAsksToo() {
        HttpClient client;
        RequestTracker tracker;
        BoardLink other(m_board->url(), client, tracker);
        other.access().give(m_token);
        other.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(other.feed(), BoardLink::Feed::Stream, patience_ms);
        m_data = std::make_unique<QTemporaryDir>();
        Options options = parseOptions({"boardwalk", "--discovery=off", "--stress", m_board->url().toString(),
                                        "--data-dir", m_data->path()});
        options.token = m_token;
        m_window = std::make_unique<MainWindow>(options, *m_theme);
        m_window->show();
        const auto said = answerQuestion("Cancel");
        QTRY_VERIFY_WITH_TIMEOUT(!said->isEmpty(), patience_ms);
        QVERIFY2(said->contains("besides this one: 1") && said->contains("127.0.0.1 (2 connections)"),
                 qPrintable(*said));
        QVERIFY(!m_window->page()->isTesting());
    }
};

QTEST_MAIN(StressViewTest)
#include "tst_stress_view.moc"
