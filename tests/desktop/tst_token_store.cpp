// Tokens of boards, where there is no keyring: the file that only this user may read.

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include "desktop/core/sign_in/given_token.hpp"
#include "desktop/core/sign_in/token_store.hpp"

using namespace boardwalk::desktop;

namespace {

KeptToken tokenFor(const char* url) {
    KeptToken token;
    token.token = makeToken();
    token.name = QStringLiteral("claim");
    token.who = {QStringLiteral("owner"), Role::Owner};
    token.confirm(QUrl(QLatin1String(url)));
    return token;
}

}  // namespace

class TokenStoreTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_data;

    [[nodiscard]] QString file() const { return QDir(m_data.path()).filePath("tokens.json"); }

    [[nodiscard]] std::optional<KeptToken> found(const QString& board) const {
        TokenStore store(m_data.path());
        std::optional<KeptToken> kept;
        int ended = 0;
        store.find(board, [&](const TokenAnswer& answer) {
            kept = answer.kept;
            ++ended;
        });
        if (!QTest::qWaitFor([&] { return ended == 1; })) qFatal("no end");
        return kept;
    }
    void keep(const QString& board, const KeptToken& token) const {
        TokenStore store(m_data.path());
        QString problem = QStringLiteral("none yet");
        store.keep(board, token, [&](const TokenAnswer& answer) { problem = answer.problem; });
        QTRY_COMPARE(problem, QString());
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY2(!KeyringVault::missing().isEmpty(), "tests must not touch a real keyring");
    }
    void cleanup() { QFile::remove(file()); }

    void aTokenIsThereAtTheNextStart() {
        const KeptToken token = tokenFor("http://127.0.0.1:8080/");
        keep("bw-1", token);
        QCOMPARE(found("bw-1"), std::optional(token));
        QCOMPARE(found("bw-2"), std::nullopt);
    }

    void onlyTheUserMayReadTheFileOfTokens() {
        keep("bw-1", tokenFor("http://127.0.0.1/"));
        const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther |
                            QFile::WriteOther | QFile::ExeOther;
        QVERIFY(!(QFileInfo(file()).permissions() & others));
        // Also when somebody has opened it meanwhile.
        QVERIFY(QFile::setPermissions(file(), QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
        keep("bw-2", tokenFor("http://127.0.0.1/"));
        QVERIFY(!(QFileInfo(file()).permissions() & others));
        QVERIFY(found("bw-1").has_value());
    }

    void aForgottenTokenIsInNoFileAnyMore() {
        const KeptToken token = tokenFor("http://127.0.0.1/");
        keep("bw-1", token);
        TokenStore store(m_data.path());
        bool done = false;
        store.forget("bw-1", [&](const TokenAnswer& answer) { done = answer.problem.isEmpty(); });
        QTRY_VERIFY(done);
        QCOMPARE(found("bw-1"), std::nullopt);
        for (const QFileInfo& each : QDir(m_data.path()).entryInfoList(QDir::Files)) {
            QFile left(each.filePath());
            QVERIFY(left.open(QIODevice::ReadOnly));
            QVERIFY2(!left.readAll().contains(token.token), qPrintable(each.fileName()));
        }
    }

    void aDamagedFileIsKeptAsideAndCostsOnlyItsTokens() {
        QFile damaged(file());
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write("no JSON");
        damaged.close();
        QCOMPARE(found("bw-1"), std::nullopt);
        keep("bw-1", tokenFor("http://127.0.0.1/"));
        QVERIFY(found("bw-1").has_value());
        const QStringList aside = QDir(m_data.path()).entryList({"tokens.json.broken-*"});
        QCOMPARE(aside.size(), 1);
        QVERIFY(QFile::remove(m_data.filePath(aside.first())));
    }

    void aFileThatCannotBeWrittenIsSaid() {
        TokenStore store("/proc/no-such-place");
        QString problem;
        store.keep("bw-1", tokenFor("http://127.0.0.1/"),
                   [&](const TokenAnswer& answer) { problem = answer.problem; });
        QTRY_VERIFY(!problem.isEmpty());
    }

    void whereTokensAreKeptIsSaidInWords() {
        const TokenStore store(m_data.path());
        QVERIFY2(store.where().contains(file()), qPrintable(store.where()));
        QVERIFY2(store.where().contains(KeyringVault::missing()), qPrintable(store.where()));
    }

    void aTokenIsForItsSchemeHostAndPortAlone() {
        const KeptToken token = tokenFor("http://Board.local/");
        for (const char* same :
             {"http://board.local/", "http://board.local:80/", "http://board.local/below/"})
            QVERIFY2(token.isFor(QUrl(same)), same);
        for (const char* other : {"https://board.local/", "http://board.local:8080/",
                                  "http://board.local.evil/", "http://127.0.0.1/", "http://board.loca/"})
            QVERIFY2(!token.isFor(QUrl(other)), other);
    }

    void ofTheAddressesThatAPersonConfirmedTheOldestGivesWay() {
        KeptToken token = tokenFor("http://127.0.0.1:1/");
        for (int port = 2; port <= KeptToken::addresses_max; ++port)
            token.confirm(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(port)));
        QVERIFY(token.isFor(QUrl("http://127.0.0.1:1/")));
        token.confirm(QUrl("http://127.0.0.1:99/"));
        QVERIFY(!token.isFor(QUrl("http://127.0.0.1:1/")));
        QVERIFY(token.isFor(QUrl("http://127.0.0.1:2/")));
        QCOMPARE(token.addresses.size(), KeptToken::addresses_max);
    }

    void aTokenFileThatHoldsNoneIsSaidWithoutItsContent() {
        const QString path = m_data.filePath("given");
        const auto write = [&](const QByteArray& text) {
            QFile given(path);
            QVERIFY(given.open(QIODevice::WriteOnly));
            given.write(text);
        };
        const QByteArray token = makeToken();
        write(token + "\nwhat follows is not looked at\n");
        QCOMPARE(readTokenFile(path).token, token);
        for (const QByteArray& bad :
             {QByteArray("hunter2-secret"), QByteArray(), token + "=", QByteArray(65, 'a')}) {
            write(bad);
            const GivenToken given = readTokenFile(path);
            QVERIFY(given.token.isEmpty());
            QVERIFY(!given.problem.isEmpty());
            QVERIFY(bad.isEmpty() || !given.problem.contains(QString::fromLatin1(bad)));
        }
        QVERIFY(!readTokenFile(m_data.filePath("missing")).problem.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TokenStoreTest)
#include "tst_token_store.moc"
