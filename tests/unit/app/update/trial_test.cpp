#include "tests/unit/app/update/update_fixture.hpp"

/// Which image starts, and how a new one confirms itself.
namespace boardwalk::test {

TEST_F(UpdateTest, FirmwareThatConfirmsItselfStaysAndTheNextGoesToTheOtherSlot) {
    upload(image_of(payload(100)));
    power_on();
    EXPECT_EQ(state(), "trial");
    EXPECT_EQ(upload(image_of(payload(200))), refused(Refusal::on_trial))
        << "the way back is not overwritten";
    tick();  // the first sample
    turn();
    EXPECT_EQ(state(), "confirmed");
    power_on();
    EXPECT_EQ(store->running, app::Slot::a);
    EXPECT_EQ(upload(image_of(payload(200))), Outcome(202, ""));
    EXPECT_EQ(medium.slots[0].substr(0, 100), payload(100));
    power_on();
    EXPECT_EQ(store->running, app::Slot::b);
}

TEST_F(UpdateTest, FirmwareThatDoesNotConfirmItselfGoesBack) {
    upload(image_of(payload(100)));
    EXPECT_EQ(ask("/api/v1/jobs/1").json()["result"]["slot"], "a");
    EXPECT_EQ(slot(), "factory");
    power_on();
    EXPECT_EQ(store->running, app::Slot::a);
    EXPECT_EQ(slot(), "a") << "whatever its version";
    power_on();
    EXPECT_EQ(store->running, app::Slot::factory);
    EXPECT_EQ(slot(), "factory");
    power_on();
    EXPECT_EQ(store->running, app::Slot::factory) << "for good";
}

TEST_F(UpdateTest, AConfirmationThatCannotBeStoredIsTriedAFewTimesWithPausesAndThatIsSaid) {
    upload(image_of(payload(100)));
    power_on();
    platform.keep_lines = true;
    medium.files.works = false;
    for (int ms = 0; ms < 60'000; ms += 100)
        turn(100);
    EXPECT_EQ(store->confirmations, limits::confirm_tries_max) << "each wears the flash";
    EXPECT_EQ(state(), "trial");
    const auto said = [&](std::string_view text) { return std::ranges::count(platform.lines, text); };
    EXPECT_EQ(said("this firmware could not be confirmed: the storage failed"), limits::confirm_tries_max);
    EXPECT_EQ(said("this firmware is given up: the one before starts when its trial ends"), 1);
    power_on();
    EXPECT_EQ(store->running, app::Slot::factory);
}

TEST_F(UpdateTest, AConfirmationIsTriedAsOftenOnWorkersThatAreDoneBeforeTheyReturn) {
    upload(image_of(payload(100)));
    HastyWorkers hasty;
    power_on(hasty);
    medium.files.works = false;
    for (int ms = 0; ms < 60'000; ms += 100)
        turn(100);
    EXPECT_EQ(store->confirmations, limits::confirm_tries_max);
}

TEST_F(UpdateTest, AMediumThatFailsForAMomentCostsAPauseAndTheLoopIsWokenAfterIt) {
    upload(image_of(payload(100)));
    power_on();
    medium.files.works = false;
    ASSERT_TRUE(ask(patch(R"({"telemetry":{"period_ms":60000}})")).later);
    while (store->confirmations == 0)
        turn();
    EXPECT_EQ(turn(), platform.now + limits::confirm_pause_ms) << "nothing else would wake it";
    medium.files.works = true;
    turn(limits::confirm_pause_ms - 1);
    EXPECT_EQ(state(), "trial");
    turn(1);
    EXPECT_EQ(state(), "confirmed");
    EXPECT_EQ(store->confirmations, 2U);
}

TEST_F(UpdateTest, ARecordThatMakesNoSenseIsTheFactoryImage) {
    for (const auto* content : {"", "boot 1 ", "boot 1 xx0 f", "boot 2 ab0 f", "boot 1 ab0 other"}) {
        medium.files.files["boot"] = content;
        power_on();
        EXPECT_EQ(store->running, app::Slot::factory) << content;
    }
}

}  // namespace boardwalk::test
