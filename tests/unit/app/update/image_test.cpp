#include <random>

#include "firmware/app/update/sha256.hpp"
#include "tests/support/flash.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

class UpdateTest : public AppTest {
protected:
    void SetUp() override { power_on(); }

    /// Its head and its first piece, which a worker is given.
    void begin_upload(const std::string& image) {
        http::Request request = put("/api/v1/firmware", {});
        request.content_type = {};
        request.content_length = image.size();
        http::Response response;
        server::Admission admission{.peer_is_loopback = true};
        ASSERT_EQ(app->on_head(request, response, admission), server::Verdict::stream_body);
        app->on_body(client, admission.route, std::string_view(image).substr(0, limits::piece_bytes), false);
    }

    /// A board starts on what is on the medium.
    void power_on() { power_on(workers); }
    void power_on(server::Workers& chosen) {
        workers.work();  // what still waits is the old board's
        medium.bytes_left = SIZE_MAX;
        medium.files.works = true;
        store = std::make_unique<FlashStore>(medium);
        auto with_images = seams(chosen);
        with_images.images = store.get();
        platform.keep_lines = false;
        app = std::make_unique<app::App>(with_images, "Bench");
        ASSERT_EQ(app->start(), "");
        app->attach(outlet, statistics);
    }
    static std::string image_of(const std::string& payload, std::string_view model = "Test board") {
        app::Sha256 hash;
        hash.add(payload);
        const app::ImageHeader header{.payload_bytes = static_cast<std::uint32_t>(payload.size()),
                                      .payload_sha256 = hash.value(),
                                      .version = "2.0.0",
                                      .model = cut(model)};
        std::array<char, app::image_header_bytes> bytes;
        app::write_header(header, bytes);
        return std::string(bytes.data(), bytes.size()) + payload;
    }
    static std::string payload(std::size_t size) {
        std::string text(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            text[i] = static_cast<char>(i * 7 + i / 251);
        return text;
    }
    /// As the server does it. The status and the problem's code, which are empty when the body was to come.
    std::pair<std::uint16_t, std::string> upload(const std::string& image, bool length_told = true) {
        outlet.answers.clear();
        http::Request request = put("/api/v1/firmware", {});
        request.content_type = "application/octet-stream";
        request.framing = length_told ? http::Framing::length : http::Framing::chunked;
        request.content_length = length_told ? image.size() : 0;
        std::array<char, limits::inline_body_bytes_min> memory;
        http::Response response;
        response.text = TextWriter(memory);
        server::Admission admission{.peer_is_loopback = peer_is_loopback};
        const auto verdict = app->on_head(request, response, admission);
        if (verdict != server::Verdict::stream_body) return outcome(response.status, response.text.view());
        bool last = false;
        for (std::size_t at = 0; outlet.answers.empty(); at += limits::piece_bytes) {
            if (!last) {
                last = at + limits::piece_bytes >= image.size();
                const auto piece = std::string_view(image).substr(at, limits::piece_bytes);
                EXPECT_FALSE(app->on_body(client, admission.route, piece, last));
            }
            store->bytes_in_a_job = 0;
            workers.work();
            EXPECT_LE(store->bytes_in_a_job, limits::piece_bytes)
                << "a loop without workers does each itself";
            app->on_turn(platform.now);
        }
        return outcome(outlet.answers[0].status, outlet.answers[0].body);
    }
    static std::pair<std::uint16_t, std::string> outcome(std::uint16_t status, std::string_view body) {
        const auto json = nlohmann::json::parse(body, nullptr, false);
        return {status, json.contains("code") ? json["code"].get<std::string>() : ""};
    }
    static http::Request discard() {
        auto request = get("/api/v1/firmware");
        request.method = http::Method::delete_;
        return request;
    }
    static http::Request restart() {
        auto request = get("/api/v1/restart");
        request.method = http::Method::post;
        return request;
    }
    std::string slot() { return ask("/api/v1/firmware").json()["slot"]; }
    std::string state() { return ask("/api/v1/firmware").json()["state"]; }

    FlashMedium medium;
    std::unique_ptr<FlashStore> store;
};

using Outcome = std::pair<std::uint16_t, std::string>;

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
    EXPECT_EQ(upload(image_of(payload(FlashMedium::slot_bytes + 1))), Outcome(413, "image_too_large"));
    EXPECT_EQ(upload(image_of(payload(FlashMedium::slot_bytes + 1)), false), Outcome(413, "image_too_large"));
}

