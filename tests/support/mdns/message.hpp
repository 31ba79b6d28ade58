#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/stacks/mdns/packet.hpp"

namespace boardwalk::test::mdns {

/// The tests' own codec of Multicast DNS: whole messages, as values. It shares no code with the board's.
using Name = std::string;

struct Question {
    Name name;
    std::uint16_t type = 0;
    std::uint16_t class_code = ports::mdns::class_in;
    bool wants_unicast = false;
};

struct Record {
    Name name;
    std::uint16_t type = 0;
    std::uint16_t class_code = ports::mdns::class_in;
    bool unique = false;
    std::uint32_t ttl_s = 0;
    std::string data{};  ///< names in it are not compressed
};

struct Message {
    std::uint16_t id = 0;
    std::uint16_t flags = 0;
    std::vector<Question> questions{};
    std::vector<Record> answers{};
    std::vector<Record> authorities{};
    std::vector<Record> additionals{};
};

/// Labels of 1 to 63 bytes.
[[nodiscard]] Name name_of(std::initializer_list<std::string_view> labels);
/// Reads a message (RFC 1035 §4). False when anything in it is cut, loops or lies about its length.
[[nodiscard]] bool parse(std::string_view packet, Message& message);
[[nodiscard]] std::string encode(const Message& message);

/// The same as the board reads and writes it. An empty text: more than a packet of ours holds.
[[nodiscard]] bool read_by_board(std::string_view packet, Message& message);
[[nodiscard]] std::string written_by_board(const Message& message);

}  // namespace boardwalk::test::mdns
