// Claim, sign-in, people and tokens as a person does them in the window, before a real board.

#include <QApplication>
#include <QClipboard>
#include <QProcess>
#include <QSpinBox>
#include <QTabWidget>
#include <tuple>

#include "desktop/core/sign_in/scram.hpp"
#include "desktop/ui/sign_in/access_bar.hpp"
#include "desktop/ui/sign_in/form_dialog.hpp"
#include "desktop/ui/widgets/controls/toggle_switch.hpp"
#include "desktop/ui/widgets/notice.hpp"
#include "tests/desktop/vectors.hpp"
#include "tests/desktop/window_fixture.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

namespace {
const QString good_password = QStringLiteral("correct horse battery");
using Standing = BoardAccess::Standing;
}  // namespace

class WindowAccessTest : public WindowFixture {
    Q_OBJECT

    [[nodiscard]] BoardAccess& access() const { return m_window->page()->link().access(); }
    /// The form that is open over the page.
    [[nodiscard]] FormDialog* form() const {
        for (FormDialog* each : m_window->findChildren<FormDialog*>())
            if (each->isVisible()) return each;
        return nullptr;
    }
    void type(const char* field, const QString& text) const {
        auto* line = form()->findChild<QLineEdit*>(QLatin1String(field));
        QVERIFY(line);
        line->setText(text);
    }
    [[nodiscard]] QString wrong() const {
        for (const QLabel* each : form()->findChildren<QLabel*>("error"))
            if (!each->text().isEmpty()) return each->text();
        return {};
    }
    void send() const { QTest::keyClick(form(), Qt::Key_Return); }
    [[nodiscard]] QString code() const {
        QFile file(m_board->codeFile());
        return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readLine()).trimmed() : QString();
    }
    void openUnclaimed() {
        m_board = std::make_unique<RealBoard>(QStringList{"--name", "Kitchen"});
        m_token.clear();
        open(m_board->url());
        QTRY_COMPARE_WITH_TIMEOUT(access().standing(), Standing::Unclaimed, patience_ms);
    }
    void openClaimed() {
        startBoard();
        m_token.clear();
        open(m_board->url());
        QTRY_COMPARE_WITH_TIMEOUT(access().standing(), Standing::SignedOut, patience_ms);
    }
    void signIn(const QString& user, const QString& password) {
        m_window->page()->signIn();
        QVERIFY(form());
        type("user", user);
        type("password", password);
        send();
    }

