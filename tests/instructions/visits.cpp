#include "tests/instructions/visits.hpp"

#include <algorithm>

#include "firmware/ports/mps2/machine/machine.hpp"
#include "tests/instructions/asset.hpp"
#include "tests/instructions/mark.hpp"

namespace boardwalk::instructions {
namespace {

constexpr unsigned warm_up = 100, measured = 1'000;
constexpr std::uint64_t period_us = 1'000;
constexpr std::uint64_t second_us = 1'000'000;
constexpr unsigned ticks = 10;

#define BOARDWALK_BROWSER                                                                 \
    "Host: 10.0.0.1\r\n"                                                                  \
    "Connection: keep-alive\r\n"                                                          \
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " \
    "Chrome/156.0.0.0 Safari/537.36\r\n"
#define BOARDWALK_BROWSER_REST           \
    "Referer: http://10.0.0.1/\r\n"      \
    "Accept-Encoding: gzip, deflate\r\n" \
    "Accept-Language: en-US,en;q=0.9\r\n"
#define BOARDWALK_ASSET_REQUEST                                   \
    "GET " BOARDWALK_ASSET_PATH " HTTP/1.1\r\n" BOARDWALK_BROWSER \
    "Accept: text/css,*/*;q=0.1\r\n" BOARDWALK_BROWSER_REST

constexpr std::string_view upgrade =
    "GET /api/v1/stream HTTP/1.1\r\n"
    "Host: 10.0.0.1\r\n"
    "Connection: Upgrade\r\n"
    "Upgrade: websocket\r\n"
    "Origin: http://10.0.0.1\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Protocol: boardwalk.v1\r\n"
    "\r\n";

// RFC 6455 §5.2: a text frame, masked with zeros.
#define BOARDWALK_SUBSCRIBE R"({"id":1,"method":"subscribe","params":{"topics":["state"]}})"
constexpr std::string_view subscribe("\x81\xBB\0\0\0\0" BOARDWALK_SUBSCRIBE,
                                     6 + sizeof BOARDWALK_SUBSCRIBE - 1);
static_assert(sizeof BOARDWALK_SUBSCRIBE - 1 == (0xBB & 0x7F));

}  // namespace

static_assert(sizeof BOARDWALK_ASSET - 1 == BOARDWALK_ASSET_BYTES);

const Visit asset_visit = {.name = "asset of 4 KB",
                           .request = BOARDWALK_ASSET_REQUEST "\r\n",
                           .status = "HTTP/1.1 200 ",
                           .body = BOARDWALK_ASSET};
const Visit unchanged_visit = {
    .name = "304 for it",
    .request = BOARDWALK_ASSET_REQUEST "If-None-Match: " BOARDWALK_ASSET_ETAG "\r\n\r\n",
    .status = "HTTP/1.1 304 ",
    .body = {}};
const Visit state_visit = {.name = "GET /api/v1/state",
                           .request = "GET /api/v1/state HTTP/1.1\r\n" BOARDWALK_BROWSER
                                      "Accept: */*\r\n" BOARDWALK_BROWSER_REST "\r\n",
                           .status = "HTTP/1.1 200 ",
                           .body = {}};

void Visitor::on_wake() {
    if (answers_ == warm_up) set<Mark::begin>();
    if (answers_ == warm_up + measured) {
        set<Mark::end>();
        finish_visit();
        if (finished()) return;
    }
    began_us_ = now_us();
    answer_.expect(visits_.front().status, visits_.front().body);
    send(visits_.front().request);
}

void Visitor::finish_visit() {
    mps2::print("measured ");
    mps2::print(visits_.front().name);
    print_number(": ", measured);
    print_number(" times, bytes: ", answer_.bytes());
    mps2::print("\n");
    visits_ = visits_.subspan(1);
    answers_ = 0;
}

void Visitor::on_text(std::string_view text) {
    if (!answer_.take(text)) return;
    ++answers_;
    wake_at(began_us_ + period_us);
}

void Follower::on_connected() {
    answer_.expect("HTTP/1.1 101 ", {});
    send(upgrade);
}

void Follower::on_text(std::string_view text) {
    if (!upgraded_) {
        upgraded_ = answer_.take(text);
        if (upgraded_) send(subscribe);
        return;
    }
    if (text.size() > frame_.size() - frame_bytes_) fail("a frame that is too large");
    frame_bytes_ += text.copy(frame_.data() + frame_bytes_, text.size());
    // RFC 6455 §5.2: final text frames, not masked, with a length of 7 or 16 bits.
    while (frame_bytes_ >= 4) {
        const auto byte = [this](std::size_t at) { return static_cast<std::uint8_t>(frame_[at]); };
        if (byte(0) != 0x81 || byte(1) > 126) fail("another frame");
        const bool wide = byte(1) == 126;
        const std::size_t head = wide ? 4 : 2;
        const std::size_t all = head + (wide ? byte(2) * 256U + byte(3) : byte(1));
        if (frame_bytes_ < all) return;
        take_message({frame_.data() + head, all - head});
        std::copy(frame_.begin() + static_cast<std::ptrdiff_t>(all),
                  frame_.begin() + static_cast<std::ptrdiff_t>(frame_bytes_), frame_.begin());
        frame_bytes_ -= all;
    }
}

void Follower::take_message(std::string_view message) {
    if (!message.starts_with('{') || !message.ends_with('}')) fail("another message");
    if (message.find(R"("topic":"state")") != std::string_view::npos) ++messages_;
}

Crowd::Crowd(Wire& wire)
    : wire_(wire), followers_{Follower{wire, 50'001}, Follower{wire, 50'002}, Follower{wire, 50'003},
                              Follower{wire, 50'004}, Follower{wire, 50'005}, Follower{wire, 50'006},
                              Follower{wire, 50'007}, Follower{wire, 50'008}} {
    wire.add(*this);
}

/// Two seconds later all of them follow.
void Crowd::start() {
    for (auto& one : followers_)
        one.connect();
    stage_ = Stage::starting;
    due_us_ = wire_.now_us() + 2 * second_us + second_us / 2;
}

unsigned Crowd::messages() const {
    unsigned all = 0;
    for (const auto& one : followers_)
        all += one.messages();
    return all;
}

void Crowd::on_time() {
    if (stage_ == Stage::starting) {
        for (const auto& one : followers_) {
            if (!one.follows()) fail("a stream that tells nothing");
        }
        messages_before_ = messages();
        stage_ = Stage::measuring;
        due_us_ += ticks * second_us;
        set<Mark::begin>();
        return;
    }
    set<Mark::end>();
    if (messages() - messages_before_ != ticks * followers_.size()) fail("not one message a second for each");
    stage_ = Stage::finished;
    due_us_ = never;
    print_number("measured tick to 8 WebSockets: ", ticks);
    mps2::print(" times\n");
}

}  // namespace boardwalk::instructions
