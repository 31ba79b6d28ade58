// A list of very many boards: what they take of this computer, and when their rows go.

#include <sys/resource.h>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include "desktop/core/list/board_list_model.hpp"
#include "tests/desktop/fake_board.hpp"
#include "tests/desktop/fleet.hpp"

using namespace boardwalk::desktop;

namespace {

constexpr int patience_ms = 10'000;

int threads() {
    return int(QDir(QStringLiteral("/proc/self/task")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size());
}

}  // namespace

class ManyBoardsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aThousandBoardsTakeNoThousandDescriptorsNorThreads() {
        rlimit few{};
        QCOMPARE(getrlimit(RLIMIT_NOFILE, &few), 0);
        const rlimit before = few;
        few.rlim_cur = 256;  // the fleet's half of each connection is in this process, too
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &few), 0);
        Fleet fleet;
        const QTemporaryDir dir;
        HttpClient client;
        RequestTracker tracker;
        const int before_threads = threads();
        {
            BoardListModel model(BoardStore(dir.path()), client, tracker);
            model.setVisibleRows({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
            int most_under_way = 0;
            for (int i = 0; i < 1000; ++i)
                model.addForNow(fleet.url(i));
            const auto online = [&] {
                most_under_way = std::max(most_under_way, client.underWay());
                int count = 0;
                for (int row = 0; row < model.rowCount(); ++row)
                    count += model.link(row)->presence() == BoardLink::Presence::Online ? 1 : 0;
                return count;
            };
            QTRY_COMPARE_WITH_TIMEOUT(online(), 1000, 60'000);
            QVERIFY2(most_under_way <= HttpClient::under_way_max,
                     qPrintable(QString::number(most_under_way)));
            QVERIFY2(fleet.most_open <= 2 * HttpClient::under_way_max,
                     qPrintable(QString::number(fleet.most_open)));
            QVERIFY2(threads() - before_threads <= 2, qPrintable(QString::number(threads())));
            QTRY_COMPARE_WITH_TIMEOUT(fleet.open, 0, patience_ms);  // no idle connection
            QCOMPARE(client.idle(), 0);

            // Rows that are seen are asked again long before the others.
            fleet.asked.clear();
            QTRY_COMPARE_WITH_TIMEOUT(fleet.asked.value(fleet.url(9).host()), 1, patience_ms);
            QVERIFY2(fleet.asked.size() < 500, qPrintable(QString::number(fleet.asked.size())));
        }
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &before), 0);
    }

    void rowsOfBoardsThatLeftGo() {
        const QTemporaryDir dir;
        HttpClient client;
        RequestTracker tracker;
        FakeBoard board;
        BoardListModel model(BoardStore(dir.path()), client, tracker);
        for (int i = 0; i < 50; ++i)
            model.addFound(QUrl(QStringLiteral("http://127.0.0.1:9/%1/").arg(i)),
                           QStringLiteral("id-%1").arg(i), "Gone");
        model.addFound(board.url(), board.id, "Fake");
        QCOMPARE(model.rowCount(), 51);
        for (int i = 0; i < 50; ++i)
            model.dropFound(QStringLiteral("id-%1").arg(i));
        model.dropFound(board.id);
        QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 1, patience_ms);
        QTRY_COMPARE(model.index(0).data().toString(), "Fake");  // it answers: it stays
        board.stop();
        model.link(0)->refresh();
        QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 0, patience_ms);
    }
    void whatIsAnnouncedForEverIsBounded() {
        const QTemporaryDir dir;
        HttpClient client;
        RequestTracker tracker;
        BoardListModel model(BoardStore(dir.path()), client, tracker);
        for (int i = 0; i < BoardListModel::unasked_max + 10; ++i)
            model.addFound(QUrl(QStringLiteral("http://127.0.0.1:9/%1/").arg(i)), QString::number(i),
                           "Noise");
        QCOMPARE(model.rowCount(), BoardListModel::unasked_max);
        model.addTyped(QUrl("http://127.0.0.1:11/"));  // a person's board always has room
        QCOMPARE(model.rowCount(), BoardListModel::unasked_max + 1);
    }
};

QTEST_GUILESS_MAIN(ManyBoardsTest)
#include "tst_many_boards.moc"
