// Which board a row is: its id decides, not its address and not an announcement. And the list in the file,
// which all windows and all versions share.

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "desktop/core/list/board_list_model.hpp"
#include "desktop/core/list/list_command.hpp"
#include "desktop/core/text.hpp"
#include "tests/desktop/fake_board.hpp"

using namespace boardwalk::desktop;

namespace {

constexpr int patience_ms = 10'000;
const QUrl nowhere(QStringLiteral("http://127.0.0.1:9/"));

}  // namespace

class IdentityTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<HttpClient> m_client;
    std::unique_ptr<RequestTracker> m_tracker;

    [[nodiscard]] BoardStore store() const { return BoardStore(m_dir->path()); }
    [[nodiscard]] std::unique_ptr<BoardListModel> open() const {
        auto model = std::make_unique<BoardListModel>(store(), *m_client, *m_tracker);
        const QString warning = model->load();
        if (!warning.isEmpty()) qWarning("%s", qPrintable(warning));
        return model;
    }
    [[nodiscard]] QByteArray file() const {
        QFile file(store().path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QByteArray& text) const {
        QFile file(store().path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    static int presence(const BoardListModel& model, int row) {
        return model.index(row).data(BoardListModel::PresenceRole).toInt();
    }

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_client = std::make_unique<HttpClient>();
        m_tracker = std::make_unique<RequestTracker>();
    }

    void aShownBoardThatIsFoundAtAnotherAddressKeepsItsLink() {
        FakeBoard board;
        store().add({nowhere, board.id, "Fake"});
        const auto model = open();
        BoardLink* link = model->link(0);
        link->setWatched(true);
        model->setHeld(link, true);
        QTRY_COMPARE_WITH_TIMEOUT(link->presence(), BoardLink::Presence::Offline, patience_ms);
        QSignalSpy destroyed(link, &QObject::destroyed);
        model->addFound(board.url(), board.id, "Fake");
        QTRY_COMPARE_WITH_TIMEOUT(link->feed(), BoardLink::Feed::Stream, patience_ms);
        QCOMPARE(model->link(0), link);
        QCOMPARE(destroyed.size(), 0);
        QCOMPARE(model->rowCount(), 1);
    }
    void anAnnouncedIdDoesNotReplaceASavedAddress() {
        FakeBoard board;
        store().add({nowhere, board.id, "Fake"});
        const auto model = open();
        QTRY_COMPARE_WITH_TIMEOUT(presence(*model, 0), int(BoardLink::Presence::Offline), patience_ms);
        model->addFound(board.url(), board.id, "Fake");
        QTRY_COMPARE_WITH_TIMEOUT(presence(*model, 0), int(BoardLink::Presence::Online), patience_ms);
        QCOMPARE(store().load().boards.first().url, nowhere);
        QVERIFY(model->index(0).data(BoardListModel::MovedRole).toBool());
        QVERIFY(model->index(0).data(BoardListModel::NoteRole).toString().contains("saved address"));
        model->keepAddress(0);  // only a person decides that
        QCOMPARE(store().load().boards.first().url, board.url());
        QVERIFY(!model->index(0).data(BoardListModel::MovedRole).toBool());
    }
    void aBoardThatIsBackAtItsSavedAddressIsFoundThere() {
        FakeBoard board;
        store().add({board.url(), board.id, "Fake"});
        const auto model = open();
        QTRY_COMPARE_WITH_TIMEOUT(presence(*model, 0), int(BoardLink::Presence::Online), patience_ms);
        board.stop();
        model->link(0)->setVisible(true);
        model->link(0)->refresh();
        QTRY_COMPARE_WITH_TIMEOUT(presence(*model, 0), int(BoardLink::Presence::Offline), patience_ms);
        model->addFound(nowhere, board.id, "Liar");
        QTRY_COMPARE(model->link(0)->url(), nowhere);
        board.start();
        QTRY_COMPARE_WITH_TIMEOUT(presence(*model, 0), int(BoardLink::Presence::Online), patience_ms);
        QCOMPARE(model->link(0)->url(), board.url());
    }
    void anAddressThatAnotherBoardHasNowDoesNotMakeItTheSavedOne() {
        FakeBoard other;
        store().add({other.url(), "0123456789ab", "Boiler"});
        const auto model = open();
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 2, patience_ms);
        QTRY_COMPARE_WITH_TIMEOUT(presence(*model, 1), int(BoardLink::Presence::Online), patience_ms);
        QCOMPARE(presence(*model, 0), int(BoardLink::Presence::Offline));
        QCOMPARE(model->index(0).data().toString(), "Boiler");
        QCOMPARE(model->link(0)->away(), BoardLink::Away::AnotherBoard);
        QVERIFY2(model->link(0)->reason().contains("Fake"), qPrintable(model->link(0)->reason()));
        QCOMPARE(model->index(1).data().toString(), "Fake");
        QVERIFY(!model->index(1).data(BoardListModel::SavedRole).toBool());
        QVERIFY2(file().contains("0123456789ab") && file().contains("Boiler"), file());
        model->addTyped(other.url());  // the board that answers there is meant
        QCOMPARE(model->rowCount(), 2);
        QVERIFY(model->index(1).data(BoardListModel::SavedRole).toBool());
        QCOMPARE(store().load().boards.size(), 2);
    }
    void oneBoardByTwoAddressesIsShownOnce() {
        FakeBoard board;
        const auto model = open();
        QUrl byName = board.url();
        byName.setHost("localhost");
        model->addTyped(board.url());
        model->addTyped(byName);
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 1, patience_ms);
        QCOMPARE(store().load().boards.size(), 2);  // and nothing that a person typed is lost
        const auto again = open();
        QTRY_COMPARE_WITH_TIMEOUT(again->rowCount(), 1, patience_ms);
        again->remove(0);
        QCOMPARE(store().load().boards.size(), 0);
    }
    void twoBoardsOfOneIdAreSaidToBeThatWithBothAddresses() {
        FakeBoard one;
        FakeBoard two;
        two.boot = "boot-2";
        const auto model = open();
        model->addForNow(one.url());
        model->addForNow(two.url());
        const auto note = [&](int row) {
            return model->index(row).data(BoardListModel::NoteRole).toString();
        };
        QTRY_VERIFY_WITH_TIMEOUT(note(0).contains(QString::number(two.url().port())), patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(note(1).contains(QString::number(one.url().port())), patience_ms);
        QCOMPARE(model->rowCount(), 2);
    }
    void twoBoardsThatAnnounceOneIdAreBothShown() {
        FakeBoard one;
        FakeBoard two;
        two.boot = "boot-2";
        const auto model = open();
        model->addFound(one.url(), one.id, "Fake");
        QTRY_COMPARE_WITH_TIMEOUT(presence(*model, 0), int(BoardLink::Presence::Online), patience_ms);
        model->addFound(two.url(), two.id, "Fake");
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 2, patience_ms);
    }

    void twoWindowsDoNotOverwriteEachOthersList() {
        FakeBoard board;
        const auto first = open();
        first->addTyped(board.url());
        const auto second = open();
        second->addTyped(nowhere);
        QTRY_COMPARE_WITH_TIMEOUT(first->index(0).data().toString(), "Fake", patience_ms);
        board.setName("Renamed");
        first->link(0)->refresh();
        QTRY_VERIFY_WITH_TIMEOUT(file().contains("Renamed"), patience_ms);
        QCOMPARE(store().load().boards.size(), 2);
        QTRY_COMPARE(first->rowCount(), 2);  // and what the other added is seen
        second->remove(second->rowOf(nowhere));
        board.setName("Again");
        first->link(0)->refresh();
        QTRY_VERIFY_WITH_TIMEOUT(file().contains("Again"), patience_ms);
        QCOMPARE(store().load().boards.size(), 1);  // what the other removed does not come back
    }
    void anEntryThatThisVersionCannotReadCostsNoOtherAndStays() {
        write(QByteArray("{'version':2,'later':{'a':1},'boards':["
                         "{'id':'','name':'Later','url':'coap:' '//192.0.2.1/','token':'t'},"
                         "{'id':'','name':'Good','url':'http:' '//127.0.0.1:9/','group':'Cellar'}]}")
                  .replace("' '", "")
                  .replace('\'', '"'));
        const BoardStore::Loaded loaded = store().load();
        QCOMPARE(loaded.boards.size(), 1);
        QVERIFY(!loaded.warning.isEmpty());
        const auto model = open();
        model->addTyped(QUrl("http://127.0.0.1:11/"));
        const QJsonObject root = QJsonDocument::fromJson(file()).object();
        QCOMPARE(root["version"].toInt(), 2);
        QCOMPARE(root["later"]["a"].toInt(), 1);
        QCOMPARE(root["boards"].toArray().size(), 3);
        QCOMPARE(root["boards"][0]["url"].toString(), "coap://192.0.2.1/");
        QCOMPARE(root["boards"][0]["token"].toString(), "t");
        QCOMPARE(root["boards"][1]["group"].toString(), "Cellar");
    }
    void aListThatBrokeMeanwhileIsKeptAsideBeforeItIsWritten() {
        const auto model = open();
        write("{\"boards\": [{\"url\"");
        model->addTyped(nowhere);
        QCOMPARE(store().load().boards.size(), 1);
        const QStringList kept = QDir(m_dir->path()).entryList({"boards.json.broken-*"});
        QCOMPARE(kept.size(), 1);
    }

    void whatIsNoBoardIsSaidToBeThat_data() {
        QTest::addColumn<int>("status");
        for (const int status : {200, 404, 500, 503})
            QTest::addRow("%d", status) << status;
    }
    void whatIsNoBoardIsSaidToBeThat() {
        QFETCH(int, status);
        FakeBoard board;
        board.not_board_status = status;
        const auto model = open();
        model->addForNow(board.url());
        QTRY_COMPARE_WITH_TIMEOUT(presence(*model, 0), int(BoardLink::Presence::Offline), patience_ms);
        QCOMPARE(model->link(0)->away(), BoardLink::Away::NotABoard);
        QVERIFY(model->index(0).data(BoardListModel::NoteRole).toString().contains("no board"));
    }

    void theListWaitsForABoardThatHasTheSavedAddressOfAnother() {
        FakeBoard board;
        QVERIFY(BoardStore(m_dir->path()).add({board.url(), "boiler", "Boiler"}).ok());
        Options options;
        options.dataDir = m_dir->path();
        options.discovery = DiscoveryMode::Off;
        ListCommand command(options);
        QStringList lines;  // of the moment at which the command prints them
        connect(&command, &ListCommand::finished, this, [&] { lines = command.lines(); });
        QTRY_VERIFY_WITH_TIMEOUT(!lines.isEmpty(), patience_ms);
        const QString address = u'\t' + board.url().toString() + u'\t';
        QCOMPARE(lines, (QStringList{"Boiler" + address + "offline", "Fake" + address + "online"}));
    }
    void theListPrintsNoTerminalSequences() {
        FakeBoard board;
        board.setName(
            QString::fromUtf8("Kit\x1b]0;owned\x07\x1b[2J\xc2\x9b"
                              "31m\xe2\x80\xae\xe2\x80\xa8\tchen"));
        Options options;
        options.dataDir = m_dir->path();
        options.discovery = DiscoveryMode::Off;
        options.boards = {board.url()};
        ListCommand command(options);
        QSignalSpy finished(&command, &ListCommand::finished);
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, patience_ms);
        QCOMPARE(command.lines().size(), 1);
        const QString line = command.lines().first();
        QVERIFY2(line.endsWith("chen\t" + board.url().toString() + "\tonline"), qPrintable(line));
        QCOMPARE(line.count(u'\t'), 2);
        for (const QChar each : line) {
            QVERIFY(each == u'\t' || each.category() != QChar::Other_Control);
            QVERIFY(each.category() != QChar::Other_Format && each.category() != QChar::Separator_Line);
        }
    }
    void joinersOfLettersAndEmojiStay() {
        const QString family = QString::fromUtf8("👩‍👧 می‌خواهم");
        QCOMPARE(printable(family), family);
    }
    void aLongNameIsCutAtAWholeCharacter() {
        const std::string long_name = QString::fromUtf8("🌱").repeated(100).toStdString();
        QCOMPARE(qt(clipped(long_name, 64)), QString::fromUtf8("🌱").repeated(64));
        QCOMPARE(clipped("short", 64), std::string("short"));
    }
};

QTEST_GUILESS_MAIN(IdentityTest)
#include "tst_identity.moc"
