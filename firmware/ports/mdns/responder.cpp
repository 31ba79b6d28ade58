#include "firmware/ports/mdns/responder.hpp"

#include <algorithm>
#include <compare>
#include <utility>

namespace boardwalk::ports::mdns {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t shared_ttl_s = 4'500;  // RFC 6762 §10
constexpr std::uint32_t host_ttl_s = 120;      // what names a host or its address
constexpr std::uint32_t legacy_ttl_s = 10;     // RFC 6762 §6.7
constexpr unsigned probes = 3;                 // RFC 6762 §8.1
constexpr std::uint64_t probe_gap_ms = 250;
constexpr unsigned announcements = 2;  // RFC 6762 §8.3
constexpr std::uint64_t announcement_gap_ms = 1'000;
constexpr std::uint64_t tie_lost_ms = 1'000;    // RFC 6762 §8.2
constexpr unsigned conflicts_before_calm = 15;  // RFC 6762 §8.1
constexpr std::uint64_t calm_ms = 5'000;
constexpr std::uint64_t repeat_gap_ms = 1'000;  // RFC 6762 §6
constexpr std::uint64_t shared_delay_ms_min = 20;
constexpr std::uint64_t shared_delay_ms_max = 120;
constexpr std::size_t label_bytes_max = 63;

constexpr std::size_t text_field_bytes_max = 255;  // RFC 6763 §6

constexpr auto services = "\x09_services\x07_dns-sd\x04_udp\x05local\0"sv;
constexpr auto board_type = "\x0a_boardwalk\x04_tcp\x05local\0"sv;
constexpr auto http_type = "\x05_http\x04_tcp\x05local\0"sv;
constexpr auto local = "\x05local\0"sv;
constexpr auto no_weight = "\0\0\0\0"sv;  // priority and weight of a SRV record
/// NSEC bitmaps (RFC 6762 §6.1): an IPv4 address and nothing else, likewise IPv6.
constexpr auto only_a = "\0\1\x40"sv;
constexpr auto only_aaaa = "\0\4\0\0\0\x08"sv;

/// A label in front of what is a name already.
Name under(std::string_view label, std::string_view parent) {
    std::array<char, 255> bytes;
    TextWriter out(bytes);
    out.append(static_cast<char>(label.size()));
    out.append(label);
    out.append(parent);
    return out.view();
}

/// The name as a label: cut between characters where it is too long, and numbered when it was taken.
FixedString<label_bytes_max> label_of(std::string_view name, unsigned number) {
    std::array<char, 16> suffix_bytes;
    TextWriter suffix(suffix_bytes);
    if (number > 1) {
        suffix.append(" (");
        suffix.append_number(number);
        suffix.append(')');
    }
    auto size = std::min(name.size(), label_bytes_max - suffix.size());
    if (size < name.size()) {
        while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xc0U) == 0x80U)
            --size;
    }
    std::array<char, label_bytes_max> bytes;
    TextWriter out(bytes);
    out.append(size == 0 ? "Boardwalk"sv : name.substr(0, size));
    out.append(suffix.view());
    return out.view();
}

std::uint16_t address_type(const Link& link) { return link.address.size() == 4 ? type_a : type_aaaa; }

constexpr std::uint32_t bit(std::size_t kind) { return 1U << kind; }

/// A walk that only asks whether the packet can be read.
class Nobody final : public Listener {};

}  // namespace

Responder::Responder(const Service& service, std::uint32_t seed, std::span<Place> places)
    : service_(service), random_(seed), places_(places) {
    naming_.name = service.name;
    name_records();
}

void Responder::name_records() {
    naming_.instance = label_of(naming_.name, instance_number_);
    std::array<char, label_bytes_max> bytes;
    TextWriter host(bytes);
    host.append("boardwalk-");
    host.append(service_.id);
    if (host_number_ > 1) {
        host.append('-');
        host.append_number(host_number_);
    }
    host_ = under(host.view(), local);
}

Name Responder::owner(std::size_t kind, const Naming& naming) const {
    switch (kind) {
        case services_board:
        case services_http: return services;
        case ptr_board: return board_type;
        case ptr_http: return http_type;
        case srv_board:
        case txt_board: return under(naming.instance, board_type);
        case srv_http:
        case txt_http: return under(naming.instance, http_type);
        default: return host_;
    }
}

Record Responder::record(std::size_t kind, const Link& link, const Naming& naming, Data& room) const {
    Record record{.name = owner(kind, naming), .unique = is_unique(kind), .ttl_s = shared_ttl_s};
    TextWriter data(room);
    switch (kind) {
        case services_board:
        case services_http:
            record.type = type_ptr;
            data.append(kind == services_board ? board_type : http_type);
            break;
        case ptr_board:
        case ptr_http:
            record.type = type_ptr;
            data.append(under(naming.instance, kind == ptr_board ? board_type : http_type));
            break;
        case srv_board:
        case srv_http:
            record.type = type_srv;
            record.ttl_s = host_ttl_s;
            data.append(no_weight);
            append_u16(data, service_.port);
            data.append(host_);
            break;
        case txt_board:
        case txt_http:
            record.type = type_txt;
            write_text(naming, data);
            break;
        case host_address:
            record.type = address_type(link);
            record.ttl_s = host_ttl_s;
            data.append(link.address);
            break;
        default:  // nothing but the address (RFC 6762 §6.1): who asks for the other family need not wait
            record.type = type_nsec;
            record.ttl_s = host_ttl_s;
            data.append(host_);
            data.append(address_type(link) == type_a ? only_a : only_aaaa);
            break;
    }
    record.data = data.view();
    return record;
}

