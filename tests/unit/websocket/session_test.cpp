#include "firmware/websocket/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "firmware/limits.hpp"

namespace boardwalk::websocket {
namespace {

using namespace std::string_literals;

std::string frame(Opcode opcode, const std::string& payload, bool final = true, bool masked = true,
                  unsigned rsv = 0) {
    std::string out;
    out += static_cast<char>((final ? 0x80U : 0U) | rsv | static_cast<unsigned>(opcode));
    const unsigned mask_bit = masked ? 0x80U : 0U;
    if (payload.size() < 126) {
        out += static_cast<char>(mask_bit | payload.size());
    } else {
        const unsigned length_bytes = payload.size() <= 0xffff ? 2 : 8;
        out += static_cast<char>(mask_bit | (length_bytes == 2 ? 126U : 127U));
        for (unsigned i = length_bytes; i-- > 0;)
            out += static_cast<char>(std::uint64_t{payload.size()} >> (8 * i) & 0xff);
    }
    if (!masked) return out + payload;
    const std::string mask = "\x12\x34\x56\x78";
    out += mask;
    for (std::size_t i = 0; i < payload.size(); ++i)
        out += static_cast<char>(payload[i] ^ mask[i % 4]);
    return out;
}

/// Each event as a line; input comes in pieces of `step` bytes, each only when the session asks for it.
std::vector<std::string> events_of(const std::string& input, std::size_t step,
                                   Delivery delivery = Delivery::messages) {
    Session session(delivery);
    std::string buffer(limits::buffer_bytes + limits::buffer_slack_bytes - header_bytes_max, '\0');
    std::size_t begin = 0, end = 0, fed = 0;
    std::vector<std::string> events;
    while (true) {
        const auto held = [&] { return buffer.substr(0, session.message_bytes()); };
        switch (session.next(buffer, begin, end)) {
            case Session::Event::need_input: {
                EXPECT_EQ(begin, end) << "all of it was looked at";
                begin = end = session.held_bytes();
                const auto size = std::min({step, input.size() - fed, buffer.size() - end});
                if (size == 0) return events;
                input.copy(buffer.data() + end, size, fed);
                end += size;
                fed += size;
                break;
            }
            case Session::Event::message:
                events.push_back("message " + held());
                session.release_message();
                break;
            case Session::Event::part: {
                const auto opcode = std::to_string(static_cast<unsigned>(session.part_opcode()));
                events.push_back((session.part_is_final() ? "last " : "part ") + opcode + " " + held());
                session.release_message();
                break;
            }
            case Session::Event::ping:
                events.push_back("ping " + std::string(session.control_payload(buffer)));
                break;
            case Session::Event::pong: events.push_back("pong"); break;
            case Session::Event::close:
                events.push_back("close " + std::to_string(static_cast<unsigned>(session.close_code())));
                return events;
            case Session::Event::error:
                events.push_back("error " + std::to_string(static_cast<unsigned>(session.close_code())));
                return events;
        }
    }
}

/// The one event that `input` makes, wherever it is split.
std::string only_event(const std::string& input) {
    const auto events = events_of(input, input.size());
    for (std::size_t step = 1; step < std::min<std::size_t>(input.size(), 300); ++step)
        EXPECT_EQ(events_of(input, step), events) << "in steps of " << step;
    return events.size() == 1 ? events[0] : std::to_string(events.size()) + " events";
}

TEST(WebSocketSession, SplitAtAnyStepGivesTheSameEvents) {
    const auto input = frame(Opcode::text, "hello") + frame(Opcode::text, "frag", false) +
                       frame(Opcode::ping, "p") + frame(Opcode::continuation, "ment\xc3"s, false) +
                       frame(Opcode::continuation, "\xa4") + frame(Opcode::text, std::string(200, 'x')) +
                       frame(Opcode::pong, "") +
                       frame(Opcode::close,
                             "\x03\xe8"
                             "bye");
    const std::vector<std::string> expected = {
        "message hello", "ping p",    "message fragmentä", "message " + std::string(200, 'x'),
        "pong",          "close 1000"};
    for (std::size_t step = 1; step <= input.size(); ++step)
        EXPECT_EQ(events_of(input, step), expected) << step;
}

TEST(WebSocketSession, MessageBelowAtAndAboveItsSize) {
    const auto max = limits::websocket_message_bytes_max;
    EXPECT_EQ(only_event(frame(Opcode::text, std::string(max - 1, 'x'))),
              "message " + std::string(max - 1, 'x'));
    EXPECT_EQ(only_event(frame(Opcode::text, std::string(max, 'x'))), "message " + std::string(max, 'x'));
    EXPECT_EQ(only_event(frame(Opcode::text, std::string(max + 1, 'x'))), "error 1009");
}

TEST(WebSocketSession, FragmentsTogetherMayFillAMessageAndNoMore) {
    const std::string full(limits::websocket_message_bytes_max, 'x');
    const auto first = frame(Opcode::text, full, false);
    EXPECT_EQ(events_of(first + frame(Opcode::ping, "p") + frame(Opcode::continuation, ""), 7).back(),
              "message " + full);
    EXPECT_EQ(events_of(first + frame(Opcode::continuation, "y"), 7).back(), "error 1009");
}

TEST(WebSocketSession, ProtocolErrorsAre1002) {
    EXPECT_EQ(only_event(frame(Opcode::text, "a", true, false)), "error 1002") << "unmasked";
    EXPECT_EQ(only_event(frame(Opcode::text, "a", true, true, 0x40)), "error 1002") << "reserved bit";
    EXPECT_EQ(only_event(frame(static_cast<Opcode>(3), "a")), "error 1002") << "reserved opcode";
    EXPECT_EQ(only_event(frame(Opcode::continuation, "a")), "error 1002") << "nothing to continue";
    EXPECT_EQ(only_event(frame(Opcode::ping, "a", false)), "error 1002") << "fragmented control frame";
    EXPECT_EQ(only_event(frame(Opcode::ping, std::string(126, 'a'))), "error 1002") << "long control frame";
    EXPECT_EQ(only_event(frame(Opcode::text, "a", false) + frame(Opcode::text, "b")), "error 1002")
        << "unfinished";
    EXPECT_EQ(only_event("\x81\xfe\x00\x05\x00\x00\x00\x00hello"s), "error 1002")
        << "length not the shortest";
    EXPECT_EQ(only_event("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"s), "error 1002")
        << "negative";
    EXPECT_EQ(only_event(frame(Opcode::close, "\x03")), "error 1002") << "half a code";
    EXPECT_EQ(only_event(frame(Opcode::close, "\x03\xed")), "error 1002") << "1005 is not for the wire";
    EXPECT_EQ(only_event(frame(Opcode::close, "\x13\x88" + std::string())), "error 1002") << "5000";
}

TEST(WebSocketSession, TextThatIsNotUtf8Is1007AtItsFirstBadByte) {
    EXPECT_EQ(only_event(frame(Opcode::text, "\xff", false)), "error 1007");
    EXPECT_EQ(only_event(frame(Opcode::text, "\xc3")), "error 1007") << "cut off";
    EXPECT_EQ(only_event(frame(Opcode::text, "\xed\xa0\x80")), "error 1007") << "surrogate";
    EXPECT_EQ(only_event(frame(Opcode::text, "\xc0\xaf")), "error 1007") << "overlong";
    EXPECT_EQ(only_event(frame(Opcode::close, "\x03\xe8\xff")), "error 1007") << "reason";
}

TEST(WebSocketSession, CloseCodesOnTheEdges) {
    const auto close = [](unsigned code) {
        return only_event(
            frame(Opcode::close, {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)}));
    };
    for (const unsigned code : {1000U, 1003U, 1007U, 1014U, 3000U, 4999U}) {
        EXPECT_EQ(close(code), "close " + std::to_string(code));
    }
    for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 2999U, 5000U})
        EXPECT_EQ(close(code), "error 1002");
    EXPECT_EQ(only_event(frame(Opcode::close, "")), "close 0");
}

