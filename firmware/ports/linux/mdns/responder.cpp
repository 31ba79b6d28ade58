#include "firmware/ports/linux/mdns/responder.hpp"

#include <algorithm>
#include <utility>

namespace boardwalk::ports::mdns {

namespace {

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

const Name services = name_of({"_services", "_dns-sd", "_udp", "local"});
const Name board_type = name_of({"_boardwalk", "_tcp", "local"});
const Name http_type = name_of({"_http", "_tcp", "local"});

/// The name as a label: cut between characters where it is too long, and numbered when it was taken.
std::string label_of(std::string_view name, unsigned number) {
    const auto suffix = number == 1 ? std::string() : " (" + std::to_string(number) + ")";
    auto size = std::min(name.size(), label_bytes_max - suffix.size());
    if (size < name.size()) {
        while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xc0U) == 0x80U)
            --size;
    }
    return size == 0 ? "Boardwalk" + suffix : std::string(name.substr(0, size)) + suffix;
}

/// RFC 6763 §6. A field is cut at 255 bytes; ours are far below.
std::string text_of(const Service& service) {
    std::string text;
    const auto add = [&text](std::string_view key, std::string_view value) {
        const auto field = (std::string(key) + '=').append(value).substr(0, 255);
        text += static_cast<char>(field.size());
        text += field;
    };
    add("txtvers", "1");
    add("id", service.id);
    add("mac", service.mac);
    add("name", service.name);
    add("model", service.model);
    add("fw", service.firmware);
    add("api", "1");
    add("path", "/");
    add("tls", "0");
    add("auth", "0");
    return text;
}

std::uint16_t address_type(const Link& link) { return link.address.size() == 4 ? type_a : type_aaaa; }

constexpr std::uint32_t bit(std::size_t kind) { return 1U << kind; }

}  // namespace

void Responder::name_records() {
    instance_ = label_of(service_.name, instance_number_);
    instance_board_ = name_of({instance_}).substr(0, instance_.size() + 1) + board_type;
    instance_http_ = name_of({instance_}).substr(0, instance_.size() + 1) + http_type;
    const auto host =
        "boardwalk-" + service_.id + (host_number_ == 1 ? "" : "-" + std::to_string(host_number_));
    host_ = name_of({host, "local"});
}

const Name& Responder::owner(std::size_t kind) const {
    switch (kind) {
        case services_board:
        case services_http: return services;
        case ptr_board: return board_type;
        case ptr_http: return http_type;
        case srv_board:
        case txt_board: return instance_board_;
        case srv_http:
        case txt_http: return instance_http_;
        default: return host_;
    }
}

Record Responder::record(std::size_t kind, const Link& link) const {
    Record record{.name = owner(kind), .unique = is_unique(kind), .ttl_s = shared_ttl_s};
    switch (kind) {
        case services_board:
        case services_http:
        case ptr_board:
        case ptr_http:
            record.type = type_ptr;
            record.data = kind == services_board  ? board_type
                          : kind == services_http ? http_type
                          : kind == ptr_board     ? instance_board_
                                                  : instance_http_;
            break;
        case srv_board:
        case srv_http:
            record.type = type_srv;
            record.ttl_s = host_ttl_s;
            record.data = std::string(4, '\0');  // priority, weight
            append_u16(record.data, service_.port);
            record.data += host_;
            break;
        case txt_board:
        case txt_http:
            record.type = type_txt;
            record.data = text_of(service_);
            break;
        case host_address:
            record.type = address_type(link);
            record.ttl_s = host_ttl_s;
            record.data = link.address;
            break;
        default:  // nothing but the address (RFC 6762 §6.1): who asks for the other family need not wait
            record.type = type_nsec;
            record.ttl_s = host_ttl_s;
            record.data = host_ + (address_type(link) == type_a ? std::string("\0\1\x40", 3)
                                                                : std::string("\0\4\0\0\0\x08", 6));
            break;
    }
    return record;
}

void Responder::set_links(std::vector<Link> links, std::uint64_t now_ms) {
    links_ = std::move(links);
    pending_.assign(links_.size(), {});
    probe_from(now_ms + random_() % probe_gap_ms);
}

void Responder::rename(std::string_view name, std::uint64_t now_ms) {
    if (name == service_.name) return;
    if (state_ == State::announced) {
        for (const auto kind : {ptr_board, ptr_http, srv_board, srv_http, txt_board, txt_http}) {
            withdrawn_.push_back(record(kind, {}));
            withdrawn_.back().ttl_s = 0;
        }
    }
    service_.name = name;
    instance_number_ = 1;
    name_records();
    if (state_ != State::idle) probe_from(now_ms);
}

