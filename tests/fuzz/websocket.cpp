// WebSocket frames: cut anywhere the same events come out, and those of a reference that sees all bytes at
// once.

#include "firmware/limits.hpp"
#include "firmware/websocket/session.hpp"
#include "tests/fuzz/oracle.hpp"
#include "tests/fuzz/websocket_reference.hpp"

namespace boardwalk::fuzz {
namespace {

using websocket::Delivery;
using websocket::Opcode;
using websocket::Session;
using Event = Session::Event;

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines)
        text += line + "\n";
    return text;
}

/// Feeds a session as a connection does: each piece once the session has looked at all before it.
std::vector<std::string> events_of(std::string_view input, const Cuts& cuts, Delivery delivery) {
    Session session(delivery);
    std::vector<char> buffer(limits::buffer_bytes + limits::buffer_slack_bytes - websocket::header_bytes_max);
    std::vector<std::string> events;
    std::string type, parts;  // a fragmented message's
    std::size_t begin = 0, end = 0, fed = 0;
    auto cut = cuts.begin();
    while (true) {
        const auto event = session.next(buffer, begin, end);
        require(begin <= end, "no more is consumed than there is");
        const std::string payload(session.control_payload(buffer));
        switch (event) {
            case Event::need_input: {
                require(begin == end, "input is asked for when all of it was looked at");
                begin = end = session.held_bytes();
                require(end < buffer.size(), "there is always room for more");
                while (cut != cuts.end() && *cut == fed)
                    ++cut;
                if (cut == cuts.end()) {
                    if (!parts.empty()) events.push_back("unfinished " + parts);
                    return events;
                }
                const auto size = std::min(*cut - fed, buffer.size() - end);
                input.copy(buffer.data() + end, size, fed);
                end += size;
                fed += size;
                break;
            }
            case Event::message:
                events.push_back("text " + std::string(buffer.data(), session.message_bytes()));
                session.release_message();
                break;
            case Event::part: {
                const auto opcode = session.part_opcode();
                require((opcode == Opcode::continuation) == !type.empty(),
                        "the first part alone names the type");
                if (type.empty()) type = opcode == Opcode::text ? "text " : "binary ";
                parts.append(buffer.data(), session.message_bytes());
                if (session.part_is_final()) {
                    events.push_back(type + parts);
                    type.clear();
                    parts.clear();
                }
                session.release_message();
                break;
            }
            case Event::ping: events.push_back("ping " + payload); break;
            case Event::pong: events.push_back("pong " + payload); break;
            case Event::close:
            case Event::error:
                events.push_back((event == Event::close ? "close " : "error ") +
                                 std::to_string(static_cast<int>(session.close_code())));
                return events;
        }
    }
}

}  // namespace
}  // namespace boardwalk::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace boardwalk;
    using namespace boardwalk::fuzz;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    for (const auto delivery : {websocket::Delivery::messages, websocket::Delivery::parts}) {
        const auto whole = joined(events_of(input, {size}, delivery));
        for (const auto& cuts : ways_to_cut(input))
            require_same(joined(events_of(input, cuts, delivery)), whole,
                         "cut anywhere, the same events come out");
        const bool whole_messages = delivery == websocket::Delivery::messages;
        require_same(whole, joined(websocket_events(input, whole_messages)),
                     "the events are those of the reference");
    }
    return 0;
}
