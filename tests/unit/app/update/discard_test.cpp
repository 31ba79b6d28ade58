#include "tests/unit/app/update/update_fixture.hpp"

/// What is stored and not started, and how it is given up.
namespace boardwalk::test {

TEST_F(UpdateTest, WhatIsStoredIsToldUntilItIsDiscardedOrStarted) {
    const auto stored = [&] { return ask("/api/v1/firmware").json()["stored"]; };
    EXPECT_TRUE(stored().is_null());
    upload(image_of(payload(100)));
    EXPECT_EQ(stored(), (nlohmann::json{{"version", "2.0.0"}, {"slot", "a"}, {"size_bytes", 100}}));
    EXPECT_EQ(upload(image_of(payload(10), "Other board")), refused(Refusal::wrong_model));
    EXPECT_EQ(stored()["version"], "2.0.0") << "its header alone changes nothing";

    EXPECT_TRUE(ask(discard()).later);
    EXPECT_TRUE(is_refusal(ask(discard()).json(), Refusal::upload_under_way));
    EXPECT_EQ(upload(image_of(payload(100))), refused(Refusal::upload_under_way));
    EXPECT_TRUE(is_refusal(ask(restart()).json(), Refusal::upload_before_restart));
    outlet.answers.clear();
    workers.work();
    ASSERT_EQ(outlet.answers.size(), 1U);
    EXPECT_EQ(outlet.answers[0].status, 204);
    EXPECT_EQ(outlet.answers[0].body, "");
    EXPECT_TRUE(stored().is_null());
    EXPECT_EQ(ask(discard()).status, 204) << "again";
    power_on();
    EXPECT_EQ(store->running, app::Slot::factory);

    upload(image_of(payload(100)));
    EXPECT_EQ(upload(image_of(payload(10)) + "x", false), refused(Refusal::wrong_length));
    EXPECT_TRUE(stored().is_null()) << "the slot was erased for the next one";
    upload(image_of(payload(100)));
    power_on();
    EXPECT_EQ(store->running, app::Slot::a);
    EXPECT_TRUE(stored().is_null());
    EXPECT_TRUE(is_refusal(ask(discard()).json(), Refusal::on_trial));
}

TEST_F(UpdateTest, ADiscardThatTheMediumRefusesIsToldAndTheImageStays) {
    upload(image_of(payload(100)));
    medium.bytes_left = 0;
    EXPECT_TRUE(ask(discard()).later);
    outlet.answers.clear();
    workers.work();
    EXPECT_TRUE(is_refusal(late_answer(), Refusal::image_not_stored));
    EXPECT_EQ(ask("/api/v1/firmware").json()["stored"]["version"], "2.0.0");
    EXPECT_EQ(upload(image_of(payload(100))), refused(Refusal::image_not_stored));
    EXPECT_EQ(ask("/api/v1/firmware").json()["stored"]["version"], "2.0.0") << "nor did an upload erase it";
}

TEST_F(UpdateTest, WithoutAPlaceAmongTheWorkersADiscardIs503) {
    upload(image_of(payload(100)));
    workers.full = true;
    EXPECT_TRUE(is_refusal(ask(discard()).json(), Refusal::workers_busy));
    workers.full = false;
    EXPECT_TRUE(ask(discard()).later);
}

TEST_F(UpdateTest, OnceARestartWasPromisedTheSlotStaysAsItIs) {
    upload(image_of(payload(100)));
    EXPECT_EQ(ask(restart()).status, 202);
    EXPECT_TRUE(is_refusal(ask(discard()).json(), Refusal::restarting));
    EXPECT_EQ(upload(image_of(payload(100))), refused(Refusal::restarting));
}

}  // namespace boardwalk::test