void Responder::probe_from(std::uint64_t first_ms) {
    for (auto& pending : pending_)
        pending = {};
    state_ = links_.empty() ? State::idle : State::probing;
    steps_ = 0;
    next_ms_ = links_.empty() ? never : first_ms;
}

std::uint64_t Responder::due_ms() const {
    auto due = next_ms_;
    for (const auto& pending : pending_)
        due = std::min(due, pending.due_ms);
    return due;
}

void Responder::turn(std::uint64_t now_ms) {
    if (now_ms >= next_ms_) {
        if (state_ == State::probing && steps_ < probes) {
            send_probes();
            ++steps_;
            next_ms_ = now_ms + probe_gap_ms;
        } else {
            if (state_ == State::probing) steps_ = 0;
            state_ = State::announced;
            announce(now_ms);
            ++steps_;
            next_ms_ = steps_ < announcements ? now_ms + announcement_gap_ms : never;
        }
    }
    for (std::size_t i = 0; i < links_.size(); ++i) {
        if (now_ms >= pending_[i].due_ms) send_answers(i, now_ms);
    }
}

void Responder::send_probes() {
    for (const auto& link : links_) {
        Message probe;
        for (const auto& name : {instance_board_, instance_http_, host_}) {
            // Several programs share port 5353 here, and a unicast answer reaches only one: ask for
            // multicast.
            probe.questions.push_back({.name = name, .type = type_any});
        }
        for (const auto kind : {srv_board, txt_board, srv_http, txt_http, host_address}) {
            probe.authorities.push_back(record(kind, link));
            probe.authorities.back().unique = false;  // RFC 6762 §10.2
        }
        multicast(link, probe);
    }
}

void Responder::announce(std::uint64_t now_ms) {
    for (std::size_t i = 0; i < links_.size(); ++i) {
        pending_[i].answers = bit(kinds) - 1;
        send_answers(i, now_ms);
        if (withdrawn_.empty()) continue;
        multicast(links_[i], {.flags = flag_response | flag_authoritative, .answers = withdrawn_});
    }
    withdrawn_.clear();
}

void Responder::say_goodbye() {
    for (auto& link : links_) {
        Message goodbye{.flags = flag_response | flag_authoritative, .answers = withdrawn_};
        if (state_ == State::announced) {
            // The service types stay: other boards have them too.
            for (std::size_t kind = ptr_board; kind < kinds; ++kind) {
                goodbye.answers.push_back(record(kind, link));
                goodbye.answers.back().ttl_s = 0;
            }
        }
        if (!goodbye.answers.empty()) multicast(link, goodbye);
    }
    withdrawn_.clear();
    links_.clear();
    pending_.clear();
    probe_from(never);
}

std::vector<Outgoing> Responder::take() { return std::exchange(outgoing_, {}); }

void Responder::receive(std::string_view packet, unsigned link, Endpoint from, std::uint64_t now_ms) {
    constexpr std::uint16_t code_bits = 0x780f;  // opcode and response code: RFC 6762 §18.3, §18.11
    const auto at = std::ranges::find(links_, link, &Link::index);
    Message message;
    if (at == links_.end() || !parse(packet, message) || (message.flags & code_bits) != 0) return;
    if ((message.flags & flag_response) == 0) {
        on_query(message, static_cast<std::size_t>(at - links_.begin()), from, now_ms);
    } else if (from.port == mdns_port) {  // RFC 6762 §6: nobody else's answers count
        on_response(message, now_ms);
    }
}

void Responder::on_query(const Message& query, std::size_t link, Endpoint from, std::uint64_t now_ms) {
    if (state_ == State::probing) {
        if (loses_tie(query, links_[link])) probe_from(now_ms + tie_lost_ms);
        return;
    }
    const auto answers = state_ == State::announced ? answers_to(query, links_[link]) : Kinds{0};
    if (answers == 0) return;
    if (from.port != mdns_port) return send_legacy(query, links_[link], from, answers);

    // A question for a unicast answer gets a multicast one as well, for the reason that stands in
    // send_probes.
    auto& pending = pending_[link];
    auto due = now_ms;
    const bool is_probe = !query.authorities.empty();
    for (std::size_t kind = 0; kind < kinds && !is_probe; ++kind) {
        if ((answers & bit(kind)) == 0) continue;
        if (!is_unique(kind)) {  // others answer too: not all at once
            due = std::max(
                due, now_ms + shared_delay_ms_min + random_() % (shared_delay_ms_max - shared_delay_ms_min));
        }
        if (pending.sent_ms[kind] != 0) due = std::max(due, pending.sent_ms[kind] + repeat_gap_ms);
    }
    pending.answers |= answers;
    pending.due_ms = std::min(pending.due_ms, due);
}

