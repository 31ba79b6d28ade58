#include "firmware/app/wifi/joiner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "firmware/limits.hpp"

namespace boardwalk::test {

using Step = app::WifiJoiner::Step;
using app::WifiFailure;
using app::WifiState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class JoinerTest : public ::testing::Test {
protected:
    /// What is to be done `ms` later.
    std::vector<Step> after(std::uint64_t ms) {
        now += ms;
        std::vector<Step> steps;
        for (auto step = joiner.next(now); step != Step::none && steps.size() < 9; step = joiner.next(now))
            steps.push_back(step);
        return steps;
    }
    std::vector<Step> use(std::string_view ssid) {
        joiner.use({.ssid = cut(ssid), .password = "correct horse"}, now);
        return after(0);
    }
    void lose(WifiFailure why = WifiFailure::unknown) { joiner.on_lost(now, why); }
    void join() { joiner.on_joined(now); }
    /// Out of reach until the board's own network opens; then all that waits is the next try.
    void fail_until_open() {
        while (!joiner.portal_open() && now < 1'000'000) {
            lose();
            after(1'000);
        }
        lose();
        ASSERT_TRUE(joiner.portal_open());
    }

    std::uint64_t now = 5'000;
    app::WifiJoiner joiner;
};

TEST_F(JoinerTest, ABoardThatKnowsNoNetworkOpensItsOwnAndKeepsItOpen) {
    EXPECT_THAT(use(""), ElementsAre(Step::open_portal));
    EXPECT_EQ(joiner.state(), WifiState::off);
    EXPECT_THAT(after(1'000'000), IsEmpty());
    EXPECT_EQ(joiner.due_ms(), app::WifiJoiner::never);
}

TEST_F(JoinerTest, ABoardThatKnowsANetworkJoinsItAndOpensNone) {
    EXPECT_THAT(use("Attic"), ElementsAre(Step::attempt));
    EXPECT_EQ(joiner.state(), WifiState::joining);
    join();
    EXPECT_EQ(joiner.state(), WifiState::joined);
    EXPECT_THAT(after(1'000'000), IsEmpty());
    EXPECT_FALSE(joiner.portal_open());
}

TEST_F(JoinerTest, TriesComeLaterAndLaterUpToAMinute) {
    use("Attic");
    std::uint64_t pause = limits::wifi_pause_ms_min;
    for (int i = 0; i < 12; ++i) {
        lose();
        // At some point its own network opens between two tries.
        EXPECT_LE(joiner.due_ms(), now + pause);
        EXPECT_THAT(after(pause - 1), Not(Contains(Step::attempt)));
        EXPECT_THAT(after(1), Contains(Step::attempt));
        pause = std::min(pause * 2, limits::wifi_pause_ms_max);
    }
}

TEST_F(JoinerTest, ItsOwnNetworkOpensWhenItsNetworkWasOutOfReachForThreeMinutes) {
    use("Attic");
    const auto begun = now;
    fail_until_open();
    EXPECT_EQ(now, begun + limits::wifi_outage_ms_max);
    EXPECT_EQ(joiner.state(), WifiState::failed);
    EXPECT_THAT(after(60'000), ElementsAre(Step::attempt)) << "it tries on";
    join();
    EXPECT_THAT(after(limits::wifi_farewell_ms), ElementsAre(Step::close_portal));
}

TEST_F(JoinerTest, WhileAGuestIsThereOldCredentialsAreNotTried) {
    use("Attic");
    fail_until_open();
    joiner.on_guests(1);
    EXPECT_THAT(after(600'000), IsEmpty());
    EXPECT_EQ(joiner.due_ms(), app::WifiJoiner::never);
    joiner.on_guests(0);
    EXPECT_LE(joiner.due_ms(), now);
    EXPECT_THAT(after(0), ElementsAre(Step::attempt));
}

TEST_F(JoinerTest, NewCredentialsAreTriedAtOnceBesideAGuestWhoIsToldTheOutcome) {
    use("");
    joiner.on_guests(1);
    EXPECT_THAT(use("Attic"), ElementsAre(Step::attempt));
    EXPECT_TRUE(joiner.portal_open());
    lose();
    EXPECT_EQ(joiner.state(), WifiState::failed);
    EXPECT_THAT(after(600'000), IsEmpty()) << "once: whoever typed them is asked again";
    EXPECT_THAT(use("Attic"), ElementsAre(Step::attempt)) << "the same ones too";
    EXPECT_EQ(joiner.state(), WifiState::joining);
    join();
    EXPECT_THAT(after(limits::wifi_farewell_ms - 1), IsEmpty());
    EXPECT_THAT(after(1), ElementsAre(Step::close_portal));
}

TEST_F(JoinerTest, ATryThatTheRadioSaysNothingOfEnds) {
    use("Attic");
    EXPECT_EQ(joiner.due_ms(), now + limits::wifi_try_ms_max);
    EXPECT_THAT(after(limits::wifi_try_ms_max - 1), IsEmpty());
    EXPECT_THAT(after(1), ElementsAre(Step::leave));
    EXPECT_EQ(joiner.state(), WifiState::failed);
    join();
    EXPECT_EQ(joiner.state(), WifiState::failed) << "word of a try that was given up";
}

TEST_F(JoinerTest, ARouterThatStartsAgainDoesNotOpenTheBoard) {
    use("Attic");
    join();
    after(3'600'000);
    const auto lost = now;
    lose();
    while (now < lost + limits::wifi_outage_ms_max - 1) {
        after(1);
        ASSERT_FALSE(joiner.portal_open()) << now - lost;
        lose();
    }
    after(1);
    EXPECT_TRUE(joiner.portal_open());
}

TEST_F(JoinerTest, AnotherNetworkIsJoinedAfterTheOldOneIsLeft) {
    use("Attic");
    join();
    EXPECT_THAT(use("Attic"), IsEmpty()) << "the one that it is in";
    EXPECT_THAT(use("Shed"), ElementsAre(Step::leave));
    EXPECT_EQ(joiner.due_ms(), now + limits::wifi_leave_ms);
    EXPECT_THAT(after(limits::wifi_leave_ms - 1), IsEmpty());
    EXPECT_THAT(after(1), ElementsAre(Step::attempt));
    EXPECT_EQ(joiner.credentials().ssid, "Shed");
    lose();
    EXPECT_THAT(use(""), ElementsAre(Step::open_portal));
}

TEST_F(JoinerTest, ALateWordOfTheNetworkThatWasLeftIsNoFailureOfTheNext) {
    use("Attic");
    use("Shed");
    lose();
    EXPECT_EQ(joiner.state(), WifiState::joining);
    EXPECT_THAT(after(limits::wifi_leave_ms), ElementsAre(Step::attempt)) << "not later";
    join();
    EXPECT_EQ(joiner.state(), WifiState::joined);
}

TEST_F(JoinerTest, WhyATryFailedIsKnownUntilTheNextOneThatSaysOrSucceeds) {
    use("Attic");
    EXPECT_EQ(joiner.failure(), WifiFailure::unknown);
    lose(WifiFailure::password);
    EXPECT_EQ(joiner.failure(), WifiFailure::password);
    EXPECT_THAT(after(limits::wifi_pause_ms_min), ElementsAre(Step::attempt));
    after(limits::wifi_try_ms_max);  // nothing is heard of it
    EXPECT_EQ(joiner.failure(), WifiFailure::password);
    EXPECT_THAT(after(2 * limits::wifi_pause_ms_min), ElementsAre(Step::attempt));
    lose(WifiFailure::not_found);
    EXPECT_EQ(joiner.failure(), WifiFailure::not_found);
    use("Attic");
    EXPECT_EQ(joiner.failure(), WifiFailure::unknown) << "they may be typed anew";
    lose(WifiFailure::security);
    use("Attic");
    join();
    EXPECT_EQ(joiner.failure(), WifiFailure::unknown);
    lose(WifiFailure::not_found);
    EXPECT_EQ(joiner.failure(), WifiFailure::not_found) << "the router went";
    use("Shed");
    lose(WifiFailure::password);
    EXPECT_EQ(joiner.failure(), WifiFailure::password);
}

TEST_F(JoinerTest, ItsOwnNetworkDoesNotBreakATryThatIsUnderWay) {
    use("Attic");
    const auto begun = now;
    for (const std::uint64_t pause_ms : {1'000U, 2'000U}) {
        after(limits::wifi_try_ms_max);
        after(pause_ms);
    }
    for (const std::uint64_t pause_ms : {4'000U, 8'000U, 16'000U, 32'000U, 60'000U}) {
        lose();
        after(pause_ms);
    }
    EXPECT_THAT(after(begun + limits::wifi_outage_ms_max - now), IsEmpty()) << "it has begun 17 s before";
    EXPECT_EQ(joiner.due_ms(), now + 3'000);
    EXPECT_THAT(after(3'000), ElementsAre(Step::leave, Step::open_portal));
}

TEST_F(JoinerTest, ForgettingTheNetworkOpensTheBoardsOwn) {
    use("Attic");
    join();
    EXPECT_THAT(use(""), ElementsAre(Step::leave, Step::open_portal));
}

}  // namespace boardwalk::test
