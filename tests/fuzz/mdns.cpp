// mDNS: the board reads and writes packets as a codec does that shares no code with it; a cut packet is no
// packet; a board answers noise with messages only.

#include <array>
#include <tuple>

#include "firmware/stacks/mdns/responder.hpp"
#include "tests/fuzz/oracle.hpp"
#include "tests/support/mdns/message.hpp"

namespace boardwalk::fuzz {
namespace {

using namespace ports::mdns;
using test::mdns::Message;

void require_name(std::string_view name) {
    std::size_t at = 0;
    while (at < name.size() && name[at] != 0) {
        const auto length = static_cast<unsigned char>(name[at]);
        require(length <= 63, "a label has at most 63 bytes");
        at += 1U + length;
    }
    require(at + 1 == name.size() && name.size() <= 255, "a name is labels and a zero, 255 bytes at most",
            shown(name));
}

std::string text_of(const Message& message) {
    std::string text = std::to_string(message.id) + " " + std::to_string(message.flags);
    for (const auto& q : message.questions) {
        require_name(q.name);
        text += "\n? " + q.name + " " + std::to_string(q.type) + " " + std::to_string(q.class_code) +
                (q.wants_unicast ? " unicast" : "");
    }
    for (const auto* section : {&message.answers, &message.authorities, &message.additionals}) {
        text += "\n--";
        for (const auto& r : *section) {
            require_name(r.name);
            if (r.type == type_ptr) require_name(r.data);
            if (r.type == type_srv) require_name(std::string_view(r.data).substr(6));
            text += "\n" + r.name + " " + std::to_string(r.type) + " " + std::to_string(r.class_code) +
                    (r.unique ? " unique " : " ") + std::to_string(r.ttl_s) + " " + r.data;
        }
    }
    return text;
}

void judge_message(std::string_view input) {
    Message message, by_others;
    const bool readable = read_by_board(Alone(input).view(), message);
    require(readable == parse(Alone(input).view(), by_others), "the board reads what others read",
            shown(input));
    if (!readable) return;
    require_same(text_of(message), text_of(by_others), "the board reads it as others do");
    const auto written = encode(message);
    if (written.size() <= packet_bytes_max)
        require_same(written_by_board(message), written, "the board writes it as others do");
    Dice dice(written);
    for (int i = 0; i < 8; ++i) {
        const auto size = dice.roll(written.size());
        const Alone cut(std::string_view(written).substr(0, size));
        require(!read_by_board(cut.view(), message), "a cut packet is refused", shown(written));
    }
}

class Outbox final : public Outlet {
public:
    void send(unsigned, Endpoint, std::string_view packet) override {
        Message message;
        require(packet.size() <= packet_bytes_max, "an answer fits a packet");
        require(parse(packet, message), "an answer is a message", shown(packet));
        ++packets;
    }
    int packets = 0;
};

/// Packets, each with its size in front (one byte, or 255 and two) and the time that passes before it.
void judge_responder(std::string_view input) {
    std::array<Responder::Place, 2> places;
    Responder responder({.name = "Kitchen",
                         .id = "0a1b2c",
                         .mac = "02:00:00:0a:1b:2c",
                         .model = "virtual",
                         .firmware = "1",
                         .port = 8080},
                        1, places);
    std::uint64_t now_ms = 1'000;
    const std::string v6(16, '\1');
    const std::array<Link, 2> links = {Link{.index = 1, .address = "\x7f\1\1\1"},
                                       {.index = 2, .address = cut(v6)}};
    responder.set_links(links, now_ms);
    Outbox outbox;
    const auto settle = [&] {
        for (int i = 0; i < 20 && responder.due_ms() <= now_ms; ++i)
            responder.turn(now_ms, outbox);
        require(responder.due_ms() > now_ms, "what is due is done, and does not come back at once");
        require(outbox.packets <= 64, "noise is not answered by a storm");
        outbox.packets = 0;
    };
    for (int packets = 0; packets < 32 && input.size() >= 2; ++packets) {
        now_ms += static_cast<unsigned char>(input[0]) * 20U;
        const std::size_t size = static_cast<unsigned char>(input[1]);
        input.remove_prefix(2);
        settle();
        const auto packet = input.substr(0, size);
        input.remove_prefix(packet.size());
        const Endpoint from{.address = 0x7f000002,
                            .port = packets % 4 == 3 ? std::uint16_t{40'000} : mdns_port};
        responder.receive(Alone(packet).view(), packets % 3 == 2 ? 2 : 1, from, now_ms, outbox);
        settle();
    }
    now_ms += 10'000;
    settle();
    responder.say_goodbye(outbox);
    settle();
}

}  // namespace
}  // namespace boardwalk::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    boardwalk::fuzz::judge_message(input);
    boardwalk::fuzz::judge_responder(input);
    return 0;
}
