#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string_view>

#include "firmware/stacks/mdns/packet.hpp"

namespace boardwalk::ports::mdns {

inline constexpr std::uint16_t mdns_port = 5353;

/// What a board tells about itself.
struct Service {
    FixedString<63> name;
    FixedString<12> id;
    FixedString<17> mac;
    FixedString<32> model;
    FixedString<32> firmware;
    std::uint16_t port = 0;
    bool auth = false;  ///< requests must be signed in
};

/// A network interface, and the board's address there: 4 or 16 bytes, the first byte first.
struct Link {
    unsigned index = 0;
    FixedString<16> address;
    bool operator==(const Link&) const = default;
};

/// IPv4, both in the computer's own byte order. An address of 0 means the mDNS group.
struct Endpoint {
    std::uint32_t address = 0;
    std::uint16_t port = mdns_port;
};

/// Where packets go out.
class Outlet {
public:
    virtual ~Outlet() = default;
    /// A packet that cannot be sent is lost, as any may be on its way.
    virtual void send(unsigned link, Endpoint to, std::string_view packet) = 0;
};

/// Multicast DNS for one board (RFC 6762) and its DNS-SD records (RFC 6763): probes, announces, answers,
/// gives way when the name is taken, says goodbye. Has no socket, no clock and no heap: the caller brings
/// packets, the time in milliseconds and the memory. A call needs some 4 KB of stack.
class Responder {
private:
    enum Kind : std::uint8_t {
        services_board,
        services_http,
        ptr_board,
        ptr_http,
        srv_board,
        srv_http,
        txt_board,
        txt_http,
        host_address,
        host_nsec,
        kinds
    };
    using Kinds = std::uint32_t;  ///< one bit a kind

public:
    static constexpr std::uint64_t never = ~std::uint64_t{0};

    /// A link, and what waits to be multicast on it (RFC 6762 §6: a record at most once a second).
    struct Place {
        Link link;
        Kinds answers = 0;
        std::uint64_t due_ms = never;
        std::array<std::uint64_t, kinds> sent_ms{};
    };

    /// `places`: one for each link that there may be.
    Responder(const Service&, std::uint32_t seed, std::span<Place> places);

    /// Starts over with these links: probes, then announces. Those that find no place are not told.
    void set_links(std::span<const Link> links, std::uint64_t now_ms);
    /// The new name is probed first; the old one is withdrawn once the new one is announced, so that the
    /// board is never gone in between.
    void rename(std::string_view name, std::uint64_t now_ms);
    /// From now on requests must be signed in, and that is announced.
    void require_sign_in(std::uint64_t now_ms);
    /// Takes a packet from any host, also our own packets. Malformed packets are ignored.
    void receive(std::string_view packet, unsigned link, Endpoint from, std::uint64_t now_ms, Outlet&);
    void turn(std::uint64_t now_ms, Outlet&);
    /// When `turn` has something to do; `never` when only packets can change anything.
    [[nodiscard]] std::uint64_t due_ms() const;
    /// Withdraws what was announced (RFC 6762 §10.1).
    void say_goodbye(Outlet&);

    /// The service instance's name as announced: the board's name, with a number when it was taken.
    [[nodiscard]] std::string_view instance() const { return naming_.instance; }

private:
    static constexpr std::uint64_t probe_gap_ms = 250;  // RFC 6762 §8.1
    static constexpr std::size_t data_bytes_max = 384;
    using Data = std::array<char, data_bytes_max>;  ///< of one record of ours

    enum class State : std::uint8_t { idle, probing, announced };

    /// What people call the board, and its service instance's name made from that.
    struct Naming {
        FixedString<63> name;
        FixedString<63> instance;
    };

    // what a packet says to us, one each
    class Asked;
    class Contender;
    class Claim;
    class Repeat;

    [[nodiscard]] static constexpr Kinds bit(std::size_t kind) { return 1U << kind; }
    [[nodiscard]] static std::uint16_t address_type(const Link& link) {
        return link.address.size() == 4 ? type_a : type_aaaa;
    }

    void name_records();
    [[nodiscard]] Name owner(std::size_t kind, const Naming&) const;
    /// Its data is in `room`, or static.
    [[nodiscard]] Record record(std::size_t kind, const Link&, const Naming&, Data& room) const;
    [[nodiscard]] Record record(std::size_t kind, const Link& link, Data& room) const {
        return record(kind, link, naming_, room);
    }
    void write_text(const Naming&, TextWriter&) const;
    [[nodiscard]] static bool is_unique(std::size_t kind) { return kind >= srv_board; }
    [[nodiscard]] bool is_ours(const Record&) const;

    void probe_from(std::uint64_t first_ms);
    void send_probes(Outlet&);
    void announce(std::uint64_t now_ms, Outlet&);
    void send_answers(Place&, std::uint64_t now_ms, Outlet&);
    void send_legacy(std::string_view query, const Link&, Endpoint to, Kinds answers, Outlet&);
    void add_withdrawn(PacketWriter&) const;

    void on_query(std::string_view query, Place&, Endpoint from, std::uint64_t now_ms, Outlet&);
    void on_response(std::string_view response, std::uint64_t now_ms);
    [[nodiscard]] static Kinds with_additionals(Kinds answers);
    [[nodiscard]] bool loses_tie(std::string_view query, const Link&) const;
    void resolve_conflict(bool host, std::uint64_t now_ms);
    [[nodiscard]] std::span<Place> links() const { return places_.first(link_count_); }

    Service service_;
    std::minstd_rand random_;
    std::span<Place> places_;
    std::size_t link_count_ = 0;

    unsigned instance_number_ = 1;
    unsigned host_number_ = 1;
    Naming naming_;
    Naming withdrawn_;  ///< the former name, whose goodbye goes with the next announcement; empty for none
    Name host_;

    State state_ = State::idle;
    unsigned steps_ = 0;      ///< probes or announcements sent
    unsigned conflicts_ = 0;  ///< since the last ten seconds without one
    std::uint64_t last_conflict_ms_ = 0;
    std::uint64_t next_ms_ = never;
};

}  // namespace boardwalk::ports::mdns
