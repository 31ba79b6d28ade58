// WebSocket frames: cut anywhere the same events come out, and those of a reference that sees all bytes at
// once.

#include "firmware/limits.hpp"
#include "firmware/websocket/session.hpp"
#include "tests/fuzz/oracle.hpp"
#include "tests/fuzz/websocket_reference.hpp"

namespace boardwalk::fuzz {
namespace {

using websocket::Session;
using Event = Session::Event;

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines)
        text += line + "\n";
    return text;
}

/// Feeds a session as a connection does: each piece once the session has looked at all before it.
std::vector<std::string> events_of(std::string_view input, const Cuts& cuts) {
    Session session;
    std::vector<char> buffer(limits::buffer_bytes + limits::buffer_slack_bytes);
    std::vector<std::string> events;
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
                if (cut == cuts.end()) return events;
                const auto size = std::min(*cut - fed, buffer.size() - end);
                input.copy(buffer.data() + end, size, fed);
                end += size;
                fed += size;
                break;
            }
            case Event::message:
                events.push_back("message " + std::string(buffer.data(), session.message_bytes()));
                if (!session.message_is_text()) {
                    events.back() = "error 1003";
                    return events;
                }
                session.take_message();
                break;
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
    using namespace boardwalk::fuzz;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto whole = joined(events_of(input, {size}));
    for (const auto& cuts : ways_to_cut(input))
        require_same(joined(events_of(input, cuts)), whole, "cut anywhere, the same events come out");
    require_same(whole, joined(websocket_events(input)), "the events are those of the reference");
    return 0;
}
