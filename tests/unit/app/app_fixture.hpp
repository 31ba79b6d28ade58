#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "firmware/app/app.hpp"
#include "firmware/app/problems.hpp"
#include "tests/support/app_doubles.hpp"
#include "tests/support/claimed.hpp"

// Instantiated once, beside the fixture: it is most of what compiling a test here takes.
extern template class nlohmann::basic_json<>;

/// GoogleTest takes a JSON value for a container of itself, and prints for ever.
template <>
struct testing::internal::UniversalPrinter<nlohmann::json> {
    static void Print(const nlohmann::json& json, std::ostream* out);
};

namespace boardwalk::test {

struct Answer {
    std::uint16_t status = 0;
    std::string body = {}, type = {}, etag = {}, coding = {}, cache = {}, cookie = {};
    std::uint32_t retry_after_s = 0;
    std::uint16_t allow = 0;
    std::uint64_t range_first = 0, range_total = 0;
    bool later = false;

    [[nodiscard]] nlohmann::json json() const;
};

using app::Refusal;

/// True when the JSON is the problem that the table has for `reason`: status, code, and the detail if the
/// table has one.
[[nodiscard]] testing::AssertionResult is_refusal(const nlohmann::json& problem, Refusal reason);

/// The application between stand-ins, on a clock that the test moves. It is claimed, and its owner asks.
class AppTest : public ::testing::Test {
protected:
    void start(std::string_view name = "Bench") {
        app = std::make_unique<app::App>(seams(), name);
        ASSERT_EQ(app->start(), "");
        app->attach(outlet, statistics);
    }
    app::Seams seams() { return seams(workers); }
    app::Seams seams(server::Workers& chosen) {
        if (is_owned) storage.files["owner"] = file_of(owned_accounts());
        return {platform, storage, chosen, devices, assets, "Test board", echo};
    }

    /// One turn of the loop `ms` later: what is due starts, the workers work, what they brought is taken
    /// over.
    std::uint64_t turn(std::uint64_t ms = 0) {
        platform.now += ms;
        app->on_turn(platform.now);
        workers.work();
        return app->on_turn(platform.now);
    }
    void tick() { turn(1'000); }

    static http::Request get(std::string_view path) {
        http::Request request;
        const auto question = path.find('?');
        request.path = path.substr(0, question);
        if (question != std::string_view::npos) request.query = path.substr(question + 1);
        request.host = "board:8080";
        request.fields = owner_fields;
        return request;
    }
    static http::Request with_body(http::Method method, std::string_view path, std::string_view body) {
        http::Request request = get(path);
        request.method = method;
        request.content_type = "application/json";
        request.framing = http::Framing::length;
        request.content_length = body.size();
        request.body = body;
        return request;
    }
    static http::Request put(std::string_view path, std::string_view body) {
        return with_body(http::Method::put, path, body);
    }
    static http::Request patch(std::string_view body) {
        return with_body(http::Method::patch, "/api/v1/settings", body);
    }

    /// As the server does it: the head first, then the whole request. False: the answer comes later.
    bool answer(const http::Request& request, http::Response& response);
    Answer ask(const http::Request& request);
    Answer ask(std::string_view path) { return ask(get(path)); }

    /// As the server does it: the handshake's head, then the stream.
    void open_stream(server::SlotId slot, std::string_view fields = owner_fields);

    /// As the connection does it: text, bytes by reference, or pieces through a small buffer.
    static std::string body_of(http::Response& response);

    /// What a WebSocket got since it was last asked, as JSON.
    std::vector<nlohmann::json> received(server::SlotId slot);

    FakePlatform platform;
    MemoryStorage storage;
    HandWorkers workers;
    RecordingOutlet outlet;
    FixedStatistics statistics;
    ScriptedDevice device;
    std::vector<app::Device*> devices{&device};
    app::AssetTable assets;
    bool echo = false;
    bool is_owned = true;  ///< by `owned_accounts`, from the next start on
    server::SlotId client{3, 1};
    std::unique_ptr<app::App> app;
};

}  // namespace boardwalk::test