private Q_SLOTS:
    void cleanup() {
        m_window.reset();
        m_board.reset();
    }

    void anUnclaimedBoardShowsItsReadingsAndOneThingToDo() {
        openUnclaimed();
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
        QVERIFY(button("Claim this board…"));
        m_window->page()->showTab(BoardPage::OutputsTab);
        QTRY_VERIFY(visible<ToggleSwitch>("Lamp"));
        QVERIFY(!visible<ToggleSwitch>("Lamp")->isEnabled());
        QVERIFY(label(access().whyNot(Role::Operator)));
        QVERIFY(!showSettings()->isEnabled());
    }

    void aPersonClaimsABoardInTheWindow() {
        openUnclaimed();
        click(button("Claim this board…"));
        QVERIFY(form());
        type("code", QStringLiteral("0000 0000"));
        type("password", QStringLiteral("password"));
        type("again", QStringLiteral("password"));
        send();
        QVERIFY(!wrong().isEmpty());  // one of the worst: nothing was sent
        type("password", good_password);
        type("again", good_password + u'!');
        send();
        QVERIFY(!wrong().isEmpty());
        type("again", good_password);
        send();
        QTRY_VERIFY_WITH_TIMEOUT(wrong().contains("9"), patience_ms);  // tries left
        type("code", code().toLower());
        send();
        QTRY_VERIFY_WITH_TIMEOUT(!form(), patience_ms);
        QCOMPARE(access().standing(), Standing::SignedIn);
        QCOMPARE(access().who(), (Person{"owner", Role::Owner}));
        m_window->page()->showTab(BoardPage::OutputsTab);
        QTRY_VERIFY_WITH_TIMEOUT(visible<ToggleSwitch>("Lamp") && visible<ToggleSwitch>("Lamp")->isEnabled(),
                                 patience_ms);
        QVERIFY(!button("Claim this board…"));
        // The next start needs no password.
        const QByteArray kept = [this] {
            QFile file(m_data->filePath("tokens.json"));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        }();
        QVERIFY(!kept.isEmpty() && !kept.contains(good_password.toUtf8()));
        m_window = std::make_unique<MainWindow>(
            parseOptions({"boardwalk", "--discovery=off", "--board", m_board->url().toString(), "--data-dir",
                          m_data->path()}),
            *m_theme);
        m_window->show();
        QTRY_COMPARE_WITH_TIMEOUT(access().standing(), Standing::SignedIn, patience_ms);
    }

    void theBoardThatIsStartedWithTheAppIsClaimedByItselfAndThatIsSaid() {
        m_board = std::make_unique<RealBoard>();
        m_data = std::make_unique<QTemporaryDir>();
        m_theme = std::make_unique<Theme>(*qApp, ThemeChoice::Light);
        m_window = std::make_unique<MainWindow>(
            parseOptions({"boardwalk", "--discovery=off", "--board", m_board->url().toString(), "--data-dir",
                          m_data->path(), "--claim-code-file", m_board->codeFile()}),
            *m_theme);
        m_window->show();
        QTRY_COMPARE_WITH_TIMEOUT(access().standing(), Standing::SignedIn, patience_ms);
        auto* notice = m_window->findChild<Notice*>();
        QTRY_VERIFY(notice->isVisible());
        click(button("Copy"));
        const QString password = QGuiApplication::clipboard()->text();
        QVERIFY(notice->accessibleName().contains(password));
        for (const QString& each : QDir(m_data->path()).entryList(QDir::Files)) {
            QFile file(m_data->filePath(each));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains(password.toUtf8()), qPrintable(each));
        }
        QVERIFY(!m_board->makeToken("viewer", password).isEmpty());  // it is the owner's
        click(button("Dismiss"));
        QVERIFY(!notice->accessibleName().contains(password));
    }

    void aClaimedBoardShowsNothingUntilOneSignsIn() {
        openClaimed();
        QTRY_VERIFY(button("Sign in…"));
        QVERIFY(figure("Light").isEmpty());
        signIn("owner", "wrong horse battery");
        QTRY_VERIFY_WITH_TIMEOUT(form() && !wrong().isEmpty(), patience_ms);
        type("password", good_password);
        send();
        QTRY_VERIFY_WITH_TIMEOUT(!form(), patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(!figure("Light").isEmpty(), patience_ms);
    }

    void afterTooManyTriesTheFormCountsDown() {
        openClaimed();
        signIn("owner", "wrong horse battery");
        for (int i = 0; i < 8 && form() && !wrong().contains("Try again in"); ++i) {
            QTRY_VERIFY_WITH_TIMEOUT(!form()->isWaiting(), patience_ms);
            type("password", QStringLiteral("wrong horse battery %1").arg(i));
            send();
            QTRY_VERIFY_WITH_TIMEOUT(!form()->isWaiting(), patience_ms);
        }
        QVERIFY2(wrong().contains("Try again in"), qPrintable(wrong()));
        auto* go = form()->findChild<QPushButton*>("primary");
        QVERIFY(go && !go->isEnabled());
        const QString before = wrong();
        QTRY_VERIFY_WITH_TIMEOUT(wrong() != before, patience_ms);
    }

    void whatWasTypedStaysWhenTheBoardWantsToKnowAgainWhoWeAre() {
        openClaimed();
        signIn("owner", good_password);
        QTRY_VERIFY_WITH_TIMEOUT(!form(), patience_ms);
        auto* name = showSettings();
        QTRY_COMPARE_WITH_TIMEOUT(name->text(), "Kitchen", patience_ms);
        name->setText("Pantry");
        // The token is removed meanwhile, by another owner.
        std::optional<QList<NamedToken>> tokens;
        access().api().loadTokens([&](const OwnerAnswer& answer) { tokens = answer.tokens; });
        QTRY_VERIFY(tokens.has_value());
        for (const NamedToken& each : *tokens)
            if (access().isOwnToken(each.name)) access().api().removeToken(each.id, {});
        QTRY_COMPARE_WITH_TIMEOUT(access().standing(), Standing::SignedOut, patience_ms);
        QCOMPARE(name->text(), "Pantry");
        QVERIFY(name->isEnabled());
        click(button("Save"));
        QTRY_VERIFY_WITH_TIMEOUT(form(), patience_ms);
        type("password", good_password);
        send();
        QTRY_VERIFY_WITH_TIMEOUT(!form(), patience_ms);
        QCOMPARE(name->text(), "Pantry");
        QTRY_VERIFY_WITH_TIMEOUT(button("Save") && button("Save")->isEnabled(), patience_ms);
        click(button("Save"));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->windowTitle().startsWith("Pantry"), patience_ms);
    }

    void anOwnerAddsAPersonAndMakesATokenThatIsShownOnce() {
        openClaimed();
        signIn("owner", good_password);
        QTRY_VERIFY_WITH_TIMEOUT(!form(), patience_ms);
        m_window->page()->showTab(BoardPage::AccessTab);
        QTRY_VERIFY_WITH_TIMEOUT(visible<QPushButton>("Remove owner"), patience_ms);
        click(button("Add a person…"));
        QVERIFY(form());
        type("user", QStringLiteral("guest"));
        type("password", QStringLiteral("a guest's words"));
        type("again", QStringLiteral("a guest's words"));
        send();
        QTRY_VERIFY_WITH_TIMEOUT(visible<QPushButton>("Remove guest"), patience_ms);
        click(button("Make a token…"));
        type("token-name", QStringLiteral("prometheus"));
        send();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<QLineEdit*>("secret"), patience_ms);
        const QByteArray token = m_window->findChild<QLineEdit*>("secret")->text().toLatin1();
        QVERIFY(isToken(token));
        m_window->findChild<QLineEdit*>("secret")->window()->close();
        QTRY_VERIFY_WITH_TIMEOUT(visible<QPushButton>("Remove prometheus"), patience_ms);
        // The last owner stays.
        const auto said = answerQuestion("Remove");
        click(visible<QPushButton>("Remove owner"));
        QTRY_VERIFY(!said->isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(visible<QPushButton>("Remove owner"), patience_ms);
        std::ignore = answerQuestion("Remove");
        click(visible<QPushButton>("Remove guest"));
        QTRY_VERIFY_WITH_TIMEOUT(!visible<QPushButton>("Remove guest"), patience_ms);
    }

    void aViewerSeesOutputsAndWhyTheyCannotBeSet() {
        openClaimed();
        BoardAccess* owner = &access();
        signIn("owner", good_password);
        QTRY_VERIFY_WITH_TIMEOUT(!form(), patience_ms);
        bool added = false;
        owner->api().putPerson({"guest", Role::Viewer}, "a guest's words",
                               [&](const OwnerAnswer& answer) { added = answer.ok(); });
        QTRY_VERIFY_WITH_TIMEOUT(added, patience_ms);
        signIn("guest", "a guest's words");
        QTRY_VERIFY_WITH_TIMEOUT(!form(), patience_ms);
        QCOMPARE(access().who().role, Role::Viewer);
        QVERIFY(!access().note().isEmpty());  // for this run only
        QTRY_VERIFY_WITH_TIMEOUT(m_window->page()->link().feed() == BoardLink::Feed::Stream, patience_ms);
        m_window->page()->showTab(BoardPage::OutputsTab);
        QTRY_VERIFY_WITH_TIMEOUT(visible<ToggleSwitch>("Lamp"), patience_ms);
        QVERIFY(!visible<ToggleSwitch>("Lamp")->isEnabled());
        QVERIFY(label(access().whyNot(Role::Operator)));
    }

    void signingOutIsAskedForAndForgetsTheToken() {
        openClaimed();
        signIn("owner", good_password);
        QTRY_VERIFY_WITH_TIMEOUT(!form(), patience_ms);
        m_window->page()->showTab(BoardPage::AccessTab);
        QTRY_VERIFY_WITH_TIMEOUT(button("Sign out…"), patience_ms);
        std::ignore = answerQuestion("Cancel");
        click(button("Sign out…"));
        QCOMPARE(access().standing(), Standing::SignedIn);
        std::ignore = answerQuestion("Sign out");
        click(button("Sign out…"));
        QTRY_COMPARE_WITH_TIMEOUT(access().standing(), Standing::SignedOut, patience_ms);
        QTRY_VERIFY_WITH_TIMEOUT(
            [this] {
                QFile file(m_data->filePath("tokens.json"));
                return file.open(QIODevice::ReadOnly) && !file.readAll().contains("token");
            }(),
            patience_ms);
    }

    void aTokenForAnotherAddressIsAskedForInWords() {
        FakeBoard board;
        board.owner = std::make_unique<FakeOwner>();
        board.owner->claimed = true;
        const QByteArray token = makeToken();
        board.owner->addToken("claim", "owner", token);
        m_data = std::make_unique<QTemporaryDir>();
        KeptToken kept;
        kept.token = token;
        kept.name = "claim";
        kept.who = {"owner", Role::Owner};
        kept.confirm(QUrl("http://127.0.0.1:9/"));
        m_theme = std::make_unique<Theme>(*qApp, ThemeChoice::Light);
        m_window =
            std::make_unique<MainWindow>(parseOptions({"boardwalk", "--discovery=off", "--board",
                                                       board.url().toString(), "--data-dir", m_data->path()}),
                                         *m_theme);
        m_window->tokens().keep("fake-1", kept, {});
        m_window->show();
        QTRY_COMPARE_WITH_TIMEOUT(access().standing(), Standing::OtherAddress, patience_ms);
        QTRY_VERIFY(button("It is my board…"));
        auto said = answerQuestion("Cancel");
        click(button("It is my board…"));
        QVERIFY2(said->contains("127.0.0.1"), qPrintable(*said));
        QCOMPARE(access().standing(), Standing::OtherAddress);
        QVERIFY(board.owner->shown.isEmpty());
        std::ignore = answerQuestion("Yes, it is my board");
        click(button("It is my board…"));
        QTRY_COMPARE_WITH_TIMEOUT(access().standing(), Standing::SignedIn, patience_ms);
        m_window.reset();
    }
};

QTEST_MAIN(WindowAccessTest)
#include "tst_window_access.moc"
