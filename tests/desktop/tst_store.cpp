// The list of boards in the file.

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "desktop/core/list/board_store.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

class StoreTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void boardsAreRemembered() {
        const QTemporaryDir dir;
        const BoardStore store(dir.filePath("new/data"));
        const QList<SavedBoard> boards{{QUrl("http://a/"), "id-a", "Küche"},
                                       {QUrl("http://b:8080/"), {}, {}}};
        for (const SavedBoard& board : boards)
            QCOMPARE(store.add(board).error, QString());
        const BoardStore::Loaded loaded = store.load();
        QCOMPARE(loaded.warning, QString());
        QCOMPARE(loaded.boards, boards);
    }
    void aDamagedListIsKeptUnderAnotherName() {
        const QTemporaryDir dir;
        const BoardStore store(dir.path());
        QFile file(store.path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"boards\": [{\"url\": \"http://a/\"}");  // cut off
        file.close();
        const BoardStore::Loaded loaded = store.load();
        QVERIFY(loaded.boards.isEmpty());
        QVERIFY(!file.exists());
        const QStringList kept = QDir(dir.path()).entryList({"boards.json.broken-*"});
        QCOMPARE(kept.size(), 1);
        QVERIFY2(loaded.warning.contains(kept.first()), qPrintable(loaded.warning));
        QFile aside(dir.filePath(kept.first()));
        QVERIFY(aside.open(QIODevice::ReadOnly));
        QVERIFY(aside.readAll().startsWith("{\"boards\""));
    }
    void aListThatCannotBeWrittenSaysSo() {
        const QTemporaryDir dir;
        QFile file(dir.filePath("blocked"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        const BoardStore::Saved saved =
            BoardStore(dir.filePath("blocked/below")).add({QUrl("http://a/"), {}, {}});
        QVERIFY(!saved.ok());
    }
};

QTEST_GUILESS_MAIN(StoreTest)
#include "tst_store.moc"
