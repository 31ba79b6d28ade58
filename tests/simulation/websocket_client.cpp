#include "tests/simulation/websocket_client.hpp"

#include <nlohmann/json.hpp>

namespace boardwalk::simulation {
namespace {

constexpr std::string_view handshake =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: boardwalk.v1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
constexpr std::string_view accepted = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";  // RFC 6455 §1.3

/// Two pings' time, or a stall's, or a message's, and the network's own delays.
constexpr std::uint64_t tolerated_ms_max = 42'000;

enum Opcode : unsigned { continuation = 0, text = 1, close = 8, ping = 9, pong = 10 };

/// The deltas of one state are the same for all clients: each is read once.
const nlohmann::json& parsed(std::string_view payload) {
    static std::map<std::string, nlohmann::json, std::less<>> known;
    if (known.size() > 32) known.clear();
    const auto found = known.find(payload);
    if (found != known.end()) return found->second;
    return known.emplace(payload, nlohmann::json::parse(payload, nullptr, false)).first->second;
}

}  // namespace

void WebSocketClient::begin() {
    if (leaving_) return;
    conversation_ = &connect(habits_.good() ? Conversation::Manner::good : Conversation::Manner::rough);
    conversation_->on_upgraded = [this](const std::string& bytes) { on_bytes(bytes); };
    conversation_->on_end = [this] { on_end(); };
    reader_ = {};
    exchange_ = &conversation_->ask("GET", "/api/v1/stream", std::string(handshake), {},
                                    [this](Exchange&, const Answer* answer) { on_handshake(answer); });
}

void WebSocketClient::on_handshake(const Answer* answer) {
    if (answer == nullptr || answer->status != 101) {
        // At the cap, or in a crowd: it asks again, as the dashboard does.
        if (!leaving_) after_ms(2'000 + random_.below(1'000), [this] { begin(); });
        if (conversation_->open()) conversation_->leave(Conversation::Leaving::close);
        return;
    }
    if (answer->field("Sec-WebSocket-Accept") != accepted ||
        answer->field("Sec-WebSocket-Protocol") != "boardwalk.v1")
        context_.journal.fail("a handshake that is none");
    opened_ = true;
    const bool must_go = !habits_.pongs || !habits_.reads || habits_.unfinished;
    if (must_go) {
        after_ms(tolerated_ms_max, [this] { look_whether_it_is_over(); });
    }
    if (!habits_.reads) conversation_->set_reading(false);
    send_message(R"({"id":1,"method":"subscribe","params":{"topics":["state","log"],"max_hz":)" +
                 std::to_string(habits_.max_hz) + "}}");
    say_something();
}

/// The board must have ended it by now. The client itself may learn that much later: one that does not read,
/// with a window of 600 bytes and a way that loses packets, needs many seconds for what is still on its way.
void WebSocketClient::look_whether_it_is_over() {
    if (over()) return;
    if (!exchange_->closed) {
        context_.journal.fail("WebSocket " + std::to_string(conversation_->number()) +
                              " with a bad habit was tolerated for ever");
    }
    conversation_->set_reading(true);
    conversation_->read(SIZE_MAX);
}

void WebSocketClient::say_something() {
    after_ms(random_.between(habits_.says_every_ms / 2, habits_.says_every_ms), [this] {
        if (over() || closing_) return;
        const auto id = std::to_string(++said_ + 1);
        if (habits_.garbage && random_.chance(30)) return send_garbage();
        if (habits_.unfinished) {
            send_frame(text, R"({"id":)", false);
            return;
        }
        switch (random_.below(3)) {
            case 0:
                pings_.push_back(random_.bytes(random_.below(126)));
                send_frame(ping, pings_.back());
                break;
            case 1:
                send_message(R"({"id":)" + id + R"(,"method":"output.set","params":{"id":"fan","value":)" +
                             std::to_string(random_.below(21) * 5) + "}}");
                break;
            default: send_message(R"({"id":)" + id + R"(,"method":"unknown"})");
        }
        say_something();
    });
}

void WebSocketClient::send_message(std::string_view message) {
    if (!habits_.fragments) return send_frame(text, message);
    for (auto opcode = text; !message.empty(); opcode = continuation) {
        const auto size = std::min<std::size_t>(message.size(), random_.below(20));
        send_frame(opcode, message.substr(0, size), size == message.size());
        message.remove_prefix(size);
        if (random_.chance(20)) {
            pings_.push_back(random_.bytes(random_.below(126)));
            send_frame(ping, pings_.back());
        }
    }
}

