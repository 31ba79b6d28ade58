// When the busy bar shows, how long is waited between two tries, and how a time is written.

#include <QSignalSpy>
#include <QTest>

#include "desktop/core/backoff.hpp"
#include "desktop/core/busy_rule.hpp"
#include "desktop/core/request_tracker.hpp"
#include "desktop/core/text.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

class RulesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRequestOf150MsShowsNothing() {
        BusyRule rule;
        const int id = rule.begin(1000);
        rule.advance(1149);
        rule.end(id, 1150);
        rule.advance(5000);
        QVERIFY(!rule.shown());
        QVERIFY(!rule.nextChange());
    }
    void aRequestOf500MsShowsAt300AndStaysFor400() {
        BusyRule rule;
        const int id = rule.begin(1000);
        rule.advance(1299);
        QVERIFY(!rule.shown());
        QCOMPARE(rule.nextChange(), std::optional<qint64>(1300));
        rule.advance(1300);
        QVERIFY(rule.shown());
        rule.end(id, 1500);
        QVERIFY2(rule.shown(), "it must not flash");
        QCOMPARE(rule.nextChange(), std::optional<qint64>(1700));
        rule.advance(1699);
        QVERIFY(rule.shown());
        rule.advance(1700);
        QVERIFY(!rule.shown());
    }
    void manyShortRequestsInARowShowNothing() {
        BusyRule rule;
        int last = rule.begin(0);
        for (qint64 now = 100; now < 3000; now += 100) {
            const int next = rule.begin(now);  // overlaps: something is pending all the time
            rule.end(last, now + 50);
            rule.advance(now + 60);
            QVERIFY(!rule.shown());
            last = next;
        }
    }
    void whileSomethingIsPendingItStays() {
        BusyRule rule;
        const int slow = rule.begin(0);
        rule.advance(300);
        const int second = rule.begin(600);
        rule.end(slow, 650);
        rule.advance(5000);
        QVERIFY(rule.shown());
        rule.end(second, 5000);
        rule.advance(5000);
        QVERIFY(!rule.shown());
    }
    void theTrackerTellsByRealTime() {
        RequestTracker tracker;
        QSignalSpy busy(&tracker, &RequestTracker::busyChanged);
        {
            const auto quick = tracker.begin();
            QCOMPARE(tracker.pending(), 1);
            QTest::qWait(150);
        }
        QTest::qWait(400);
        QCOMPARE(busy.size(), 0);
        {
            const auto slow = tracker.begin();
            QTest::qWait(500);
            QVERIFY(tracker.busy());
        }
        QVERIFY(tracker.busy());
        QTRY_VERIFY_WITH_TIMEOUT(!tracker.busy(), 1000);
        QCOMPARE(busy.size(), 2);
    }
    void waitsDoubleUpToTheMost() {
        using namespace std::chrono_literals;
        Backoff backoff(1s, 15s);
        QCOMPARE(backoff.next(0.5).count(), 1000);
        QCOMPARE(backoff.next(0.5).count(), 2000);
        QCOMPARE(backoff.next(0.0).count(), 3000);
        for (int i = 0; i < 100; ++i)
            QVERIFY(backoff.next(0.999) <= 18750ms);
        backoff.reset();
        QCOMPARE(backoff.next(0.5).count(), 1000);
    }
    void aTimeThatIsNotOfTodayCarriesItsDate() {
        const QDateTime now = QDateTime::currentDateTime();
        const QDateTime noon(now.date(), QTime(12, 0));
        QCOMPARE(clockText(noon), "12:00:00");
        const QDateTime before = noon.addDays(-1);
        QVERIFY2(clockText(before).contains(QString::number(before.date().day())),
                 qPrintable(clockText(before)));
        QVERIFY(clockText(before).endsWith("12:00:00"));
        QVERIFY(clockText(noon.addYears(-1)).contains(QString::number(noon.date().year() - 1)));
    }
};

QTEST_GUILESS_MAIN(RulesTest)
#include "tst_rules.moc"
