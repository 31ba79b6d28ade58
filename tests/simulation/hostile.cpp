#include "tests/simulation/hostile.hpp"

#include <array>

#include "firmware/limits.hpp"

namespace boardwalk::simulation {
namespace {

using Manner = Conversation::Manner;
using Leaving = Conversation::Leaving;

/// The most that a board asks for, and never half a second without a sip: such a reader may not be cut.
constexpr std::size_t bytes_per_s_fair = limits::progress_bytes_per_s_max;
static_assert(bytes_per_s_fair <= 1'024, "a reader of 1 KB/s is fair");
/// A connection without progress is gone by then: the network's own delays, the head's timeout, an answer's
/// stall.
constexpr std::uint64_t tolerated_ms_max = 40'000;

constexpr std::array<const char*, 5> paths = {"/assets/app.js", "/api/v1/state", "/api/v1/diagnostics",
                                              "/metrics", "/"};

const Conversation::Done nobody_asks;

}  // namespace

// --- SlowReader --------------------------------------------------------------------------------------------

void SlowReader::begin() {
    const auto bytes_per_s = sip_bytes_ * 1'000 / every_ms_;
    const bool fair = bytes_per_s >= bytes_per_s_fair && every_ms_ <= 500;
    way_.window_bytes = std::max<std::size_t>(sip_bytes_, 512);
    auto& c = connect(fair ? Manner::good : Manner::rough);
    c.set_reading(false);
    // A fair one may hold its slot for as long as it takes: the script is only for the quicker ones.
    if (paths_.empty()) draw_paths(fair && bytes_per_s < 4 * bytes_per_s_fair ? 1 : 0);
    for (const auto& path : paths_)
        c.ask("GET", path, {}, {}, nobody_asks);
    sip();
}

void SlowReader::draw_paths(std::size_t first) {
    for (auto count = random_.between(1, 3); count > 0; --count)
        paths_.emplace_back(paths[random_.between(first, paths.size() - 1)]);
}

void SlowReader::sip() {
    after_ms(every_ms_, [this] {
        auto& c = *conversations_.back();
        if (!c.open()) return;
        c.read(sip_bytes_);
        sip();
    });
}

// --- SlowSender --------------------------------------------------------------------------------------------

void SlowSender::begin() {
    auto& c = connect(Manner::rough);
    const auto& exchange = c.expect("PUT", "/api/v1/outputs/lamp", R"({ "value" : true })", nobody_asks);
    text_ = Conversation::text_of(exchange, "X-Padding: " + std::string(random_.below(200), 'x') + "\r\n");
    stops_at_ = random_.chance(50) ? text_.size() : random_.between(1, text_.size() - 1);
    const auto head_bytes = text_.size() - exchange.body.size();
    after_ms(tolerated_ms_max, [this, &c, head_bytes] {
        if (c.open() && sent_ < head_bytes)
            context_.journal.fail("an unfinished head was tolerated for ever");
    });
    if (random_.chance(40)) {  // the head at once, the body in drops
        sent_ = std::min(stops_at_, head_bytes);
        c.socket().send(std::string_view(text_).substr(0, sent_));
    }
    send_next();
}

void SlowSender::send_next() {
    after_ms(every_ms_, [this] {
        auto& c = *conversations_.back();
        if (!c.open()) return;
        if (sent_ < stops_at_) {
            c.socket().send(std::string_view(text_).substr(sent_++, 1));
            return send_next();
        }
        if (stops_at_ == text_.size()) return;
        after_ms(tolerated_ms_max, [this, &c] {
            if (c.open()) context_.journal.fail("an unfinished request was tolerated for ever");
        });
    });
}

// --- Pipeliner ---------------------------------------------------------------------------------------------

void Pipeliner::begin() {
    auto& c = connect(Manner::good);
    std::string text;
    for (auto count = random_.between(2, 40); count > 0; --count) {
        const bool sets = random_.chance(30);
        const std::string body = sets ? R"({"value":)" + std::to_string(random_.below(21) * 5) + "}" : "";
        const auto* method = sets ? "PUT" : random_.chance(15) ? "HEAD" : "GET";
        const auto* path = sets ? "/api/v1/outputs/fan" : paths[random_.below(paths.size())];
        text += Conversation::text_of(c.expect(method, path, body, nobody_asks), {});
    }
    // Pieces of any size, a moment apart: what waits in the buffer is cut anywhere.
    std::uint64_t ms = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto size = random_.between(1, random_.chance(50) ? 2'000 : 100);
        after_ms(ms, [&c, piece = text.substr(at, size)] {
            if (c.open()) c.socket().send(piece);
        });
        at += size;
        ms += random_.below(5);
    }
}

// --- Babbler -----------------------------------------------------------------------------------------------

std::string Babbler::babble() {
    const std::string host = "Host: board\r\n";
    switch (random_.below(14)) {
        case 0: return random_.bytes(random_.between(1, 6'000));
        case 1: return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        case 2: return std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + random_.bytes(500);
        case 3: return "GET / HTTP/1.1\r\n" + host + "X: " + std::string(random_.between(2'400, 9'000), 'x');
        case 4:
            return "GET /" + std::string(random_.between(1'025, 5'000), 'a') + " HTTP/1.1\r\n" + host +
                   "\r\n";
        case 5: return "PUT /api/v1/outputs/fan HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n";
        case 6:
            return "PUT /api/v1/outputs/fan HTTP/1.1\r\n" + host +
                   "Content-Type: application/json\r\nContent-Length: " +
                   std::string(random_.between(5, 40), '9') + "\r\n\r\n{";
        case 7:
            return "PUT /api/v1/outputs/fan HTTP/1.1\r\n" + host +
                   "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        case 8:
            return "PUT /api/v1/outputs/fan HTTP/1.1\r\n" + host +
                   "Content-Type: application/json\r\nTransfer-Encoding: "
                   "chunked\r\n\r\nffffffffffffffff1\r\n";
        case 9: return "GET / HTTP/9.9\r\n" + host + "\r\n";
        case 10: return std::string("GET /\0 HTTP/1.1\r\n", 17) + host + "\r\n";
        case 11: return "GET / HTTP/1.1\r\n" + host + host + "\r\n";
        case 12: {
            std::string fields;
            for (int i = 0; i < 80; ++i)
                fields += "a: b\r\n";
            return "GET / HTTP/1.1\r\n" + host + fields + "\r\n";
        }
        default: return "GET / HTTP/1.1\r\n" + host + " folded\r\n\r\n";
    }
}

void Babbler::begin() {
    auto& c = connect(Manner::rough);
    if (random_.chance(20)) c.set_reading(false);
    c.say(babble());
    if (random_.chance(30)) c.say(random_.bytes(random_.below(10'000)));
    after_ms(tolerated_ms_max + 60'000, [this, &c] {
        // One that sent nothing that looks like a head counts as silent from then on.
        if (c.open()) context_.journal.fail("babble was tolerated for ever");
    });
}

// --- Deserter ----------------------------------------------------------------------------------------------

void Deserter::begin() {
    auto& c = connect(Manner::rough);
    const bool sets = random_.chance(40);
    const auto* path = sets ? "/api/v1/outputs/lamp" : paths[random_.below(paths.size())];
    const bool stores = random_.chance(25);  // a worker may still be at it when the client has gone
    const auto& exchange =
        stores ? c.expect("PATCH", "/api/v1/settings", R"({"name":"Deserted"})", nobody_asks)
               : c.expect(sets ? "PUT" : "GET", path, sets ? R"({"value":true})" : "", nobody_asks);
    const auto text = Conversation::text_of(exchange, {});
    c.socket().send(
        std::string_view(text).substr(0, random_.chance(50) ? text.size() : random_.below(text.size())));
    if (random_.chance(20)) c.socket().finish();
    if (random_.chance(30)) c.set_reading(false);
    desert();
}

void Deserter::desert() {
    after_ms(random_.below(random_.chance(50) ? 20 : 500), [this] {
        constexpr std::array ways = {Leaving::close, Leaving::reset, Leaving::reset, Leaving::vanish};
        conversations_.back()->leave(ways[random_.below(ways.size())]);
        if (!leaving_ && ++times_ < 20)
            after_ms(random_.below(300), [this] {
                if (!leaving_) begin();
            });
    });
}

// --- HalfCloser --------------------------------------------------------------------------------------------

void HalfCloser::begin() {
    if (leaving_) return;
    auto& c = connect(Manner::good);
    const auto* path = paths[random_.below(paths.size())];
    c.ask("GET", path, {}, {}, [this](Exchange&, const Answer* answer) {
        finished_ = answer != nullptr && answer->status == 200;
        // Refused, or lost before it was read: once more, a little later.
        if (!finished_) after_ms(2'000 + random_.below(500), [this] { begin(); });
    });
    c.socket().finish();
}

// --- SilentOne ---------------------------------------------------------------------------------------------

void SilentOne::begin() {
    for (auto count = random_.between(1, 30); count > 0; --count)
        connect(Manner::rough);
}

void SilentOne::leave() {
    for (auto& conversation : conversations_)
        conversation->leave(random_.chance(70) ? Leaving::close : Leaving::vanish);
}

}  // namespace boardwalk::simulation
