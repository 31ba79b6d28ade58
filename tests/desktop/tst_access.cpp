// On whose behalf a board is asked: claim, sign-in, tokens and to whom they are shown; against a board that
// can be made to misbehave.

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/sign_in/scram.hpp"
#include "tests/desktop/fake_board.hpp"

using namespace boardwalk::desktop;

namespace {
const QString good_password = QStringLiteral("correct horse battery");
using Standing = BoardAccess::Standing;
}  // namespace

class AccessTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_data;
    std::unique_ptr<FakeBoard> m_board;
    std::unique_ptr<RequestTracker> m_tracker;
    std::unique_ptr<HttpClient> m_client;
    std::unique_ptr<TokenStore> m_store;
    std::unique_ptr<BoardLink> m_link;

    void look(const QUrl& url = {}) {
        m_link.reset();
        m_link = std::make_unique<BoardLink>(url.isEmpty() ? m_board->url() : url, *m_client, *m_tracker);
        m_link->access().setStore(m_store.get());
        m_link->setWatched(true);
    }
    [[nodiscard]] BoardAccess& access() const { return m_link->access(); }
    [[nodiscard]] FakeOwner& owner() const { return *m_board->owner; }

    AccessOutcome claim(const QString& code) {
        std::optional<AccessOutcome> ended;
        access().claim(code, "owner", good_password, [&](const AccessOutcome& outcome) { ended = outcome; });
        if (!QTest::qWaitFor([&] { return ended.has_value(); }, 10'000)) qFatal("the claim does not end");
        return *ended;
    }
    AccessOutcome signIn(const QString& user, const QString& password) {
        std::optional<AccessOutcome> ended;
        access().signIn(user, password, [&](const AccessOutcome& outcome) { ended = outcome; });
        if (!QTest::qWaitFor([&] { return ended.has_value(); }, 10'000)) qFatal("the sign-in does not end");
        return *ended;
    }
    AccessOutcome signOut() {
        std::optional<AccessOutcome> ended;
        access().signOut([&](const AccessOutcome& outcome) { ended = outcome; });
        if (!QTest::qWaitFor([&] { return ended.has_value(); }, 10'000)) qFatal("the sign-out does not end");
        return *ended;
    }
    [[nodiscard]] bool isShown(const QByteArray& token) const {
        return owner().shown.contains("Bearer " + token);
    }

private Q_SLOTS:
    void init() {
        m_data = std::make_unique<QTemporaryDir>();
        m_board = std::make_unique<FakeBoard>();
        m_board->owner = std::make_unique<FakeOwner>();
        m_tracker = std::make_unique<RequestTracker>();
        m_client = std::make_unique<HttpClient>();
        m_store = std::make_unique<TokenStore>(m_data->path());
    }
    void cleanup() {
        m_link.reset();
        m_store.reset();
        m_client.reset();
        m_tracker.reset();
        m_board.reset();
    }

    void aBoardOfTheFirstReleaseIsOpenToAll() {
        m_board->owner.reset();
        look();
        QTRY_COMPARE(access().standing(), Standing::Open);
        QVERIFY(access().mayOwn());
        QTRY_COMPARE(m_link->feed(), BoardLink::Feed::Stream);
    }

    void anUnclaimedBoardIsLookedAtAndNotSet() {
        look();
        QTRY_COMPARE(access().standing(), Standing::Unclaimed);
        QTRY_COMPARE(m_link->feed(), BoardLink::Feed::Stream);
        QTRY_VERIFY(m_link->state().isKnown());
        QVERIFY(!access().maySet());
        QVERIFY(!access().whyNot(Role::Operator).isEmpty());
    }

    void aClaimMakesUsTheOwnerNowAndAtTheNextStart() {
        look();
        QTRY_COMPARE(access().standing(), Standing::Unclaimed);
        const AccessOutcome outcome = claim("7K3M9QRT");
        QVERIFY2(outcome.ok(), qPrintable(outcome.problem));
        QCOMPARE(access().standing(), Standing::SignedIn);
        QCOMPARE(access().who(), (Person{"owner", Role::Owner}));
        QVERIFY(access().mayOwn());
        QTRY_COMPARE(m_link->feed(), BoardLink::Feed::Stream);
        QTRY_VERIFY(owner().sessions.isEmpty());  // the claim's own is not needed

        m_store = std::make_unique<TokenStore>(m_data->path());
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedIn);
        QCOMPARE(access().who(), (Person{"owner", Role::Owner}));
    }

    void aWrongCodeTellsTheTriesThatAreLeft() {
        look();
        QTRY_COMPARE(access().standing(), Standing::Unclaimed);
        const AccessOutcome outcome = claim("00000000");
        QCOMPARE(outcome.code, QStringLiteral("wrong_code"));
        QCOMPARE(outcome.tries_left, 9);
        QCOMPARE(access().standing(), Standing::Unclaimed);
        owner().open = false;
        QCOMPARE(claim("7K3M9QRT").code, QStringLiteral("claim_closed"));
        owner().add("else", "owner", good_password);
        QCOMPARE(claim("7K3M9QRT").code, QStringLiteral("claimed"));
        QVERIFY(owner().shown.isEmpty());
    }

    void aClaimWhoseAnswerIsLostIsFoundDone() {
        look();
        QTRY_COMPARE(access().standing(), Standing::Unclaimed);
        owner().loses_claim = true;
        const AccessOutcome outcome = claim("7K3M9QRT");
        QVERIFY2(outcome.ok(), qPrintable(outcome.problem));
        QCOMPARE(access().standing(), Standing::SignedIn);
    }

    void anOwnerWhoSignsInGetsATokenAndTheSessionEnds() {
        owner().add("owner", "owner", good_password);
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        QVERIFY(!access().mayLook());
        QCOMPARE(m_link->feed(), BoardLink::Feed::None);
        QVERIFY(signIn("owner", good_password).ok());
        QCOMPARE(owner().tokens.size(), 1);
        QTRY_VERIFY(owner().sessions.isEmpty());
        QTRY_COMPARE(m_link->feed(), BoardLink::Feed::Stream);

        m_store = std::make_unique<TokenStore>(m_data->path());
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedIn);
        QCOMPARE(access().who().name, QStringLiteral("owner"));
        QCOMPARE(owner().sign_ins, 1);
    }

    void signingInAgainTakesThePlaceOfTheTokenOfBefore() {
        owner().add("owner", "owner", good_password);
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        for (int i = 0; i < 6; ++i)
            QVERIFY(signIn("owner", good_password).ok());
        QCOMPARE(owner().tokens.size(), 1);
    }

    void aFullTableOfTokensLeavesASessionForThisRun() {
        owner().add("owner", "owner", good_password);
        owner().full = true;
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        const AccessOutcome outcome = signIn("owner", good_password);
        QVERIFY(outcome.ok());
        QVERIFY(!outcome.note.isEmpty());
        QCOMPARE(access().standing(), Standing::SignedIn);
        QVERIFY(access().mayOwn());
        QTRY_COMPARE(m_link->feed(), BoardLink::Feed::Stream);  // by the cookie
        QVERIFY(!QFile::exists(m_data->filePath("tokens.json")));
    }

    void anOperatorSetsOutputsAndAViewerLooks() {
        owner().add("owner", "owner", good_password);
        owner().add("hand", "operator", good_password);
        owner().add("guest", "viewer", good_password);
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        QVERIFY(signIn("hand", good_password).ok());
        QVERIFY(access().maySet());
        QVERIFY(!access().mayOwn());
        QVERIFY(!access().whyNot(Role::Owner).isEmpty());
        QVERIFY(signIn("guest", good_password).ok());
        QVERIFY(access().mayLook());
        QVERIFY(!access().maySet());
        QTRY_COMPARE(m_link->feed(), BoardLink::Feed::Stream);
    }

    void aWrongPasswordEndsAsThatAndShowsNothing() {
        owner().add("owner", "owner", good_password);
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        QCOMPARE(signIn("owner", "correct horse batterz").code, QStringLiteral("wrong_proof"));
        QCOMPARE(signIn("nobody", good_password).code, QStringLiteral("wrong_proof"));
        owner().too_many_s = 27;
        const AccessOutcome outcome = signIn("owner", good_password);
        QCOMPARE(outcome.code, QStringLiteral("too_many_tries"));
        QCOMPARE(outcome.retry_after_s, 27);
        QCOMPARE(access().standing(), Standing::SignedOut);
        QVERIFY(owner().shown.isEmpty());
    }

    void whatCannotProveThatItIsTheBoardGetsNothingMore() {
        owner().add("owner", "owner", good_password);
        owner().cheats = true;
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        const AccessOutcome outcome = signIn("owner", good_password);
        QVERIFY(!outcome.ok());
        QCOMPARE(access().standing(), Standing::SignedOut);
        QVERIFY(owner().shown.isEmpty());
        QVERIFY(owner().tokens.isEmpty());
    }

    void aBoardThatAsksForACheapGuessAtThePasswordGetsNoProof_data() {
        QTest::addColumn<int>("iterations");
        QTest::addColumn<bool>("taken");
        QTest::newRow("one") << 1 << false;
        QTest::newRow("below") << scram_iterations_min - 1 << false;
        QTest::newRow("least") << scram_iterations_min << true;
        QTest::newRow("most") << scram_iterations_max << true;
        QTest::newRow("above") << scram_iterations_max + 1 << false;
    }
    void aBoardThatAsksForACheapGuessAtThePasswordGetsNoProof() {
        QFETCH(int, iterations);
        QFETCH(bool, taken);
        owner().add("owner", "owner", good_password);
        owner().iterations = iterations;
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        // Its keys are of the least number; those that another one makes are not taken, and yet a proof was
        // sent.
        QCOMPARE(signIn("owner", good_password).ok(), iterations == scram_iterations);
        QCOMPARE(owner().sign_ins, taken ? 1 : 0);
    }

    void theQuestionWhoIsThereShowsNoToken() {
        owner().claimed = true;
        const QByteArray token = makeToken();
        owner().addToken("given", "viewer", token);
        look();
        access().give(token);
        QTRY_COMPARE(access().standing(), Standing::SignedIn);
        QTRY_COMPARE(m_link->feed(), BoardLink::Feed::Stream);
        QVERIFY(isShown(token));
        QSignalSpy confirmed(m_link.get(), &BoardLink::confirmed);
        m_link->refresh();
        QTRY_VERIFY(!confirmed.isEmpty());
        QCOMPARE(owner().infos_signed, 0);
    }

    void aGivenTokenIsKeptNowhere() {
        owner().claimed = true;
        const QByteArray token = makeToken();
        owner().addToken("given", "operator", token);
        look();
        access().give(token);
        QTRY_COMPARE(access().standing(), Standing::SignedIn);
        QVERIFY(access().maySet());
        QVERIFY(!QFile::exists(m_data->filePath("tokens.json")));
    }

    void aTokenIsShownToNoOtherBoardAtItsAddress() {
        look();
        QTRY_COMPARE(access().standing(), Standing::Unclaimed);
        QVERIFY(claim("7K3M9QRT").ok());
        const QByteArray token = owner().tokens.first().text;
        QTRY_COMPARE(m_link->feed(), BoardLink::Feed::Stream);
        // Another board has the address from now on.
        m_board->stop();
        QTRY_COMPARE(m_link->presence(), BoardLink::Presence::Offline);
        m_board->id = QStringLiteral("other-9");
        owner().shown.clear();
        m_board->start();
        m_link->reload();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        QVERIFY2(owner().shown.isEmpty(), owner().shown.value(0).constData());
        // The one that it was made for gets it again.
        m_board->id = QStringLiteral("fake-1");
        m_link->reload();
        QTRY_COMPARE(access().standing(), Standing::SignedIn);
        QVERIFY(isShown(token));
    }

    void anAnswerThatWasMeantForTheBoardOfBeforeSignsInToNoOther() {
        owner().claimed = true;
        KeptToken kept;
        kept.token = makeToken();
        kept.who = {"owner", Role::Owner};
        kept.confirm(m_board->url());
        owner().addToken("claim", "owner", kept.token);
        m_store->keep("fake-1", kept, {});
        m_board->session_delay_ms = 1000;
        look();
        QTRY_VERIFY(isShown(kept.token));  // the board is asked whether it knows it
        QCOMPARE(access().standing(), Standing::Looking);
        m_board->id = QStringLiteral("other-9");
        m_link->refresh();
        QTRY_COMPARE(m_link->info()->id, "other-9");
        QTest::qWait(1200);  // the answer has come meanwhile
        QCOMPARE(access().standing(), Standing::SignedOut);
        QVERIFY(m_link->requests().credential().isEmpty());
    }

    void viewingThatIsOpenedLaterIsFoundByLookingAgain() {
        owner().add("owner", "owner", good_password);
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        QTRY_COMPARE(m_client->underWay(), 0);
        QVERIFY(!access().mayLook());
        owner().viewing = true;
        m_link->reload();
        QTRY_VERIFY(access().mayLook() && access().standing() == Standing::SignedOut);
        QTRY_COMPARE(m_link->feed(), BoardLink::Feed::Stream);
    }

    void aTokenIsShownAtAnotherAddressOnlyWhenAPersonSaysSo() {
        look();
        QTRY_COMPARE(access().standing(), Standing::Unclaimed);
        QVERIFY(claim("7K3M9QRT").ok());
        const QByteArray token = owner().tokens.first().text;
        m_link.reset();
        // The same id at another port: the board itself, or a device that says so.
        FakeBoard elsewhere;
        elsewhere.owner = std::make_unique<FakeOwner>();
        elsewhere.owner->claimed = true;
        elsewhere.owner->addToken("claim", "owner", token);
        look(elsewhere.url());
        QTRY_COMPARE(access().standing(), Standing::OtherAddress);
        QVERIFY(access().otherAddresses().contains(addressKey(m_board->url())));
        QTRY_COMPARE(m_client->underWay(), 0);
        QVERIFY(elsewhere.owner->shown.isEmpty());
        access().confirmAddress();
        QTRY_COMPARE(access().standing(), Standing::SignedIn);
        QVERIFY(elsewhere.owner->shown.contains("Bearer " + token));
        // It was said once and for all, and the old address still counts.
        look(elsewhere.url());
        QTRY_COMPARE(access().standing(), Standing::SignedIn);
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedIn);
        m_link.reset();
    }

    void aTokenDoesNotFollowAnAnnouncedAddress() {
        look();
        QTRY_COMPARE(access().standing(), Standing::Unclaimed);
        QVERIFY(claim("7K3M9QRT").ok());
        FakeBoard stranger;  // says the id of the board
        stranger.owner = std::make_unique<FakeOwner>();
        stranger.owner->claimed = true;
        m_link->setUrl(stranger.url());
        QTRY_COMPARE(access().standing(), Standing::OtherAddress);
        QTRY_COMPARE(m_client->underWay(), 0);
        QVERIFY2(stranger.owner->shown.isEmpty(), stranger.owner->shown.value(0).constData());
        m_link.reset();
    }

    void aTokenThatTheBoardForgotSignsUsOutAndSaysSo() {
        look();
        QTRY_COMPARE(access().standing(), Standing::Unclaimed);
        QVERIFY(claim("7K3M9QRT").ok());
        QTRY_COMPARE(m_link->feed(), BoardLink::Feed::Stream);
        QSignalSpy wanted(&access(), &BoardAccess::signInWanted);
        owner().endAll();
        m_board->closeStreams(4401, "sign_in");
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        QVERIFY(!access().note().isEmpty());
        QCOMPARE(m_link->feed(), BoardLink::Feed::None);
        QVERIFY(m_link->state().isKnown());  // of before
        QVERIFY(m_link->state().isFrozen());
        QCOMPARE(wanted.count(), 0);  // no person asked for anything
        m_link->setOutput("lamp", true, {});
        QTRY_COMPARE(wanted.count(), 1);
    }

    void aChangedRoleIsSeenAtTheNextRefusal() {
        owner().claimed = true;
        const QByteArray token = makeToken();
        owner().addToken("given", "operator", token);
        look();
        access().give(token);
        QTRY_COMPARE(access().standing(), Standing::SignedIn);
        owner().tokens[0].role = "viewer";
        std::optional<SetOutcome> ended;
        m_link->requests().put("/api/v1/outputs/lamp", R"({"value":true})", [](const HttpAnswer&) {});
        QTRY_VERIFY(!access().maySet());
        QCOMPARE(access().standing(), Standing::SignedIn);
    }

    void aBoardThatIsOpenForViewingIsLookedAtWithoutSigningIn() {
        owner().add("owner", "owner", good_password);
        owner().viewing = true;
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        QTRY_VERIFY(access().mayLook());
        QTRY_COMPARE(m_link->feed(), BoardLink::Feed::Stream);
        QVERIFY(!access().maySet());
    }

    void signingOutRemovesTheTokenHereAndOnTheBoard() {
        look();
        QTRY_COMPARE(access().standing(), Standing::Unclaimed);
        QVERIFY(claim("7K3M9QRT").ok());
        QVERIFY(signOut().ok());
        QCOMPARE(access().standing(), Standing::SignedOut);
        QVERIFY(owner().tokens.isEmpty());
        m_store = std::make_unique<TokenStore>(m_data->path());
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
    }

    void signingOutOfABoardThatIsAwayForgetsTheTokenHere() {
        look();
        QTRY_COMPARE(access().standing(), Standing::Unclaimed);
        QVERIFY(claim("7K3M9QRT").ok());
        m_board->stop();
        const AccessOutcome outcome = signOut();
        QVERIFY(outcome.ok());
        QVERIFY(!outcome.note.isEmpty());
        m_board->start();
        m_store = std::make_unique<TokenStore>(m_data->path());
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
    }

    void noSecretIsInAnyFileButTheOneForTokens() {
        look();
        QTRY_COMPARE(access().standing(), Standing::Unclaimed);
        QVERIFY(claim("7K3M9QRT").ok());
        const QByteArray token = owner().tokens.first().text;
        for (const QFileInfo& each : QDir(m_data->path()).entryInfoList(QDir::Files)) {
            QFile file(each.filePath());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray text = file.readAll();
            QVERIFY(!text.contains(good_password.toUtf8()));
            QCOMPARE(text.contains(token), each.fileName() == u"tokens.json");
        }
    }

    void everyCallOfSignInEndsWhenTheBoardIsLetGoOf() {
        owner().add("owner", "owner", good_password);
        look();
        QTRY_COMPARE(access().standing(), Standing::SignedOut);
        for (const int wait_ms : {0, 5, 20, 50}) {
            int ended = 0;
            access().signIn("owner", good_password, [&](const AccessOutcome&) { ++ended; });
            access().claim("7K3M9QRT", "owner", good_password, [&](const AccessOutcome&) { ++ended; });
            access().signOut([&](const AccessOutcome&) { ++ended; });
            QTest::qWait(wait_ms);  // at whatever point that is
            m_link.reset();
            QTRY_COMPARE(ended, 3);
            look();
            QTRY_COMPARE(m_link->presence(), BoardLink::Presence::Online);
        }
    }
};

QTEST_GUILESS_MAIN(AccessTest)
#include "tst_access.moc"