void WebSocketClient::send_garbage() {
    switch (random_.below(5)) {
        case 0: conversation_->socket().send(random_.bytes(random_.between(1, 200))); break;
        case 1: conversation_->socket().send("\x81\x05hello"); break;  // no mask
        case 2: send_frame(text, "\xff\xfe"); break;
        case 3: send_frame(text, std::string(4'097, 'x')); break;
        default: send_frame(continuation, "of what?");
    }
}

void WebSocketClient::send_frame(unsigned opcode, std::string_view payload, bool final) {
    conversation_->socket().send(client_frame(opcode, payload, random_.next(), final));
}

void WebSocketClient::on_bytes(std::string_view bytes) {
    if (!reader_.feed(bytes, [this](const Frame& frame) { on_frame(frame); }))
        context_.journal.fail("WebSocket " + std::to_string(conversation_->number()) + ": " +
                              reader_.error());
}

void WebSocketClient::on_frame(const Frame& frame) {
    context_.journal.note("frame", conversation_->number(), frame.payload);
    switch (frame.opcode) {
        case ping:
            if (habits_.pongs && !closing_) send_frame(pong, frame.payload);
            return;
        case pong:
            if (pings_.empty() || pings_.front() != frame.payload) context_.journal.fail("a pong to no ping");
            else pings_.pop_front();
            return;
        case close:
            if (habits_.good() && !closing_)
                context_.journal.fail(
                    "WebSocket " + std::to_string(conversation_->number()) + " was closed: " +
                    std::to_string(frame.payload.size() < 2
                                       ? 0
                                       : static_cast<unsigned char>(frame.payload[0]) * 256 +
                                             static_cast<unsigned char>(frame.payload[1])));
            if (!std::exchange(closing_, true)) send_frame(close, frame.payload.substr(0, 2));
            return;
        default: break;
    }
    if (exchange_->frames.empty() || exchange_->frames.front() != frame.whole)
        return context_.journal.fail("a frame that the application did not send, or out of order");
    exchange_->frames.pop_front();
    on_message(frame.payload);
}

void WebSocketClient::on_message(std::string_view payload) {
    if (payload.starts_with(R"({"topic":"state")")) on_state(payload);
    else if (payload.front() != '{' || payload.back() != '}')
        context_.journal.fail("a message that is no object");
}

/// Deltas add up to the state that the board has at that moment.
void WebSocketClient::on_state(std::string_view payload) {
    constexpr std::string_view snapshot = R"({"topic":"state","snapshot":)";
    const auto begin = payload.find(R"("seq":)") + 6;
    const auto seq = std::strtoull(std::string(payload.substr(begin, 20)).c_str(), nullptr, 10);
    const auto truth = context_.ledger.states.find(seq);
    if (truth == context_.ledger.states.end() || seq <= seq_)
        return context_.journal.fail("a seq that went back");
    if (payload.starts_with(snapshot)) {
        if (payload.substr(snapshot.size(), payload.size() - snapshot.size() - 1) != truth->second.document)
            context_.journal.fail("a snapshot that is not the state");
        readings_ = truth->second.readings;
        outputs_ = truth->second.outputs;
        seq_ = seq;
        return;
    }
    const auto& message = parsed(payload);
    if (message.is_discarded() || message["since"] != seq_)
        return context_.journal.fail("a delta to another state");
    for (const auto& [id, value] : message["delta"]["readings"].items())
        readings_[id] = value.dump();
    for (const auto& [id, value] : message["delta"]["outputs"].items())
        outputs_[id] = value.dump();
    if (readings_ != truth->second.readings || outputs_ != truth->second.outputs)
        context_.journal.fail("deltas that do not add up to the state");
    seq_ = seq;
}

void WebSocketClient::on_end() {
    if (opened_ && habits_.good() && !closing_)
        context_.journal.fail("WebSocket " + std::to_string(conversation_->number()) + " was cut");
}

void WebSocketClient::leave() {
    leaving_ = true;
    if (over()) return;
    closing_ = true;
    if (habits_.drops || !opened_) return conversation_->leave(Conversation::Leaving::vanish);
    send_frame(close, "\x03\xe8");
    after_ms(5'000, [this] { conversation_->leave(Conversation::Leaving::close); });
}

}  // namespace boardwalk::simulation
