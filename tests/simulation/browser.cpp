#include "tests/simulation/browser.hpp"

#include "tests/simulation/board_assets.hpp"

namespace boardwalk::simulation {
namespace {

constexpr int tries_max = 40;
/// Whatever others do, and whatever the network does to it on the way.
constexpr std::uint64_t wait_ms_max = 15'000;
constexpr std::string_view json_outputs[] = {R"({"value":true})", R"({"value":false})"};

}  // namespace

void Browser::begin() {
    for (const auto* path : {"/", "/assets/app.js", "/assets/app.css", "/api/v1/info", "/api/v1/state",
                             "/api/v1/history?series=temperature", "/api/v1/settings", "/api/v1/logs"})
        jobs_.push_back({.method = "GET", .path = path, .fields = "Accept-Encoding: gzip\r\n", .body = {}});
    page_left_ = jobs_.size();
    if (habits_.preconnects) connect(Conversation::Manner::good);
    work();
}

void Browser::work() {
    while (!leaving_ && !jobs_.empty()) {
        auto* connection = idle_connection();
        if (connection == nullptr && open_connections() < habits_.sockets)
            connection = &connect(Conversation::Manner::good);
        if (connection == nullptr) return;
        auto job = std::move(jobs_.front());
        jobs_.pop_front();
        send(*connection, std::move(job));
    }
}

void Browser::send(Conversation& connection, Job job) {
    ++in_flight_;
    if (job.tries == 0) job.began_ms = context_.clock.now_ms();
    connection.on_end = [this] { work(); };
    const auto method = job.method, path = job.path, fields = job.fields, body = job.body;
    connection.ask(method, path, fields, body, [this, job = std::move(job)](Exchange&, const Answer* answer) {
        --in_flight_;
        on_done(job, answer);
        work();
    });
}

void Browser::note(const Job& job, const Answer* answer) {
    auto& tally = context_.tally;
    const auto waited_ms = context_.clock.now_ms() - job.began_ms;
    tally.longest_wait_ms = std::max(tally.longest_wait_ms, waited_ms);
    if (waited_ms > wait_ms_max)
        context_.journal.fail("a browser waited " + std::to_string(waited_ms) + " ms: " + job.path);
    if (answer == nullptr) ++tally.lost;
    else if (answer->status == 503) ++tally.told_503;
    else if (answer->status == 408) ++tally.told_408;
    else ++tally.answered;
}

void Browser::on_done(Job job, const Answer* answer) {
    note(job, answer);
    if (++job.tries > tries_max) return context_.journal.fail("a browser tried in vain: " + job.path);
    if (answer == nullptr || answer->status == 408) return again(std::move(job), 0);
    if (answer->status == 503) {
        const auto seconds = answer->field("Retry-After");
        if (seconds.size() != 1) return context_.journal.fail("a 503 that does not say when to come again");
        return again(std::move(job),
                     static_cast<std::uint64_t>(seconds[0] - '0') * 1'000 + random_.below(500));
    }
    if (answer->status >= 400)
        context_.journal.fail("a browser was told " + std::to_string(answer->status) + ": " + job.path);
    if (job.path == "/api/v1/state" && answer->status == 200) etag_ = answer->field("ETag");
    if (job.method == "GET" && job.path.starts_with("/assets/") && answer->body != asset_bytes(job.path))
        context_.journal.fail("not the asset's bytes: " + job.path);
    if (page_left_ > 0 && --page_left_ == 0) {
        if (habits_.streams) {
            stream_ =
                std::make_unique<WebSocketClient>(context_, random_.split(), way_, WebSocketClient::Habits{});
            stream_->begin();
        }
    }
    if (page_left_ > 0 || in_flight_ > 0 || !jobs_.empty()) return;
    if (asked_ >= habits_.asks) finished_ = true;
    else after_ms(random_.between(1, habits_.pause_ms_max), [this] { ask_something(); });
}

void Browser::again(Job job, std::uint64_t ms) {
    if (ms == 0) return jobs_.push_front(std::move(job));
    ++in_flight_;  // it is not idle meanwhile
    after_ms(ms, [this, job = std::move(job)] {
        --in_flight_;
        jobs_.push_front(job);
        work();
    });
}

void Browser::ask_something() {
    ++asked_;
    switch (random_.below(6)) {
        case 4:
            jobs_.push_back({.method = "PATCH",
                             .path = "/api/v1/settings",
                             .fields = {},
                             .body = R"({"name":"Board )" + std::to_string(random_.below(1'000)) + "\"}"});
            break;
        case 0:
            jobs_.push_back({.method = "GET",
                             .path = "/api/v1/state",
                             .fields = "If-None-Match: " + etag_ + "\r\n",
                             .body = {}});
            break;
        case 1:
            jobs_.push_back({.method = "GET", .path = "/api/v1/diagnostics", .fields = {}, .body = {}});
            break;
        case 2: jobs_.push_back({.method = "GET", .path = "/metrics", .fields = {}, .body = {}}); break;
        case 3:
            jobs_.push_back({.method = "HEAD", .path = "/assets/app.js", .fields = {}, .body = {}});
            break;
        default:
            jobs_.push_back({.method = "PUT",
                             .path = random_.chance(50) ? "/api/v1/outputs/lamp" : "/api/v1/outputs/heater",
                             .fields = {},
                             .body = std::string(json_outputs[random_.below(2)])});
    }
    work();
}

void Browser::leave() {
    Client::leave();
    if (stream_) stream_->leave();
}

Conversation* Browser::idle_connection() {
    for (auto& connection : conversations_) {
        if (connection->idle()) return connection.get();
    }
    return nullptr;
}

std::size_t Browser::open_connections() const {
    return static_cast<std::size_t>(
        std::count_if(conversations_.begin(), conversations_.end(), [](const auto& c) { return c->open(); }));
}

}  // namespace boardwalk::simulation