/// RFC 6763 §6.
void Responder::write_text(const Naming& naming, TextWriter& out) const {
    const auto add = [&out](std::string_view key, std::string_view value) {
        static_assert(sizeof(Service) < text_field_bytes_max);  // no field of ours needs cutting
        out.append(static_cast<char>(key.size() + 1 + value.size()));
        out.append(key);
        out.append('=');
        out.append(value);
    };
    add("txtvers", "1");
    add("id", service_.id);
    add("mac", service_.mac);
    add("name", naming.name);
    add("model", service_.model);
    add("fw", service_.firmware);
    add("api", "1");
    add("path", "/");
    add("tls", "0");
    add("auth", "0");
}

void Responder::set_links(std::span<const Link> links, std::uint64_t now_ms) {
    link_count_ = std::min(links.size(), places_.size());
    for (std::size_t i = 0; i < link_count_; ++i)
        places_[i].link = links[i];
    probe_from(now_ms + random_() % probe_gap_ms);
}

void Responder::rename(std::string_view name, std::uint64_t now_ms) {
    if (name == naming_.name.view()) return;
    if (state_ == State::announced) withdrawn_ = naming_;
    naming_.name = name;
    instance_number_ = 1;
    name_records();
    if (state_ != State::idle) probe_from(now_ms);
}

void Responder::probe_from(std::uint64_t first_ms) {
    for (auto& place : places_)
        place = {.link = place.link};
    state_ = link_count_ == 0 ? State::idle : State::probing;
    steps_ = 0;
    next_ms_ = link_count_ == 0 ? never : first_ms;
}

std::uint64_t Responder::due_ms() const {
    auto due = next_ms_;
    for (const auto& place : links())
        due = std::min(due, place.due_ms);
    return due;
}

void Responder::turn(std::uint64_t now_ms, Outlet& outlet) {
    if (now_ms >= next_ms_) {
        if (state_ == State::probing && steps_ < probes) {
            send_probes(outlet);
            ++steps_;
            next_ms_ = now_ms + probe_gap_ms;
        } else {
            if (state_ == State::probing) steps_ = 0;
            state_ = State::announced;
            announce(now_ms, outlet);
            ++steps_;
            next_ms_ = steps_ < announcements ? now_ms + announcement_gap_ms : never;
        }
    }
    for (auto& place : links()) {
        if (now_ms >= place.due_ms) send_answers(place, now_ms, outlet);
    }
}

void Responder::send_probes(Outlet& outlet) {
    std::array<char, packet_bytes_max> memory;
    Data room;
    for (const auto& place : links()) {
        PacketWriter probe(memory, 0, 0);
        for (const auto kind : {srv_board, srv_http, host_address}) {
            // Several programs share port 5353 on a computer, and a unicast answer reaches only one: ask for
            // multicast.
            probe.add({.name = owner(kind, naming_), .type = type_any});
        }
        for (const auto kind : {srv_board, txt_board, srv_http, txt_http, host_address}) {
            auto ours = record(kind, place.link, room);
            ours.unique = false;  // RFC 6762 §10.2
            probe.add(Section::authorities, ours);
        }
        outlet.send(place.link.index, {}, probe.view());
    }
}

void Responder::announce(std::uint64_t now_ms, Outlet& outlet) {
    for (auto& place : links()) {
        place.answers = bit(kinds) - 1;
        send_answers(place, now_ms, outlet);
        if (withdrawn_.instance.empty()) continue;
        std::array<char, packet_bytes_max> memory;
        PacketWriter goodbye(memory, 0, flag_response | flag_authoritative);
        add_withdrawn(goodbye);
        outlet.send(place.link.index, {}, goodbye.view());
    }
    withdrawn_ = {};
}

/// The service types stay: other boards have them too.
void Responder::add_withdrawn(PacketWriter& packet) const {
    if (withdrawn_.instance.empty()) return;
    Data room;
    for (const auto kind : {ptr_board, ptr_http, srv_board, srv_http, txt_board, txt_http}) {
        auto gone = record(kind, {}, withdrawn_, room);
        gone.ttl_s = 0;
        packet.add(Section::answers, gone);
    }
}

