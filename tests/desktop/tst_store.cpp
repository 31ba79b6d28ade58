// The list of boards in the file.

#include <QDir>
#include <QFile>
#include <QLockFile>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <memory>

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
    void aListOfALaterVersionIsLeftAsItIs() {
        const QTemporaryDir dir;
        const BoardStore store(dir.path());
        const QByteArray later = "{\"version\":2,\"boards\":{\"a\":{\"url\":\"http://a/\"}}}";
        QFile file(store.path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(later);
        file.close();
        const BoardStore::Loaded loaded = store.load();
        QVERIFY(loaded.boards.isEmpty());
        QVERIFY2(loaded.warning.contains("later version"), qPrintable(loaded.warning));
        QVERIFY(!store.add({QUrl("http://b/"), {}, {}}).ok());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), later);
    }
    void aListThatAnotherWindowHasJustMendedIsNotSetAside() {
        const QTemporaryDir dir;
        const BoardStore store(dir.path());
        QFile file(store.path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{");
        file.close();
        QLockFile lock(store.path() + ".lock");
        QVERIFY(lock.lock());
        BoardStore::Loaded loaded;
        const std::unique_ptr<QThread> window(QThread::create([&] { loaded = store.load(); }));
        window->start();
        QTest::qWait(100);  // it may have read by now: whatever it saw, it may not act on it
        QVERIFY(QFile::remove(store.path()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"version\":1,\"boards\":[{\"url\":\"http://a/\"}]}");
        file.close();
        lock.unlock();
        QVERIFY(window->wait(5000));
        QCOMPARE(loaded.boards.size(), 1);
        QVERIFY(QFile::exists(store.path()));
    }
    void aDirectoryThatCannotBeWrittenIsNotCalledLocked() {
        // Nothing can be made there, by anybody.
        const BoardStore::Saved saved =
            BoardStore(QStringLiteral("/proc/self")).add({QUrl("http://a/"), {}, {}});
        QVERIFY2(saved.error.contains("nothing can be written"), qPrintable(saved.error));
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
