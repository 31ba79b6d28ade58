#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "firmware/app/crypto/sha256.hpp"
#include "tests/support/flash.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

using Outcome = std::pair<std::uint16_t, std::string>;

/// A board with two slots for images on a medium of flash that a test can break.
class UpdateTest : public AppTest {
protected:
    void SetUp() override { power_on(); }

    /// Its head. Returns the route that its pieces go by.
    std::uint16_t open_upload(const std::string& image) {
        http::Request request = put("/api/v1/firmware", {});
        request.content_type = {};
        request.content_length = image.size();
        http::Response response;
        server::Admission admission;
        EXPECT_EQ(app->on_head(request, response, admission), server::Verdict::stream_body);
        return admission.route;
    }
    void send_first_piece(std::uint16_t route, const std::string& image) {
        app->on_body(client, route, std::string_view(image).substr(0, limits::piece_bytes), false);
    }
    /// Its head and its first piece, which a worker is given.
    void begin_upload(const std::string& image) { send_first_piece(open_upload(image), image); }

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
    /// As the server does it, with what `digest` says in Content-Digest. The status and what the problem
    /// says.
    Outcome upload(const std::string& image, bool length_told = true, std::string_view digest = {}) {
        outlet.answers.clear();
        http::Request request = put("/api/v1/firmware", {});
        request.content_type = "application/octet-stream";
        request.framing = length_told ? http::Framing::length : http::Framing::chunked;
        request.content_length = length_told ? image.size() : 0;
        request.content_digest = digest;
        std::array<char, limits::inline_body_bytes_min> memory;
        http::Response response;
        response.text = TextWriter(memory);
        server::Admission admission;
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
    static Outcome outcome(std::uint16_t status, std::string_view body) {
        const auto json = nlohmann::json::parse(body, nullptr, false);
        if (!json.contains("code")) return {status, ""};
        return {status, json["code"].get<std::string>() + ": " + json["detail"].get<std::string>()};
    }
    /// The outcome that the table has for `reason`; the detail where that has none.
    static Outcome refused(Refusal reason, std::string_view detail = {}) {
        const auto row = app::problem_of(reason);
        return {row.status, std::string(row.code) + ": " + std::string(row.detail) + std::string(detail)};
    }
    /// What the only late answer since says.
    nlohmann::json late_answer() {
        EXPECT_EQ(outlet.answers.size(), 1U);
        return outlet.answers.empty() ? nlohmann::json()
                                      : nlohmann::json::parse(outlet.answers[0].body, nullptr, false);
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

}  // namespace boardwalk::test