void Responder::say_goodbye(Outlet& outlet) {
    std::array<char, packet_bytes_max> memory;
    Data room;
    for (const auto& place : links()) {
        PacketWriter goodbye(memory, 0, flag_response | flag_authoritative);
        add_withdrawn(goodbye);
        for (std::size_t kind = ptr_board; kind < kinds && state_ == State::announced; ++kind) {
            auto gone = record(kind, place.link, room);
            gone.ttl_s = 0;
            goodbye.add(Section::answers, gone);
        }
        if (!goodbye.empty()) outlet.send(place.link.index, {}, goodbye.view());
    }
    withdrawn_ = {};
    link_count_ = 0;
    probe_from(never);
}

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
    } else if (from.port == mdns_port) {  // RFC 6762 §6: nobody else's answers count
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

/// What another one who probes for a name of ours would put there: the least of its records, as many as we
/// have and one more (RFC 6762 §8.2.1: in order of type and data).
class Responder::Contender final : public Listener {
public:
    explicit Contender(std::string_view name) : name_(name) {}

    void on_record(Section section, const Record& record) override {
        if (section == Section::authorities && record.class_code == class_in && same_name(record.name, name_))
            add(record);
    }
    /// Beyond the room for data only what is longer than any of ours is lost.
    void add(const Record& record) {
        Key key{.type = record.type, .data = record.data};
        for (std::size_t i = 0; i < count_; ++i) {
            if (key < keys_[i]) std::swap(key, keys_[i]);
        }
        if (count_ < keys_.size()) keys_[count_++] = key;
    }
    [[nodiscard]] bool exists() const { return count_ > 0; }
    [[nodiscard]] bool before(const Contender& other) const {
        return std::ranges::lexicographical_compare(keys(), other.keys());
    }

private:
    struct Key {
        std::uint16_t type = 0;
        FixedString<data_bytes_max> data;
        std::strong_ordering operator<=>(const Key& other) const {
            return std::pair(type, data.view()) <=> std::pair(other.type, other.data.view());
        }
        bool operator==(const Key&) const = default;
    };

    [[nodiscard]] std::span<const Key> keys() const { return std::span(keys_).first(count_); }

    std::string_view name_;
    std::array<Key, 3> keys_;
    std::size_t count_ = 0;
};

/// Who probes for a name of ours at the same time (RFC 6762 §8.2): the later records win. Our own probes come
/// back to us and are equal.
bool Responder::loses_tie(std::string_view query, const Link& link) const {
    struct Claimed {
        Kind first, last;
    };
    for (const auto& claimed :
         {Claimed{srv_board, txt_board}, {srv_http, txt_http}, {host_address, host_address}}) {
        const auto name = owner(claimed.first, naming_);
        Header header;
        Contender theirs(name);
        Contender ours(name);
        (void)walk(query, header, theirs);
        Data room;
        ours.add(record(claimed.first, link, room));
        if (claimed.last != claimed.first) ours.add(record(claimed.last, link, room));
        if (theirs.exists() && ours.before(theirs)) return true;
    }
    return false;
}

bool Responder::is_ours(const Record& record) const {
    Data room;
    for (const auto& place : links()) {  // our address on one link may be heard on another
        for (std::size_t kind = srv_board; kind < kinds; ++kind) {
            const auto own = this->record(kind, place.link, room);
            if (own.type == record.type && own.data == record.data && same_name(own.name, record.name))
                return true;
        }
    }
    return false;
}

/// RFC 6762 §8.1 and §9. A name of ours with other data: somebody has it.
class Responder::Claim final : public Listener {
public:
    explicit Claim(const Responder& responder) : responder_(responder) {}

    [[nodiscard]] bool found() const { return found_; }
    [[nodiscard]] bool of_host() const { return host_; }

    void on_record(Section section, const Record& record) override {
        if (found_ || section == Section::authorities) return;
        if (record.class_code != class_in || record.ttl_s == 0) return;
        const auto& naming = responder_.naming_;
        const bool host = same_name(record.name, responder_.host_);
        const bool instance = same_name(record.name, responder_.owner(srv_board, naming)) ||
                              same_name(record.name, responder_.owner(srv_http, naming));
        if ((!host && !instance) || responder_.is_ours(record)) return;
        const auto same_family = [&](const Place& place) { return address_type(place.link) == record.type; };
        const bool same_type = host ? std::ranges::any_of(responder_.links(), same_family)
                                    : record.type == type_srv || record.type == type_txt;
        found_ = responder_.state_ == State::probing || same_type;
        host_ = host;
    }

private:
    const Responder& responder_;
    bool found_ = false;
    bool host_ = false;
};

void Responder::on_response(std::string_view response, std::uint64_t now_ms) {
    if (state_ == State::idle) return;
    Header header;
    Claim claim(*this);
    (void)walk(response, header, claim);
    if (claim.found()) resolve_conflict(claim.of_host(), now_ms);
}

void Responder::resolve_conflict(bool host, std::uint64_t now_ms) {
    ++conflicts_;
    if (state_ == State::probing) {
        ++(host ? host_number_ : instance_number_);
        name_records();
    }
    // A name that was ours is probed for again: who has more right to it shows there (RFC 6762 §9).
    probe_from(now_ms + (conflicts_ < conflicts_before_calm ? random_() % probe_gap_ms : calm_ms));
}

}  // namespace boardwalk::ports::mdns
