#include <algorithm>

#include "firmware/stacks/mdns/responder.hpp"

/// Queries, and when they are answered.
namespace boardwalk::ports::mdns {
namespace {

constexpr std::uint32_t legacy_ttl_s = 10;      // RFC 6762 §6.7
constexpr std::uint64_t tie_lost_ms = 1'000;    // RFC 6762 §8.2
constexpr std::uint64_t repeat_gap_ms = 1'000;  // RFC 6762 §6
constexpr std::uint64_t shared_delay_ms_min = 20;
constexpr std::uint64_t shared_delay_ms_max = 120;

/// A walk that only asks whether the packet can be read.
class Nobody final : public Listener {};

}  // namespace

void Responder::receive(std::string_view packet, unsigned link, Endpoint from, std::uint64_t now_ms,
                        Outlet& outlet) {
    constexpr std::uint16_t code_bits = 0x780f;  // opcode and response code: RFC 6762 §18.3, §18.11
    const auto all = links();
    const auto at = std::ranges::find(all, link, [](const Place& place) { return place.link.index; });
    Header header;
    Nobody nobody;
    if (at == all.end() || !walk(packet, header, nobody) || (header.flags & code_bits) != 0) return;
    if ((header.flags & flag_response) == 0) {
        on_query(packet, *at, from, now_ms, outlet);
    } else if (from.port == mdns_port) {  // RFC 6762 §6: answers from other ports do not count
        on_response(packet, now_ms);
    }
}

/// Which of our records a query asks for, and which of them its sender knows.
class Responder::Asked final : public Listener {
public:
    Asked(const Responder& responder, const Link& link) : responder_(responder), link_(link) {}

    [[nodiscard]] Kinds answers() const { return asked_ & ~known_; }
    [[nodiscard]] bool is_probe() const { return probe_; }

    void on_question(const Question& question) override {
        if (question.class_code != class_in && question.class_code != class_any) return;
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            if (!same_name(question.name, responder_.owner(kind, responder_.naming_))) continue;
            const auto type = responder_.record(kind, link_, room_).type;
            const bool asks = kind == host_nsec
                                  ? question.type != address_type(link_) && question.type != type_any
                                  : question.type == type || question.type == type_any;
            if (asks) asked_ |= bit(kind);
        }
    }

    /// RFC 6762 §7.1: what the asker knows, and for long enough, is not repeated.
    void on_record(Section section, const Record& known) override {
        if (section == Section::authorities) probe_ = true;
        if (section != Section::answers) return;
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            const auto ours = responder_.record(kind, link_, room_);
            const bool same_data =
                ours.type == type_ptr ? same_name(known.data, ours.data) : known.data == ours.data;
            if (known.type == ours.type && known.ttl_s >= ours.ttl_s / 2 &&
                same_name(known.name, ours.name) && same_data) {
                known_ |= bit(kind);
            }
        }
    }

private:
    const Responder& responder_;
    const Link& link_;
    Data room_;
    Kinds asked_ = 0;
    Kinds known_ = 0;
    bool probe_ = false;
};

void Responder::on_query(std::string_view query, Place& place, Endpoint from, std::uint64_t now_ms,
                         Outlet& outlet) {
    if (state_ == State::probing) {
        if (loses_tie(query, place.link)) probe_from(now_ms + tie_lost_ms);
        return;
    }
    if (state_ != State::announced) return;
    Header header;
    Asked asked(*this, place.link);
    (void)walk(query, header, asked);
    const auto answers = asked.answers();
    if (answers == 0) return;
    if (from.port != mdns_port) return send_legacy(query, place.link, from, answers, outlet);

    // A question for a unicast answer gets a multicast one as well, for the reason that stands in
    // send_probes.
    auto due = now_ms;
    for (std::size_t kind = 0; kind < kinds && !asked.is_probe(); ++kind) {
        if ((answers & bit(kind)) == 0) continue;
        if (!is_unique(kind)) {  // others answer too: not all at once
            due = std::max(
                due, now_ms + shared_delay_ms_min + random_() % (shared_delay_ms_max - shared_delay_ms_min));
        }
        if (place.sent_ms[kind] != 0) due = std::max(due, place.sent_ms[kind] + repeat_gap_ms);
    }
    place.answers |= answers;
    place.due_ms = std::min(place.due_ms, due);
}

/// RFC 6763 §12: what the asker will want to know next.
Responder::Kinds Responder::with_additionals(Kinds answers) {
    Kinds all = answers;
    if ((all & bit(ptr_board)) != 0) all |= bit(srv_board) | bit(txt_board);
    if ((all & bit(ptr_http)) != 0) all |= bit(srv_http) | bit(txt_http);
    if ((all & (bit(srv_board) | bit(srv_http))) != 0) all |= bit(host_address);
    if ((all & bit(host_address)) != 0) all |= bit(host_nsec);
    return all & ~answers;
}

void Responder::send_answers(Place& place, std::uint64_t now_ms, Outlet& outlet) {
    const auto additionals = with_additionals(place.answers);
    std::array<char, packet_bytes_max> memory;
    Data room;
    PacketWriter response(memory, 0, flag_response | flag_authoritative);
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        if ((place.answers & bit(kind)) == 0) continue;
        response.add(Section::answers, record(kind, place.link, room));
        place.sent_ms[kind] = now_ms;
    }
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        if ((additionals & bit(kind)) != 0)
            response.add(Section::additionals, record(kind, place.link, room));
    }
    place.answers = 0;
    place.due_ms = never;
    outlet.send(place.link.index, {}, response.view());
}

/// Repeats a query's questions.
class Responder::Repeat final : public Listener {
public:
    explicit Repeat(PacketWriter& packet) : packet_(packet) {}
    void on_question(const Question& question) override { packet_.add(question); }

private:
    PacketWriter& packet_;
};

/// RFC 6762 §6.7: a plain DNS client gets what a DNS server would say.
void Responder::send_legacy(std::string_view query, const Link& link, Endpoint to, Kinds answers,
                            Outlet& outlet) {
    std::array<char, packet_bytes_max> memory;
    Data room;
    Header header;
    Nobody nobody;
    (void)walk(query, header, nobody);
    PacketWriter response(memory, header.id, flag_response | flag_authoritative);
    Repeat repeat(response);
    (void)walk(query, header, repeat);
    const auto add = [&](Section section, Kinds wanted) {
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            if ((wanted & bit(kind)) == 0) continue;
            auto ours = record(kind, link, room);
            ours.unique = false;
            ours.ttl_s = std::min(ours.ttl_s, legacy_ttl_s);
            response.add(section, ours);
        }
    };
    add(Section::answers, answers);
    add(Section::additionals, with_additionals(answers));
    outlet.send(link.index, to, response.view());
}

}  // namespace boardwalk::ports::mdns
