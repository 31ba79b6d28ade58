// `boardwalk claim` and `boardwalk token` as a script runs them, without a display, against a real board.

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QProcess>
#include <QTest>
#include <memory>

#include "desktop/core/sign_in/token_text.hpp"
#include "tests/desktop/real_board.hpp"

using namespace boardwalk::desktop;

namespace {

const QString good_password = QStringLiteral("correct horse battery");

struct Ran {
    int status = -1;
    QByteArray out, err;
};

Ran run(const char* program, const QStringList& arguments, const QHash<QString, QString>& variables = {}) {
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* display : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(QString::fromLatin1(display));
    for (auto each = variables.begin(); each != variables.end(); ++each)
        environment.insert(each.key(), each.value());
    process.setProcessEnvironment(environment);
    process.start(qEnvironmentVariable(program), arguments);
    if (!process.waitForFinished(20'000)) qFatal("it did not end");
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

}  // namespace

class OwnerCommandTest : public QObject {
    Q_OBJECT

    [[nodiscard]] static Ran app(const QStringList& arguments, const QString& password = good_password) {
        return run("BOARDWALK_APP", arguments, {{"BOARDWALK_PASSWORD", password}});
    }
    static void write(const QString& file, const QByteArray& text) {
        QFile into(file);
        QVERIFY(into.open(QIODevice::WriteOnly));
        into.write(text);
    }
    /// The status of GET `path` with this token.
    [[nodiscard]] static int ask(const RealBoard& board, const char* path, const QByteArray& token) {
        QNetworkAccessManager network;
        QNetworkRequest request(board.url().resolved(QUrl(QLatin1String(path))));
        request.setRawHeader("Authorization", "Bearer " + token);
        const std::unique_ptr<QNetworkReply> reply(network.get(request));
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 10'000)) return -1;
        return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    }

private Q_SLOTS:
    void aScriptClaimsABoardAndMakesTokens() {
        const RealBoard board;
        const QString url = board.url().toString();
        const QTemporaryDir dir;
        const Ran claim = app({"claim", url, "--code-file", board.codeFile()});
        QVERIFY2(claim.status == 0, claim.err.constData());
        const QByteArray owner = claim.out.trimmed();
        QVERIFY2(isToken(owner), owner.constData());
        QVERIFY(!claim.err.contains(owner) && !claim.err.contains(good_password.toUtf8()));
        QCOMPARE(ask(board, "api/v1/users", owner), 200);

        const Ran viewer = app({"token", url, "--name", "prometheus", "--role", "viewer"});
        QVERIFY2(viewer.status == 0, viewer.err.constData());
        QCOMPARE(ask(board, "api/v1/state", viewer.out.trimmed()), 200);
        QCOMPARE(ask(board, "api/v1/users", viewer.out.trimmed()), 403);

        // An owner's token does instead of the password.
        write(dir.filePath("token"), owner + '\n');
        const Ran hand = run("BOARDWALK_APP", {"token", url, "--name", "hand", "--role=operator",
                                               "--token-file", dir.filePath("token")});
        QVERIFY2(hand.status == 0, hand.err.constData());
        QCOMPARE(ask(board, "api/v1/logs", hand.out.trimmed()), 200);
        const Ran by_environment =
            run("BOARDWALK_APP", {"token", url, "--name", "fourth", "--role", "viewer"},
                {{"BOARDWALK_TOKEN", QString::fromLatin1(owner)}});
        QVERIFY2(by_environment.status == 0, by_environment.err.constData());
        // The table is full.
        const Ran fifth = app({"token", url, "--name", "fifth", "--role", "viewer"});
        QCOMPARE(fifth.status, 1);
        QVERIFY(fifth.out.isEmpty() && !fifth.err.isEmpty());
    }

    void aClaimThatIsRefusedSaysWhyAndPrintsNothing() {
        const RealBoard board;
        const QString url = board.url().toString();
        const QTemporaryDir dir;
        write(dir.filePath("code"), "00000000\n");
        const Ran wrong = app({"claim", url, "--code-file", dir.filePath("code")});
        QCOMPARE(wrong.status, 1);
        QVERIFY(wrong.out.isEmpty());
        QVERIFY2(wrong.err.contains("9"), wrong.err.constData());  // tries left
        write(dir.filePath("code"), "no code\n");
        QCOMPARE(app({"claim", url, "--code-file", dir.filePath("code")}).status, 1);
        QCOMPARE(app({"claim", url, "--code-file", dir.filePath("missing")}).status, 1);
        QVERIFY2(app({"claim", url, "--code-file", board.codeFile()}, "password").status == 2,
                 "one of the worst");
        QVERIFY(QFile::copy(board.codeFile(), dir.filePath("kept")));
        QCOMPARE(app({"claim", url, "--code-file", board.codeFile()}).status, 0);
        const Ran again = app({"claim", url, "--code-file", dir.filePath("kept")});
        QCOMPARE(again.status, 1);
        QVERIFY(again.out.isEmpty() && !again.err.isEmpty());
    }

    // The name stands as it is in what is signed: RFC 5802's own form of a comma would be another name to the
    // board.
    void aPersonWhoseNameHasACommaAndAnEqualsSignSignsIn() {
        const RealBoard board;
        const QString url = board.url().toString();
        const QString name = QStringLiteral("Ann=a, of the kitchen");
        const Ran claim = app({"claim", url, "--code-file", board.codeFile(), "--user", name});
        QVERIFY2(claim.status == 0, claim.err.constData());
        const Ran token = app({"token", url, "--name", "x", "--role", "viewer", "--user", name});
        QVERIFY2(token.status == 0, token.err.constData());
    }

    void aWrongPasswordMakesNoToken() {
        RealBoard board;
        QVERIFY(!board.claim().isEmpty());
        const Ran wrong =
            app({"token", board.url().toString(), "--name", "x", "--role", "viewer"}, "wrong horse battery");
        QCOMPARE(wrong.status, 1);
        QVERIFY(wrong.out.isEmpty());
        QVERIFY(!wrong.err.contains("horse"));
    }

    void badOptionsAreNamedInOneLine_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("no URL") << QStringList{"claim", "--code-file", "x"} << QByteArray("URL");
        QTest::newRow("no code") << QStringList{"claim", "127.0.0.1:9"} << QByteArray("--code-file");
        QTest::newRow("no role") << QStringList{"token", "127.0.0.1:9", "--name", "x"}
                                 << QByteArray("--role");
        QTest::newRow("no such role")
            << QStringList{"token", "127.0.0.1:9", "--name", "x", "--role", "root"} << QByteArray("--role");
        QTest::newRow("no name") << QStringList{"token", "127.0.0.1:9", "--role", "viewer"}
                                 << QByteArray("--name");
        QTest::newRow("unknown") << QStringList{"claim", "127.0.0.1:9", "--name", "x"}
                                 << QByteArray("--name");
        QTest::newRow("no value") << QStringList{"token", "127.0.0.1:9", "--name"} << QByteArray("--name");
        QTest::newRow("token for nobody")
            << QStringList{"--list", "--token-file", "/dev/null"} << QByteArray("--token-file");
        QTest::newRow("code for nobody")
            << QStringList{"--claim-code-file", "x"} << QByteArray("--claim-code-file");
    }
    void badOptionsAreNamedInOneLine() {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, named);
        const Ran ran = app(arguments);
        QCOMPARE(ran.status, 2);
        QVERIFY2(ran.err.contains(named) && ran.err.count('\n') == 1, ran.err.constData());
    }

    void aStressTestShowsTheTokenAndItsReportsDoNot() {
        RealBoard board;
        const QByteArray owner = board.claim();
        const QByteArray viewer = board.makeToken("viewer");
        QVERIFY(!viewer.isEmpty());
        const QTemporaryDir dir;
        write(dir.filePath("token"), viewer + '\n');
        const auto stress = [&](const QStringList& more, const QHash<QString, QString>& variables = {}) {
            return run("BOARDWALK_STRESS",
                       QStringList{board.url().toString(), "--duration", "500ms", "--connections", "4",
                                   "--json", dir.filePath("json"), "--csv", dir.filePath("csv"), "--html",
                                   dir.filePath("html")} +
                           more,
                       variables);
        };
        const auto isSaid = [&](const Ran& ran) {
            bool said = ran.out.contains(viewer) || ran.err.contains(viewer);
            for (const char* name : {"json", "csv", "html"}) {
                QFile report(dir.filePath(name));
                if (!report.open(QIODevice::ReadOnly)) return true;
                said = said || report.readAll().contains(viewer);
            }
            return said;
        };
        const auto statuses = [&] {
            QFile report(dir.filePath("json"));
            return report.open(QIODevice::ReadOnly)
                       ? QJsonDocument::fromJson(report.readAll())["status"].toObject().keys()
                       : QStringList();
        };
        Ran ran = stress({"--token-file", dir.filePath("token")});
        QVERIFY2(ran.status == 0 && !isSaid(ran), ran.err.constData());
        QCOMPARE(statuses(), QStringList{"200"});
        ran = stress({}, {{"BOARDWALK_TOKEN", QString::fromLatin1(viewer)}});
        QVERIFY2(ran.status == 0 && !isSaid(ran), ran.err.constData());
        QCOMPARE(statuses(), QStringList{"200"});
        stress({});
        QCOMPARE(statuses(), QStringList{"401"});
        QCOMPARE(stress({"--token-file", dir.filePath("missing")}).status, 2);
    }
};

QTEST_GUILESS_MAIN(OwnerCommandTest)
#include "tst_owner_command.moc"