TEST(WebSocketSession, BinaryIsRefusedAtItsFirstFrame) {
    EXPECT_EQ(only_event(frame(Opcode::binary, "", false)), "error 1003");
    EXPECT_EQ(only_event(frame(Opcode::binary, std::string(100'000, 'x'))), "error 1003");
}

TEST(WebSocketSession, AMessageAfterAMessageStartsAfresh) {
    const std::vector<std::string> expected = {"message a", "message ", "message b"};
    EXPECT_EQ(events_of(frame(Opcode::text, "a") + frame(Opcode::text, "") + frame(Opcode::text, "b"), 1000),
              expected);
}

TEST(WebSocketSession, APingBehindAFullMessageStillFits) {
    const std::string full(limits::websocket_message_bytes_max, 'x');
    const std::string longest(control_bytes_max, 'p');
    const auto input = frame(Opcode::text, full, false) + frame(Opcode::ping, longest) +
                       frame(Opcode::ping, longest) + frame(Opcode::continuation, "");
    const std::vector<std::string> expected = {"ping " + longest, "ping " + longest, "message " + full};
    for (const std::size_t step : {1U, 7U, 139U, 4'096U, 100'000U})
        EXPECT_EQ(events_of(input, step), expected) << step;
}

/// What the peer of an echo gets to see: the parts of each message in a row, and what came between.
std::vector<std::string> joined(const std::vector<std::string>& events) {
    std::vector<std::string> out;
    std::string message;
    bool open = false;
    for (const auto& event : events) {
        if (!event.starts_with("part ") && !event.starts_with("last ")) {
            out.push_back(event);
            continue;
        }
        EXPECT_EQ(event[5] == '0', open) << "the first part has the type, the others continue: " << event;
        if (!open) message = event.substr(5, 2);
        message += event.substr(7);
        open = event.starts_with("part ");
        if (!open) out.push_back(message);
    }
    EXPECT_FALSE(open);
    return out;
}

TEST(WebSocketParts, FragmentsComeOneByOneAndUnchanged) {
    const auto input = frame(Opcode::text, "", false) + frame(Opcode::continuation, "ab", false) +
                       frame(Opcode::ping, "p") + frame(Opcode::continuation, "") +
                       frame(Opcode::binary, "\xff") + frame(Opcode::text, "");
    const std::vector<std::string> expected = {"part 1 ", "part 0 ab",   "ping p",
                                               "last 0 ", "last 2 \xff", "last 1 "};
    EXPECT_EQ(events_of(input, 1000, Delivery::parts), expected);
}

TEST(WebSocketParts, SplitAtAnyStepTheyMakeTheSameMessages) {
    const auto input = frame(Opcode::text, "gr\xc3", false) + frame(Opcode::ping, "p") +
                       frame(Opcode::continuation, "\xbc\xc3\x9f", false) + frame(Opcode::continuation, "e") +
                       frame(Opcode::binary, std::string(300, '\xfe')) + frame(Opcode::close, "\x03\xe8");
    const std::vector<std::string> expected = {"ping p",
                                               "1 gr\xc3\xbc\xc3\x9f"
                                               "e",
                                               "2 " + std::string(300, '\xfe'), "close 1000"};
    for (std::size_t step = 1; step <= input.size(); ++step)
        EXPECT_EQ(joined(events_of(input, step, Delivery::parts)), expected) << step;
}

TEST(WebSocketParts, AreNeverLargerThanTheBufferHoweverLargeTheMessage) {
    const std::string large(100'000, 'x');
    const auto events = events_of(frame(Opcode::text, large), 100'000, Delivery::parts);
    EXPECT_GT(events.size(), 20U);
    EXPECT_EQ(joined(events), std::vector<std::string>{"1 " + large});
}

TEST(WebSocketParts, WhatIsNotUtf8EndsTheSessionAtItsByte) {
    const std::vector<std::string> cut_off = {"part 1 a\xc3", "error 1007"};
    EXPECT_EQ(events_of(frame(Opcode::text, "a\xc3", false) + frame(Opcode::continuation, ""), 1000,
                        Delivery::parts),
              cut_off);
    // Within a frame that is not complete the byte itself is enough.
    const auto announced = frame(Opcode::text, "ab\xffzzzz");
    const std::vector<std::string> at_once = {"part 1 a", "part 0 b", "error 1007"};
    EXPECT_EQ(events_of(announced.substr(0, announced.size() - 4), 1, Delivery::parts), at_once);
}

TEST(WebSocketFrame, HeaderStandsRightBeforeItsPayload) {
    std::array<char, header_bytes_max> room{};
    EXPECT_EQ(write_header(room, Opcode::text, 125), 2U);
    EXPECT_EQ(std::string(room.data() + 2, 2), "\x81\x7d");
    EXPECT_EQ(write_header(room, Opcode::text, 126), 4U);
    EXPECT_EQ(std::string(room.data(), 4), "\x81\x7e\x00\x7e"s);
    EXPECT_EQ(write_header(room, Opcode::text, 65'535), 4U);
    EXPECT_EQ(std::string(room.data(), 4), "\x81\x7e\xff\xff"s);
    EXPECT_EQ(write_header(room, Opcode::continuation, 0, false), 2U);
    EXPECT_EQ(std::string(room.data() + 2, 2), "\x00\x00"s);
}

}  // namespace
}  // namespace boardwalk::websocket
