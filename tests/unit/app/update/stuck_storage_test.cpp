#include "tests/unit/app/update/update_fixture.hpp"

/// A storage or workers that do not answer.
namespace boardwalk::test {

TEST_F(UpdateTest, AStorageThatDoesNotAnswerFailsTheUploadAndNoLongerForbidsTheRestart) {
    const auto image = image_of(payload(10'000));
    begin_upload(image);
    app->on_turn(platform.now);
    app->on_turn(platform.now += limits::job_ms_max);
    EXPECT_EQ(ask("/api/v1/jobs/1").json()["state"], "running");
    EXPECT_EQ(ask(restart()).status, 409);
    app->on_turn(platform.now += 1);
    EXPECT_TRUE(is_refusal(ask("/api/v1/jobs/1").json()["error"], Refusal::image_storage_stuck));
    ASSERT_EQ(outlet.abandoned.size(), 1U) << "its client is told";
    EXPECT_EQ(outlet.abandoned[0].first, client);
    EXPECT_EQ(upload(image), refused(Refusal::image_storage_stuck));
    EXPECT_TRUE(is_refusal(ask(discard()).json(), Refusal::image_storage_stuck));

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
    EXPECT_TRUE(is_refusal(problem, Refusal::image_storage_stuck));
    EXPECT_EQ(problem["instance"], "/api/v1/firmware");
}

TEST_F(UpdateTest, AnUploadThatGetsNoWorkerIsToldSoInTime) {
    const auto image = image_of(payload(10'000));
    const auto route = open_upload(image);
    workers.full = true;
    send_first_piece(route, image);
    app->on_turn(platform.now);
    app->on_turn(platform.now += limits::job_ms_max);
    EXPECT_TRUE(outlet.answers.empty());
    app->on_turn(platform.now += 1);
    EXPECT_TRUE(is_refusal(late_answer(), Refusal::image_storage_stuck));
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
    EXPECT_TRUE(is_refusal(late_answer(), Refusal::image_storage_stuck));
    workers.work();  // it answers after all
    EXPECT_EQ(outlet.answers.size(), 1U);
    EXPECT_TRUE(ask("/api/v1/firmware").json()["stored"].is_null());
    EXPECT_EQ(upload(image_of(payload(100))), Outcome(202, ""));
}

}  // namespace boardwalk::test
