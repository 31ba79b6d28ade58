// A call ends once: with what came of it, or as cancelled when it is let go of.

#include <QTest>
#include <optional>

#include "desktop/core/board/board_stream.hpp"
#include "desktop/core/http/http_client.hpp"

using namespace boardwalk::desktop;

namespace {

struct Outcome {
    int value = 0;

    static Outcome makeCancelled() { return {-1}; }
};

}  // namespace

class CompletionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneThatIsLetGoOfEndsAsCancelled() {
        QList<int> ends;
        {
            const Completion<Outcome> end([&ends](const Outcome& outcome) { ends << outcome.value; });
        }
        QCOMPARE(ends, QList<int>{-1});
    }
    void oneThatWasCalledIsNotCancelledToo() {
        QList<int> ends;
        {
            Completion<Outcome> end([&ends](const Outcome& outcome) { ends << outcome.value; });
            end({7});
            end({8});
        }
        QCOMPARE(ends, QList<int>{7});
    }
    void theOneThatIsMovedToEndsTheCall() {
        QList<int> ends;
        {
            Completion<Outcome> to;
            {
                Completion<Outcome> from([&ends](const Outcome& outcome) { ends << outcome.value; });
                to = std::move(from);
            }
            QCOMPARE(ends.size(), 0);
            to = [&ends](const Outcome& outcome) { ends << 10 * outcome.value; };  // the first is let go of
            QCOMPARE(ends, QList<int>{-1});
        }
        QCOMPARE(ends, (QList<int>{-1, -10}));
    }
    void oneWithinAnotherPassesTheEndOn() {
        QList<int> ends;
        {
            Completion<Outcome> inner([&ends](const Outcome& outcome) { ends << outcome.value; });
            const Completion<Outcome> outer(
                [inner = std::move(inner)](const Outcome& outcome) mutable { inner({outcome.value - 1}); });
        }
        QCOMPARE(ends, QList<int>{-2});
    }
    void callsThatWaitOrAreUnderWayEndWithTheirClient() {
        int ended = 0;
        int sent_late = 0;
        {
            HttpClient client;
            for (int i = 0; i < 2 * HttpClient::under_way_max; ++i) {
                HttpCall call;
                call.url = QUrl(QStringLiteral("http://127.0.0.1:9/"));
                client.send(call, [&](const HttpAnswer& answer) {
                    ended += answer.cancelled ? 1 : 100;
                    client.send(call,
                                [&](const HttpAnswer& again) { sent_late += again.cancelled ? 1 : 100; });
                });
            }
            QCoreApplication::processEvents(QEventLoop::ExcludeSocketNotifiers);
        }
        QCOMPARE(ended, 2 * HttpClient::under_way_max);
        QCOMPARE(sent_late, 2 * HttpClient::under_way_max);
    }
    void whatIsAskedOnAStreamThatIsNotOpenEndsAtOnce() {
        RequestTracker tracker;
        BoardStream stream(QUrl(QStringLiteral("http://127.0.0.1:9/")), tracker);
        int ended = 0;
        stream.call(boardwalk::protocol::Ping{},
                    [&](const StreamAnswer& answer) { ended += answer.isCancelled(); });
        QCOMPARE(ended, 1);
        QCOMPARE(tracker.pending(), 0);
    }
};

QTEST_GUILESS_MAIN(CompletionTest)
#include "tst_completion.moc"