TEST_F(UpdateTest, WhatIsWrongWithAnImageIsSaidAndNothingChanges) {
    const auto good = image_of(payload(10'000));
    auto flipped = good;
    flipped.back() = static_cast<char>(flipped.back() ^ 1);
    EXPECT_EQ(upload(flipped), Outcome(422, "payload_corrupt"));
    EXPECT_EQ(upload(good + "x", false), Outcome(422, "wrong_length"));
    EXPECT_EQ(upload(good.substr(0, good.size() - 1), false), Outcome(422, "wrong_length"));
    EXPECT_EQ(upload(good + std::string(2 * limits::piece_bytes, 'x'), false), Outcome(422, "wrong_length"));
    EXPECT_EQ(upload("x", false), Outcome(422, "not_an_image"));
    EXPECT_EQ(upload(image_of(payload(10), "Other board")), Outcome(422, "wrong_model"));
    store->executable = false;
    EXPECT_EQ(upload(good), Outcome(422, "not_executable"));
    store->executable = true;
    store->breaks_sector = true;
    EXPECT_EQ(upload(good), Outcome(422, "payload_corrupt")) << "what is stored counts, not what was sent";
    power_on();
    EXPECT_EQ(store->running, app::Slot::factory);
    EXPECT_EQ(upload(good), Outcome(202, ""));
}

TEST_F(UpdateTest, FirmwareThatConfirmsItselfStaysAndTheNextGoesToTheOtherSlot) {
    upload(image_of(payload(100)));
    power_on();
    EXPECT_EQ(state(), "trial");
    EXPECT_EQ(upload(image_of(payload(200))), Outcome(409, "on_trial")) << "the way back is not overwritten";
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

TEST_F(UpdateTest, AnImageIsReadBackWithoutACallWithinACallForEachSector) {
    HastyWorkers hasty;
    power_on(hasty);
    const auto image = image_of(payload(FlashMedium::slot_bytes));
    http::Request request = put("/api/v1/firmware", {});
    request.content_type = {};
    request.content_length = image.size();
    http::Response response;
    server::Admission admission{.peer_is_loopback = true};
    ASSERT_EQ(app->on_head(request, response, admission), server::Verdict::stream_body);
    outlet.answers.clear();
    for (std::size_t at = 0; at < image.size(); at += limits::piece_bytes) {
        store->bytes_in_a_job = 0;
        const auto piece = std::string_view(image).substr(at, limits::piece_bytes);
        app->on_body(client, admission.route, piece, at + limits::piece_bytes >= image.size());
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

TEST_F(UpdateTest, WhatIsStoredIsToldUntilItIsDiscardedOrStarted) {
    const auto stored = [&] { return ask("/api/v1/firmware").json()["stored"]; };
    EXPECT_TRUE(stored().is_null());
    upload(image_of(payload(100)));
    EXPECT_EQ(stored(), (nlohmann::json{{"version", "2.0.0"}, {"slot", "a"}, {"size_bytes", 100}}));
    EXPECT_EQ(upload(image_of(payload(10), "Other board")), Outcome(422, "wrong_model"));
    EXPECT_EQ(stored()["version"], "2.0.0") << "its header alone changes nothing";

    EXPECT_TRUE(ask(discard()).later);
    EXPECT_EQ(ask(discard()).json()["code"], "update_in_progress");
    EXPECT_EQ(upload(image_of(payload(100))), Outcome(409, "update_in_progress"));
    EXPECT_EQ(ask(restart()).json()["code"], "update_in_progress");
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
    EXPECT_EQ(upload(image_of(payload(10)) + "x", false), Outcome(422, "wrong_length"));
    EXPECT_TRUE(stored().is_null()) << "the slot was erased for the next one";
    upload(image_of(payload(100)));
    power_on();
    EXPECT_EQ(store->running, app::Slot::a);
    EXPECT_TRUE(stored().is_null());
    EXPECT_EQ(ask(discard()).json()["code"], "on_trial");
}

TEST_F(UpdateTest, ADiscardThatTheMediumRefusesIsToldAndTheImageStays) {
    upload(image_of(payload(100)));
    medium.bytes_left = 0;
    EXPECT_TRUE(ask(discard()).later);
    outlet.answers.clear();
    workers.work();
    ASSERT_EQ(outlet.answers.size(), 1U);
    EXPECT_EQ(outlet.answers[0].status, 500);
    EXPECT_EQ(ask("/api/v1/firmware").json()["stored"]["version"], "2.0.0");
    EXPECT_EQ(upload(image_of(payload(100))), Outcome(500, "storage_failed"));
    EXPECT_EQ(ask("/api/v1/firmware").json()["stored"]["version"], "2.0.0") << "nor did an upload erase it";
}

TEST_F(UpdateTest, FromElsewhereADiscardIs403) {
    upload(image_of(payload(100)));
    peer_is_loopback = false;
    EXPECT_EQ(ask(discard()).status, 403);
    EXPECT_EQ(ask("/api/v1/firmware").json()["stored"]["version"], "2.0.0");
}

TEST_F(UpdateTest, OnceARestartWasPromisedTheSlotStaysAsItIs) {
    upload(image_of(payload(100)));
    EXPECT_EQ(ask(restart()).status, 202);
    EXPECT_EQ(ask(discard()).json()["code"], "restarting");
    EXPECT_EQ(upload(image_of(payload(100))), Outcome(409, "restarting"));
}

TEST_F(UpdateTest, AStorageThatDoesNotAnswerFailsTheUploadAndNoLongerForbidsTheRestart) {
    const auto image = image_of(payload(10'000));
    begin_upload(image);
    app->on_turn(platform.now);
    app->on_turn(platform.now += limits::job_ms_max);
    EXPECT_EQ(ask("/api/v1/jobs/1").json()["state"], "running");
    EXPECT_EQ(ask(restart()).status, 409);
    app->on_turn(platform.now += 1);
    EXPECT_EQ(ask("/api/v1/jobs/1").json()["error"]["code"], "storage_stuck");
    ASSERT_EQ(outlet.abandoned.size(), 1U) << "its client is told";
    EXPECT_EQ(outlet.abandoned[0].first, client);
    EXPECT_EQ(upload(image), Outcome(503, "storage_stuck"));
    EXPECT_EQ(ask(discard()).json()["code"], "storage_stuck");

    outlet.answers.clear();
    workers.work();  // it answers after all
    EXPECT_EQ(outlet.answers.size(), 1U) << "so that the server has its buffer back";
    EXPECT_EQ(outlet.abandoned.size(), 1U) << "once";
    EXPECT_EQ(upload(image), Outcome(202, ""));
    EXPECT_EQ(ask(restart()).status, 202);
}

TEST_F(UpdateTest, TheAnswerToAStuckUploadIsAWholeMessageWithItsProblem) {
    const auto image = image_of(payload(10'000));
    begin_upload(image);
    app->on_turn(platform.now);
    app->on_turn(platform.now += limits::job_ms_max + 1);
    ASSERT_EQ(outlet.abandoned.size(), 1U);
    const auto& text = outlet.abandoned[0].second;
    const auto end = text.find("\r\n\r\n") + 4;
    EXPECT_TRUE(text.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
    EXPECT_NE(text.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_NE(text.find("\r\nContent-Length: " + std::to_string(text.size() - end) + "\r\n"),
              std::string::npos);
    const auto problem = nlohmann::json::parse(text.substr(end));
    EXPECT_EQ(problem["code"], "storage_stuck");
    EXPECT_EQ(problem["instance"], "/api/v1/firmware");
    EXPECT_EQ(problem["status"], 503);
}

TEST_F(UpdateTest, AnUploadThatGetsNoWorkerIsToldSoInTime) {
    const auto image = image_of(payload(10'000));
    http::Request request = put("/api/v1/firmware", {});
    request.content_type = {};
    request.content_length = image.size();
    http::Response response;
    server::Admission admission{.peer_is_loopback = true};
    ASSERT_EQ(app->on_head(request, response, admission), server::Verdict::stream_body);
    workers.full = true;
    app->on_body(client, admission.route, std::string_view(image).substr(0, limits::piece_bytes), false);
    app->on_turn(platform.now);
    app->on_turn(platform.now += limits::job_ms_max);
    EXPECT_TRUE(outlet.answers.empty());
    app->on_turn(platform.now += 1);
    ASSERT_EQ(outlet.answers.size(), 1U);
    EXPECT_EQ(outlet.answers[0].status, 503);
    EXPECT_TRUE(outlet.abandoned.empty()) << "no worker has its buffer";
    workers.full = false;
    EXPECT_EQ(upload(image), Outcome(202, ""));
}

TEST_F(UpdateTest, ADiscardThatTheMediumDoesNotAnswerIsToldSoInTimeAndOnce) {
    upload(image_of(payload(100)));
    ASSERT_TRUE(ask(discard()).later);
    outlet.answers.clear();
    app->on_turn(platform.now);
    app->on_turn(platform.now += limits::job_ms_max);
    EXPECT_TRUE(outlet.answers.empty());
    app->on_turn(platform.now += 1);
    ASSERT_EQ(outlet.answers.size(), 1U);
    EXPECT_EQ(outlet.answers[0].status, 503);
    EXPECT_NE(outlet.answers[0].body.find("storage_stuck"), std::string::npos);
    workers.work();  // it answers after all
    EXPECT_EQ(outlet.answers.size(), 1U);
    EXPECT_TRUE(ask("/api/v1/firmware").json()["stored"].is_null());
    EXPECT_EQ(upload(image_of(payload(100))), Outcome(202, ""));
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
    http::Request request = put("/api/v1/firmware", {});
    request.content_type = {};
    request.content_length = image.size();
    http::Response response;
    server::Admission admission{.peer_is_loopback = true};
    ASSERT_EQ(app->on_head(request, response, admission), server::Verdict::stream_body);
    EXPECT_EQ(upload(image), Outcome(409, "update_in_progress"));
    app->on_body_lost(client, admission.route);
    EXPECT_EQ(ask("/api/v1/jobs/1").json()["error"]["code"], "truncated");
    EXPECT_EQ(upload(image), Outcome(202, ""));
}

TEST_F(UpdateTest, FromElsewhereAnUploadIs403) {
    peer_is_loopback = false;
    EXPECT_EQ(upload(image_of(payload(10))), Outcome(403, "unclaimed"));
}

TEST_F(UpdateTest, ARecordThatMakesNoSenseIsTheFactoryImage) {
    for (const auto* content : {"", "boot 1 ", "boot 1 xx0 f", "boot 2 ab0 f", "boot 1 ab0 other"}) {
        medium.files.files["boot"] = content;
        power_on();
        EXPECT_EQ(store->running, app::Slot::factory) << content;
    }
}

}  // namespace boardwalk::test