Responder::Kinds Responder::answers_to(const Message& query, const Link& link) const {
    Kinds answers = 0;
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        const auto ours = record(kind, link);
        const auto asks = [&](const Question& question) {
            if (question.class_code != class_in && question.class_code != class_any) return false;
            if (!same_name(question.name, ours.name)) return false;
            if (kind == host_nsec) return question.type != address_type(link) && question.type != type_any;
            return question.type == ours.type || question.type == type_any;
        };
        // RFC 6762 §7.1: what the asker knows, and for long enough, is not repeated.
        const auto knows = [&](const Record& known) {
            return known.type == ours.type && known.ttl_s >= ours.ttl_s / 2 &&
                   same_name(known.name, ours.name) &&
                   (ours.type == type_ptr ? same_name(known.data, ours.data) : known.data == ours.data);
        };
        if (std::ranges::any_of(query.questions, asks) && std::ranges::none_of(query.answers, knows)) {
            answers |= bit(kind);
        }
    }
    return answers;
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

void Responder::send_answers(std::size_t link, std::uint64_t now_ms) {
    auto& pending = pending_[link];
    const auto additionals = with_additionals(pending.answers);
    Message response{.flags = flag_response | flag_authoritative};
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        if ((pending.answers & bit(kind)) != 0) {
            response.answers.push_back(record(kind, links_[link]));
            pending.sent_ms[kind] = now_ms;
        } else if ((additionals & bit(kind)) != 0) {
            response.additionals.push_back(record(kind, links_[link]));
        }
    }
    pending.answers = 0;
    pending.due_ms = never;
    multicast(links_[link], response);
}

/// RFC 6762 §6.7: a plain DNS client gets what a DNS server would say.
void Responder::send_legacy(const Message& query, const Link& link, Endpoint to, Kinds answers) {
    Message response{
        .id = query.id, .flags = flag_response | flag_authoritative, .questions = query.questions};
    const auto additionals = with_additionals(answers);
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        if (((answers | additionals) & bit(kind)) == 0) continue;
        auto ours = record(kind, link);
        ours.unique = false;
        ours.ttl_s = std::min(ours.ttl_s, legacy_ttl_s);
        ((answers & bit(kind)) != 0 ? response.answers : response.additionals).push_back(std::move(ours));
    }
    outgoing_.push_back({.link = link.index, .to = to, .packet = encode(response)});
}

/// Who probes for a name of ours at the same time (RFC 6762 §8.2): the later records win. Our own probes come
/// back to us and are equal.
bool Responder::loses_tie(const Message& query, const Link& link) const {
    using Key = std::pair<std::uint16_t, std::string>;
    for (const auto& name : {instance_board_, instance_http_, host_}) {
        std::vector<Key> theirs;
        std::vector<Key> ours;
        for (const auto& record : query.authorities) {
            if (record.class_code == class_in && same_name(record.name, name)) {
                theirs.emplace_back(record.type, record.data);
            }
        }
        for (const auto kind : {srv_board, txt_board, srv_http, txt_http, host_address}) {
            if (owner(kind) != name) continue;
            auto own = record(kind, link);
            ours.emplace_back(own.type, std::move(own.data));
        }
        std::ranges::sort(theirs);
        std::ranges::sort(ours);
        if (!theirs.empty() && ours < theirs) return true;
    }
    return false;
}

bool Responder::is_ours(const Record& record) const {
    for (const auto& link : links_) {  // our address on one link may be heard on another
        for (std::size_t kind = srv_board; kind < kinds; ++kind) {
            const auto own = this->record(kind, link);
            if (own.type == record.type && own.data == record.data && same_name(own.name, record.name))
                return true;
        }
    }
    return false;
}

/// RFC 6762 §8.1 and §9. A name of ours with other data: somebody has it.
void Responder::on_response(const Message& response, std::uint64_t now_ms) {
    if (state_ == State::idle) return;
    for (const auto* section : {&response.answers, &response.additionals}) {
        for (const auto& record : *section) {
            if (record.class_code != class_in || record.ttl_s == 0) continue;
            const bool host = same_name(record.name, host_);
            const bool instance =
                same_name(record.name, instance_board_) || same_name(record.name, instance_http_);
            if ((!host && !instance) || is_ours(record)) continue;
            const bool same_type =
                host ? std::ranges::any_of(
                           links_, [&](const Link& link) { return address_type(link) == record.type; })
                     : record.type == type_srv || record.type == type_txt;
            if (state_ == State::probing || same_type) return resolve_conflict(host, now_ms);
        }
    }
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

void Responder::multicast(const Link& link, const Message& message) {
    outgoing_.push_back({.link = link.index, .to = {}, .packet = encode(message)});
}

}  // namespace boardwalk::ports::mdns
