#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace boardwalk::ports::mdns {

/// A domain name as it stands on the wire, never compressed, its closing zero included. Labels may hold any
/// byte, dots too: a board may be called "No. 5".
using Name = std::string;

enum Type : std::uint16_t {
    type_a = 1,
    type_ptr = 12,
    type_txt = 16,
    type_aaaa = 28,
    type_srv = 33,
    type_nsec = 47,
    type_any = 255
};

constexpr std::uint16_t class_in = 1;
constexpr std::uint16_t class_any = 255;
constexpr std::uint16_t flag_response = 0x8000;
constexpr std::uint16_t flag_authoritative = 0x0400;

struct Question {
    Name name;
    std::uint16_t type = 0;
    std::uint16_t class_code = class_in;  ///< without the top bit
    bool wants_unicast = false;           ///< that bit, in a question (RFC 6762 §5.4)
};

struct Record {
    Name name;
    std::uint16_t type = 0;
    std::uint16_t class_code = class_in;  ///< without the top bit
    bool unique = false;                  ///< that bit, in a record: it replaces what was cached (§10.2)
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
/// ASCII letters compare without case (RFC 6762 §16).
[[nodiscard]] bool same_name(std::string_view a, std::string_view b);

/// Reads a message (RFC 1035 §4). False when anything in it is cut, loops or lies about its length.
[[nodiscard]] bool parse(std::string_view packet, Message& message);
/// Names are written in full: a board's whole announcement fits one packet without compression.
[[nodiscard]] std::string encode(const Message& message);

void append_u16(std::string& to, std::uint16_t value);

}  // namespace boardwalk::ports::mdns
