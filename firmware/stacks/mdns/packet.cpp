#include "firmware/stacks/mdns/packet.hpp"

#include <algorithm>

namespace boardwalk::ports::mdns {
namespace {

constexpr std::uint16_t top_bit = 0x8000;
constexpr std::size_t label_bytes_max = 63;
constexpr std::size_t header_bytes = 12;
constexpr std::size_t counts_at = 4;
constexpr std::size_t srv_head_bytes = 6;  // priority, weight, port

unsigned byte(char c) { return static_cast<unsigned char>(c); }

/// Reads forward through a packet. After `failed`, values mean nothing.
class Reader {
public:
    explicit Reader(std::string_view packet) : packet_(packet) {}

    [[nodiscard]] bool failed() const { return failed_; }

    std::uint16_t u16() {
        const auto bytes = take(2);
        if (failed_) return 0;
        return static_cast<std::uint16_t>(byte(bytes[0]) << 8U | byte(bytes[1]));
    }

    Question question() {
        Question question;
        read_name(question.name);
        question.type = u16();
        const auto class_code = u16();
        question.class_code = class_code & static_cast<std::uint16_t>(~top_bit);
        question.wants_unicast = (class_code & top_bit) != 0;
        return question;
    }

    Record record() {
        Record record;
        read_name(record.name);
        record.type = u16();
        const auto class_code = u16();
        record.class_code = class_code & static_cast<std::uint16_t>(~top_bit);
        record.unique = (class_code & top_bit) != 0;
        record.ttl_s = static_cast<std::uint32_t>(u16()) << 16U;
        record.ttl_s |= u16();
        const std::size_t size = u16();
        if (failed_ || size > packet_.size() - at_) {
            failed_ = true;
            return record;
        }
        const auto end = at_ + size;
        record.data = record.type == type_srv   ? data_with_name(srv_head_bytes)
                      : record.type == type_ptr ? data_with_name(0)
                                                : take(size);
        if (at_ != end) failed_ = true;
        return record;
    }

private:
    std::string_view take(std::size_t size) {
        if (failed_ || size > packet_.size() - at_) {
            failed_ = true;
            return {};
        }
        const auto bytes = packet_.substr(at_, size);
        at_ += size;
        return bytes;
    }

    std::string_view data_with_name(std::size_t head) {
        TextWriter data(data_);
        data.append(take(head));
        Name name;
        read_name(name);
        data.append(name);
        return data.view();
    }

    void read_name(Name& name) {
        std::array<char, 255> bytes;
        TextWriter out(bytes);
        if (!decompress(out)) failed_ = true;
        name = cut(out.view());
    }

    /// RFC 1035 §4.1.4. A pointer must lead further back than every one before it, so that the walk ends.
    bool decompress(TextWriter& out) {
        std::size_t at = at_;
        std::size_t lowest = at_;
        bool jumped = false;
        while (!failed_ && at < packet_.size()) {
            const std::size_t length = byte(packet_[at]);
            if ((length & 0xc0U) == 0xc0U) {
                if (at + 1 >= packet_.size()) return false;
                const std::size_t target = (length & 0x3fU) << 8U | byte(packet_[at + 1]);
                if (!jumped) at_ = at + 2;
                jumped = true;
                if (target >= lowest) return false;
                at = lowest = target;
                continue;
            }
            if (length > label_bytes_max || length >= packet_.size() - at) return false;
            out.append(packet_.substr(at, 1 + length));
            if (out.overflowed()) return false;
            at += 1 + length;
            if (length == 0) {
                if (!jumped) at_ = at;
                return true;
            }
        }
        return false;
    }

    std::string_view packet_;
    std::size_t at_ = 0;
    bool failed_ = false;
    std::array<char, srv_head_bytes + 255> data_;  ///< the record that was read last
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool walk(std::string_view packet, Header& header, Listener& listener) {
    Reader reader(packet);
    header.id = reader.u16();
    header.flags = reader.u16();
    for (auto& count : header.counts)
        count = reader.u16();
    for (unsigned i = 0; i < header.counts[0] && !reader.failed(); ++i) {
        const auto question = reader.question();
        if (!reader.failed()) listener.on_question(question);
    }
    for (const auto section : {Section::answers, Section::authorities, Section::additionals}) {
        const auto count = header.counts[1 + static_cast<std::size_t>(section)];
        for (unsigned i = 0; i < count && !reader.failed(); ++i) {
            const auto record = reader.record();
            if (!reader.failed()) listener.on_record(section, record);
        }
    }
    return !reader.failed();
}

PacketWriter::PacketWriter(std::span<char> room, std::uint16_t id, std::uint16_t flags)
    : room_(room), out_(room) {
    append_u16(out_, id);
    append_u16(out_, flags);
    while (out_.size() < header_bytes)
        append_u16(out_, 0);
}

void PacketWriter::add(const Question& question) {
    const auto began = out_.size();
    out_.append(question.name);
    append_u16(out_, question.type);
    append_u16(out_, question.wants_unicast ? question.class_code | top_bit : question.class_code);
    end_part(began, 0);
}

void PacketWriter::add(Section section, const Record& record) {
    const auto began = out_.size();
    out_.append(record.name);
    append_u16(out_, record.type);
    append_u16(out_, record.unique ? record.class_code | top_bit : record.class_code);
    append_u16(out_, static_cast<std::uint16_t>(record.ttl_s >> 16U));
    append_u16(out_, static_cast<std::uint16_t>(record.ttl_s));
    append_u16(out_, static_cast<std::uint16_t>(record.data.size()));
    out_.append(record.data);
    end_part(began, 1 + static_cast<std::size_t>(section));
}

void PacketWriter::end_part(std::size_t began, std::size_t count) {
    if (out_.overflowed()) out_.truncate(began);
    else ++counts_[count];
}

std::string_view PacketWriter::view() {
    TextWriter counts(room_.subspan(counts_at, 2 * counts_.size()));
    for (const auto count : counts_)
        append_u16(counts, count);
    return out_.view();
}

void append_u16(TextWriter& to, std::uint16_t value) {
    const std::array<char, 2> bytes = {static_cast<char>(value >> 8U), static_cast<char>(value & 0xffU)};
    to.append(std::string_view(bytes.data(), bytes.size()));
}

// Lengths are below 'A', so that they compare as they are.
bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace boardwalk::ports::mdns
