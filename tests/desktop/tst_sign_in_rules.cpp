// Passwords and SCRAM by the vectors that board, page and companion share.

#include <QJsonArray>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

#include "desktop/core/sign_in/key_maker.hpp"
#include "desktop/core/sign_in/password.hpp"
#include "tests/desktop/vectors.hpp"

using namespace boardwalk::desktop;

namespace {

QByteArray fileOf(const char* name) {
    QFile file(qEnvironmentVariable("BOARDWALK_VECTORS") + QStringLiteral("/../sign_in/") +
               QLatin1String(name));
    if (!file.open(QIODevice::ReadOnly)) qFatal("no such file: %s", qPrintable(file.fileName()));
    return file.readAll();
}

QJsonArray listOf(const char* file, const char* member) {
    const QJsonArray list = QJsonDocument::fromJson(fileOf(file))[QLatin1String(member)].toArray();
    if (list.isEmpty()) qFatal("nothing in %s", file);
    return list;
}

QByteArray bytesOf(const QJsonValue& exchange, const char* member, qsizetype bytes) {
    const auto read = fromBase64Url(exchange[QLatin1String(member)].toString().toLatin1(), bytes);
    if (!read) qFatal("no base64url of %d bytes: %s", int(bytes), member);
    return *read;
}

}  // namespace

class SignInRulesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachPasswordOfTheVectorsIsTakenInItsNormalForm() {
        for (const QJsonValue each : listOf("passwords.json", "taken")) {
            const QString password = each["password"].toString();
            QVERIFY2(checkPassword(password) == PasswordFault::None, qPrintable(each["name"].toString()));
            QCOMPARE(normalizedPassword(password), each["normalized"].toString());
        }
    }

    void eachBadPasswordOfTheVectorsIsRefusedForItsReason() {
        const QHash<QString, PasswordFault> reasons{{"short", PasswordFault::Short},
                                                    {"long", PasswordFault::Long},
                                                    {"common", PasswordFault::Common}};
        for (const QJsonValue each : listOf("passwords.json", "refused")) {
            QVERIFY(reasons.contains(each["reason"].toString()));
            const PasswordFault fault = checkPassword(each["password"].toString());
            QVERIFY2(fault == reasons[each["reason"].toString()], qPrintable(each["name"].toString()));
            QVERIFY(!passwordFaultText(fault).isEmpty());
        }
    }

    void eachOfTheWorstPasswordsIsRefusedInAnyCaseOfItsLetters() {
        int common = 0;
        for (const QByteArray& line : fileOf("worst-passwords.txt").trimmed().split('\n')) {
            const QString password = QString::fromUtf8(line);
            QVERIFY2(checkPassword(password) != PasswordFault::None, line.constData());
            QVERIFY2(checkPassword(password.toUpper()) != PasswordFault::None, line.constData());
            common += checkPassword(password) == PasswordFault::Common ? 1 : 0;
        }
        QVERIFY(common > 0);
    }

    void aPasswordThatTheAppMakesIsNewEachTimeAndTaken() {
        QSet<QString> all;
        for (int i = 0; i < 100; ++i) {
            const QString password = makePassword();
            QCOMPARE(checkPassword(password), PasswordFault::None);
            all.insert(password);
        }
        QCOMPARE(all.size(), 100);
    }

    void eachExchangeOfTheVectorsComesToTheSameKeysAndProofs() {
        for (const QJsonValue each : listOf("scram.json", "exchanges")) {
            const QByteArray salt = bytesOf(each, "salt", scram_salt_bytes);
            const ScramKeys keys = deriveScramKeys(normalizedPassword(each["password"].toString()), salt,
                                                   each["iterations"].toInt());
            const QByteArray message = each["auth_message"].toString().toUtf8();
            QCOMPARE(keys.stored_key, bytesOf(each, "stored_key", scram_key_bytes));
            QCOMPARE(keys.server_key, bytesOf(each, "server_key", scram_key_bytes));
            QCOMPARE(scramClientProof(keys, message), bytesOf(each, "proof", scram_key_bytes));
            QCOMPARE(scramServerProof(keys, message), bytesOf(each, "server_proof", scram_key_bytes));
            if (message.contains("==")) continue;  // RFC 7677 pads its salt, and ours does not
            QCOMPARE(scramMessage(each["user"].toString(), each["client_nonce"].toString().toUtf8(),
                                  each["nonce"].toString().toUtf8(), each["salt"].toString().toUtf8(),
                                  each["iterations"].toInt()),
                     message);
        }
    }

    void keysAreMadeBesideTheWindowsThread() {
        const QJsonValue each = listOf("scram.json", "exchanges")[1];
        KeyMaker maker;
        std::optional<MadeKeys> made;
        maker.make(each["password"].toString(), bytesOf(each, "salt", scram_salt_bytes),
                   each["iterations"].toInt(), [&](const MadeKeys& keys) { made = keys; });
        QVERIFY(!made);  // nothing was derived within the call
        QTRY_VERIFY(made.has_value());
        QCOMPARE(made->keys->stored_key, bytesOf(each, "stored_key", scram_key_bytes));
    }

    void keysThatNothingWaitsForAnyMoreEndAsCancelled() {
        int ended = 0;
        {
            KeyMaker maker;
            for (int i = 0; i < 3; ++i)
                maker.make("a long password", QByteArray(16, 's'), 4096, [&](const MadeKeys& made) {
                    ++ended;
                    QVERIFY(!made.keys);
                });
        }
        QCOMPARE(ended, 3);
    }

    void base64urlIsReadInOneSpellingOnly() {
        QCOMPARE(fromBase64Url("_-8", 2), QByteArray("\xff\xef"));
        for (const char* other : {"/+8", "_-8=", "_-9", "_-", "_-88", "", "_ 8"})
            QVERIFY2(!fromBase64Url(other, 2), other);
    }

    void aTokenHas32To64CharactersOfBase64url() {
        QVERIFY(isToken(makeToken()));
        QVERIFY(makeToken() != makeToken());
        QVERIFY(!isToken(QByteArray(31, 'a')));
        QVERIFY(isToken(QByteArray(32, 'a')));
        QVERIFY(isToken(QByteArray(64, 'a')));
        QVERIFY(!isToken(QByteArray(65, 'a')));
        QVERIFY(!isToken(QByteArray(31, 'a') + "\n"));
    }
};

QTEST_GUILESS_MAIN(SignInRulesTest)
#include "tst_sign_in_rules.moc"
