#include "tests/support/mdns/message.hpp"

#include <array>
#include <utility>

namespace boardwalk::test::mdns {

namespace {

using ports::mdns::type_ptr;
using ports::mdns::type_srv;

constexpr std::size_t name_bytes_max = 255;  // RFC 1035 §2.3.4
constexpr std::uint16_t top_bit = 0x8000;

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

    std::uint32_t u32() {
        const std::uint32_t high = u16();
        return high << 16U | u16();
    }

    std::string_view take(std::size_t size) {
        if (failed_ || size > packet_.size() - at_) {
            failed_ = true;
            return {};
        }
        const auto bytes = packet_.substr(at_, size);
        at_ += size;
        return bytes;
    }

    /// RFC 1035 §4.1.4. A pointer must lead further back than every one before it, so that the walk ends.
    Name name() {
        Name name;
        std::size_t at = at_;
        std::size_t lowest = at_;
        bool jumped = false;
        while (!failed_) {
            if (at >= packet_.size()) break;
            const std::size_t length = byte(packet_[at]);
            if ((length & 0xc0U) == 0xc0U) {
                if (at + 1 >= packet_.size()) break;
                const std::size_t target = (length & 0x3fU) << 8U | byte(packet_[at + 1]);
                if (!jumped) at_ = at + 2;
                jumped = true;
                if (target >= lowest) break;
                at = lowest = target;
                continue;
            }
            if (length > 63 || length >= packet_.size() - at || name.size() + 1 + length > name_bytes_max)
                break;
            name.append(packet_, at, 1 + length);
            at += 1 + length;
            if (length == 0) {
                if (!jumped) at_ = at;
                return name;
            }
        }
        failed_ = true;
        return {};
    }

    Question question() {
        Question question{.name = name(), .type = u16()};
        const auto class_code = u16();
        question.class_code = class_code & static_cast<std::uint16_t>(~top_bit);
        question.wants_unicast = (class_code & top_bit) != 0;
        return question;
    }

    Record record() {
        Record record{.name = name(), .type = u16()};
        const auto class_code = u16();
        record.class_code = class_code & static_cast<std::uint16_t>(~top_bit);
        record.unique = (class_code & top_bit) != 0;
        record.ttl_s = u32();
        const std::size_t size = u16();
        if (failed_ || size > packet_.size() - at_) {
            failed_ = true;
            return record;
        }
        const auto end = at_ + size;
        if (record.type == type_srv) record.data = take(6);
        if (record.type == type_srv || record.type == type_ptr) record.data += name();
        else record.data = take(size);
        if (at_ != end) failed_ = true;
        return record;
    }

private:
    static unsigned byte(char c) { return static_cast<unsigned char>(c); }

    std::string_view packet_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

void append_u16(std::string& to, std::uint16_t value) {
    to += static_cast<char>(value >> 8U);
    to += static_cast<char>(value & 0xffU);
}

void append_record(std::string& to, const Record& record) {
    to += record.name;
    append_u16(to, record.type);
    append_u16(to, record.unique ? record.class_code | top_bit : record.class_code);
    append_u16(to, static_cast<std::uint16_t>(record.ttl_s >> 16U));
    append_u16(to, static_cast<std::uint16_t>(record.ttl_s));
    append_u16(to, static_cast<std::uint16_t>(record.data.size()));
    to += record.data;
}

}  // namespace

Name name_of(std::initializer_list<std::string_view> labels) {
    Name name;
    for (const auto label : labels) {
        name += static_cast<char>(label.size());
        name += label;
    }
    name += '\0';
    return name;
}

bool parse(std::string_view packet, Message& message) {
    Reader reader(packet);
    message = {};
    message.id = reader.u16();
    message.flags = reader.u16();
    const auto question_count = reader.u16();
    const std::uint16_t record_counts[] = {reader.u16(), reader.u16(), reader.u16()};
    std::vector<Record>* const sections[] = {&message.answers, &message.authorities, &message.additionals};
    for (unsigned i = 0; i < question_count && !reader.failed(); ++i)
        message.questions.push_back(reader.question());
    for (std::size_t section = 0; section < 3; ++section) {
        for (unsigned i = 0; i < record_counts[section] && !reader.failed(); ++i) {
            sections[section]->push_back(reader.record());
        }
    }
    return !reader.failed();
}

std::string encode(const Message& message) {
    std::string packet;
    append_u16(packet, message.id);
    append_u16(packet, message.flags);
    for (const auto count : {message.questions.size(), message.answers.size(), message.authorities.size(),
                             message.additionals.size()}) {
        append_u16(packet, static_cast<std::uint16_t>(count));
    }
    for (const auto& question : message.questions) {
        packet += question.name;
        append_u16(packet, question.type);
        append_u16(packet, question.wants_unicast ? question.class_code | top_bit : question.class_code);
    }
    for (const auto* section : {&message.answers, &message.authorities, &message.additionals}) {
        for (const auto& record : *section)
            append_record(packet, record);
    }
    return packet;
}

bool read_by_board(std::string_view packet, Message& message) {
    class Collector final : public ports::mdns::Listener {
    public:
        explicit Collector(Message& message) : message_(message) {}
        void on_question(const ports::mdns::Question& q) override {
            message_.questions.push_back({std::string(q.name), q.type, q.class_code, q.wants_unicast});
        }
        void on_record(ports::mdns::Section section, const ports::mdns::Record& r) override {
            using ports::mdns::Section;
            auto& records = section == Section::answers       ? message_.answers
                            : section == Section::authorities ? message_.authorities
                                                              : message_.additionals;
            records.push_back(
                {std::string(r.name), r.type, r.class_code, r.unique, r.ttl_s, std::string(r.data)});
        }

    private:
        Message& message_;
    };
    message = {};
    ports::mdns::Header header;
    Collector collector(message);
    const bool whole = walk(packet, header, collector);
    message.id = header.id;
    message.flags = header.flags;
    return whole;
}

std::string written_by_board(const Message& message) {
    using ports::mdns::Section;
    std::array<char, ports::mdns::packet_bytes_max> room;
    ports::mdns::PacketWriter writer(room, message.id, message.flags);
    for (const auto& q : message.questions)
        writer.add({cut(q.name), q.type, q.class_code, q.wants_unicast});
    const std::pair<Section, const std::vector<Record>*> sections[] = {
        {Section::answers, &message.answers},
        {Section::authorities, &message.authorities},
        {Section::additionals, &message.additionals}};
    for (const auto& [section, records] : sections) {
        for (const auto& r : *records)
            writer.add(section, {cut(r.name), r.type, r.class_code, r.unique, r.ttl_s, r.data});
    }
    return std::string(writer.view());
}

}  // namespace boardwalk::test::mdns
