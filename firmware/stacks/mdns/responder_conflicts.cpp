#include <algorithm>
#include <compare>
#include <utility>

#include "firmware/stacks/mdns/responder.hpp"

/// Other hosts that claim one of our names, and which host gives way.
namespace boardwalk::ports::mdns {
namespace {

// RFC 6762 §8.1: after fifteen conflicts within ten seconds each further probe waits for five.
constexpr unsigned conflicts_before_calm = 15;
constexpr std::uint64_t conflicts_forgotten_ms = 10'000;
constexpr std::uint64_t calm_ms = 5'000;

}  // namespace

/// The records that another host which probes for one of our names would put there: the least ones in order
/// of type and data, as many as we have and one more (RFC 6762 §8.2.1).
class Responder::Contender final : public Listener {
public:
    explicit Contender(std::string_view name) : name_(name) {}

    void on_record(Section section, const Record& record) override {
        if (section == Section::authorities && record.class_code == class_in && same_name(record.name, name_))
            add(record);
    }
    /// Beyond the room for data only what is longer than any of ours is lost.
    void add(const Record& record) {
        Key key{.type = record.type, .data = {}};
        (void)key.data.assign(record.data.substr(0, data_bytes_max));
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

/// Another host probes for one of our names at the same time (RFC 6762 §8.2): the greater records win. Our
/// own probes come back to us and are equal.
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

/// RFC 6762 §8.1 and §9. One of our names with other data: another host has it.
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
    if (now_ms - last_conflict_ms_ >= conflicts_forgotten_ms) conflicts_ = 0;
    last_conflict_ms_ = now_ms;
    ++conflicts_;
    if (state_ == State::probing) {
        ++(host ? host_number_ : instance_number_);
        name_records();
    }
    // A name that was ours is probed for again, which decides whose it is (RFC 6762 §9).
    probe_from(now_ms + (conflicts_ < conflicts_before_calm ? random_() % probe_gap_ms : calm_ms));
}

}  // namespace boardwalk::ports::mdns
