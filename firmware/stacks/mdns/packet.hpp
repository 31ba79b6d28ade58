#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/core/text_writer.hpp"
#include "shared/fixed_string.hpp"

/// The packets of Multicast DNS (RFC 1035 §4, RFC 6762 §18), read and written in place.
namespace boardwalk::ports::mdns {

/// A domain name as it stands on the wire, never compressed, its closing zero included (RFC 1035 §2.3.4).
/// Labels may hold any byte, dots too: a board may be called "No. 5".
using Name = FixedString<255>;

enum Type : std::uint16_t {
    type_a = 1,
    type_ptr = 12,
    type_txt = 16,
    type_aaaa = 28,
    type_srv = 33,
    type_nsec = 47,
    type_any = 255
};

inline constexpr std::uint16_t class_in = 1;
inline constexpr std::uint16_t class_any = 255;
inline constexpr std::uint16_t flag_response = 0x8000;
inline constexpr std::uint16_t flag_authoritative = 0x0400;

/// The size of our own packets. Ours never need more: names are written in full, and all fit one Ethernet
/// frame.
inline constexpr std::size_t packet_bytes_max = 1'472;

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
    std::string_view data{};  ///< names in it are not compressed
};

enum class Section : std::uint8_t { answers, authorities, additionals };

struct Header {
    std::uint16_t id = 0;
    std::uint16_t flags = 0;
    std::array<std::uint16_t, 4> counts{};  ///< of the questions and of each section
};

/// Is told of a packet's parts, in their order. What it is handed is gone when it returns.
class Listener {
public:
    virtual ~Listener() = default;
    virtual void on_question(const Question&) {}
    virtual void on_record(Section, const Record&) {}
};

/// Tells all of a packet. False when anything in it is cut, loops or lies about its length: what was told
/// until then is worth nothing, so a first walk is for a listener that does not care.
[[nodiscard]] bool walk(std::string_view packet, Header&, Listener&);

/// Writes a packet, its parts in their order. A part that does not fit is left out whole, and not counted.
class PacketWriter {
public:
    PacketWriter(std::span<char> room, std::uint16_t id, std::uint16_t flags);

    void add(const Question&);
    void add(Section, const Record&);
    [[nodiscard]] bool empty() const { return counts_ == decltype(counts_){}; }
    /// The packet as it is now; valid as long as the room.
    [[nodiscard]] std::string_view view();

private:
    void end_part(std::size_t began, std::size_t count);

    std::span<char> room_;
    TextWriter out_;
    std::array<std::uint16_t, 4> counts_{};
};

void append_u16(TextWriter& to, std::uint16_t value);

/// ASCII letters compare without case (RFC 6762 §16).
[[nodiscard]] bool same_name(std::string_view a, std::string_view b);

}  // namespace boardwalk::ports::mdns
