#include "firmware/app/wifi/dns_answer.hpp"

#include <algorithm>

namespace boardwalk::app {

namespace {

constexpr std::size_t header_bytes = 12;
constexpr std::size_t name_bytes_max = 255;  // RFC 1035 §2.3.4
constexpr std::size_t label_bytes_max = 63;
constexpr std::size_t record_bytes = 16;
constexpr std::uint16_t class_in = 1, class_any = 255;
constexpr std::uint16_t type_a = 1, type_any = 255;
// Of the header's second word (RFC 1035 §4.1.1).
constexpr std::uint16_t flag_response = 0x8000, opcode = 0x7800, flag_truncated = 0x0200;
constexpr std::uint16_t flag_authoritative = 0x0400, flag_recursion_desired = 0x0100;

std::uint16_t number_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void put(std::span<std::uint8_t> bytes, std::size_t at, std::uint16_t number) {
    bytes[at] = static_cast<std::uint8_t>(number >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(number);
}

/// Where the name that begins behind the header ends; 0: nowhere. A question's name has nothing before it
/// that a pointer (§4.1.4) could point at.
std::size_t end_of_name(std::span<const std::uint8_t> query) {
    std::size_t at = header_bytes;
    while (at < query.size() && query[at] != 0) {
        if (query[at] > label_bytes_max) return 0;
        at += 1U + query[at];
    }
    ++at;
    return at <= query.size() && at - header_bytes <= name_bytes_max ? at : 0;
}

}  // namespace

std::size_t answer_dns(std::span<const std::uint8_t> query, const std::array<std::uint8_t, 4>& address,
                       std::span<std::uint8_t> answer) {
    if (query.size() < header_bytes || query.size() > dns_query_bytes_max) return 0;
    const auto flags = number_at(query, 2);
    if ((flags & (flag_response | opcode | flag_truncated)) != 0) return 0;
    if (number_at(query, 4) != 1 || number_at(query, 6) != 0 || number_at(query, 8) != 0) return 0;
    const auto name_end = end_of_name(query);
    if (name_end == 0 || query.size() - name_end < 4) return 0;
    const auto type = number_at(query, name_end);
    const auto question_class = number_at(query, name_end + 2);
    if (question_class != class_in && question_class != class_any) return 0;

    // The question again, without what stood behind it (an option need not be answered: RFC 6891 §7).
    const auto question_end = name_end + 4;
    const bool found = type == type_a || type == type_any;
    if (answer.size() < question_end + (found ? record_bytes : 0)) return 0;
    std::ranges::copy(query.first(question_end), answer.begin());
    put(answer, 2,
        static_cast<std::uint16_t>(flag_response | flag_authoritative | (flags & flag_recursion_desired)));
    put(answer, 6, found ? 1 : 0);
    put(answer, 10, 0);
    if (!found) return question_end;

    const auto record = answer.subspan(question_end, record_bytes);
    put(record, 0, 0xC000 | header_bytes);  // the question's name (§4.1.4)
    put(record, 2, type_a);
    put(record, 4, class_in);
    put(record, 6, 0);  // lives for no time: in the next network the name leads elsewhere
    put(record, 8, 0);
    put(record, 10, 4);
    std::ranges::copy(address, record.begin() + 12);
    return question_end + record_bytes;
}

}  // namespace boardwalk::app
