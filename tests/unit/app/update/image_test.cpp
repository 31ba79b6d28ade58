#include <random>

#include "tests/unit/app/update/update_fixture.hpp"

/// Which images are taken, and what is wrong with the others.
namespace boardwalk::test {

TEST_F(UpdateTest, AnImageOfAnyLengthThatFitsIsStoredAndStartsNext) {
    for (const std::size_t size : {std::size_t{1}, limits::piece_bytes - 1, limits::piece_bytes,
                                   limits::piece_bytes + 1, std::size_t{FlashMedium::slot_bytes}}) {
        for (const bool length_told : {true, false}) {
            medium = FlashMedium();
            power_on();
            EXPECT_EQ(upload(image_of(payload(size)), length_told), Outcome(202, "")) << size;
            EXPECT_EQ(medium.slots[0].substr(0, size), payload(size));
            EXPECT_EQ(store->running, app::Slot::factory);
            power_on();
            EXPECT_EQ(store->running, app::Slot::a);
        }
    }
}

TEST_F(UpdateTest, OneByteMoreThanTheSlotIs413) {
    EXPECT_EQ(upload(image_of(payload(FlashMedium::slot_bytes + 1))), refused(Refusal::image_too_large));
    EXPECT_EQ(upload(image_of(payload(FlashMedium::slot_bytes + 1)), false),
              refused(Refusal::image_too_large));
}

TEST_F(UpdateTest, WhatIsWrongWithAnImageIsSaidAndNothingChanges) {
    const auto good = image_of(payload(10'000));
    auto flipped = good;
    flipped.back() = static_cast<char>(flipped.back() ^ 1);
    EXPECT_EQ(upload(flipped), refused(Refusal::payload_corrupt));
    EXPECT_EQ(upload(good + "x", false), refused(Refusal::wrong_length));
    EXPECT_EQ(upload(good.substr(0, good.size() - 1), false), refused(Refusal::wrong_length));
    EXPECT_EQ(upload(good + std::string(2 * limits::piece_bytes, 'x'), false),
              refused(Refusal::wrong_length));
    EXPECT_EQ(upload("x", false), refused(Refusal::not_an_image));
    EXPECT_EQ(upload(image_of(payload(10), "Other board")), refused(Refusal::wrong_model));
    store->executable = false;
    EXPECT_EQ(upload(good), refused(Refusal::not_executable, "The payload is for another machine."));
    store->executable = true;
    store->breaks_sector = true;
    EXPECT_EQ(upload(good), refused(Refusal::payload_corrupt)) << "what is stored counts, not what was sent";
    power_on();
    EXPECT_EQ(store->running, app::Slot::factory);
    EXPECT_EQ(upload(good), Outcome(202, ""));
}

TEST_F(UpdateTest, AHeaderOfALaterLayoutIsToldApartFromNoImage) {
    constexpr std::size_t layout_at = 8, reserved_at = 112;
    for (const auto at : {layout_at, reserved_at}) {
        auto image = image_of(payload(10));
        image[at] = '\2';
        EXPECT_EQ(upload(image), refused(Refusal::unknown_layout)) << at;
    }
}

TEST_F(UpdateTest, AContentDigestIsReadAndHolds) {
    const auto image = image_of(payload(10));
    EXPECT_EQ(upload(image, true, "sha-256=:short:"), refused(Refusal::bad_digest));
    EXPECT_EQ(upload(image, true, "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"),
              refused(Refusal::digest_mismatch));
    EXPECT_TRUE(ask("/api/v1/firmware").json()["stored"].is_null());
    EXPECT_EQ(upload(image), Outcome(202, ""));
}

TEST_F(UpdateTest, AnImageIsReadBackWithoutACallWithinACallForEachSector) {
    HastyWorkers hasty;
    power_on(hasty);
    const auto image = image_of(payload(FlashMedium::slot_bytes));
    const auto route = open_upload(image);
    outlet.answers.clear();
    for (std::size_t at = 0; at < image.size(); at += limits::piece_bytes) {
        store->bytes_in_a_job = 0;
        const auto piece = std::string_view(image).substr(at, limits::piece_bytes);
        app->on_body(client, route, piece, at + limits::piece_bytes >= image.size());
        EXPECT_LE(store->bytes_in_a_job, limits::piece_bytes) << "no second job within the first";
    }
    EXPECT_TRUE(outlet.answers.empty());
    for (int i = 0; outlet.answers.empty() && i < 100; ++i) {
        store->bytes_in_a_job = 0;
        app->on_turn(platform.now);
        EXPECT_LE(store->bytes_in_a_job, limits::piece_bytes);
    }
    ASSERT_EQ(outlet.answers.size(), 1U);
    EXPECT_EQ(outlet.answers[0].status, 202);
}

TEST_F(UpdateTest, APowerCutAtAnyByteLeavesAnImageThatIsWhole) {
    const auto content = payload(3 * limits::piece_bytes + 17);
    const auto image = image_of(content);
    const std::size_t all = content.size() + 2;  // and one for each change of the record
    std::vector<std::size_t> cuts = {0, 1, 2, all - 2, all - 1, all};
    for (std::size_t sector = 1; sector <= 3; ++sector) {
        for (std::size_t beside = 0; beside < 3; ++beside)
            cuts.push_back(sector * limits::piece_bytes + beside);
    }
    std::mt19937 seeded(7);
    for (int i = 0; i < 200; ++i)
        cuts.push_back(seeded() % all);
    int started = 0;
    for (const auto cut : cuts) {
        medium = FlashMedium();
        power_on();
        medium.bytes_left = cut;
        const auto answer = upload(image);
        power_on();
        const bool is_new = store->running == app::Slot::a;
        started += is_new ? 1 : 0;
        EXPECT_EQ(is_new, answer.first == 202) << cut;
        if (is_new) {
            EXPECT_EQ(medium.slots[0].substr(0, content.size()), content) << cut;
        }
    }
    EXPECT_LE(started, 1) << "only the one that was not cut";
}

TEST_F(UpdateTest, AnUploadThatIsLostIsAFailedJobAndTheNextOneIsTaken) {
    const auto image = image_of(payload(10'000));
    const auto route = open_upload(image);
    EXPECT_EQ(upload(image), refused(Refusal::upload_under_way));
    app->on_body_lost(client, route);
    EXPECT_TRUE(is_refusal(ask("/api/v1/jobs/1").json()["error"], Refusal::truncated));
    EXPECT_EQ(upload(image), Outcome(202, ""));
}

}  // namespace boardwalk::test
