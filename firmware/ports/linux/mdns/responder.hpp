#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/ports/linux/mdns/message.hpp"

namespace boardwalk::ports::mdns {

constexpr std::uint16_t mdns_port = 5353;

/// What a board tells about itself.
struct Service {
    std::string name;
    std::string id;
    std::string mac;
    std::string model;
    std::string firmware;
    std::uint16_t port = 0;
};

/// A network interface, and the board's address there: 4 or 16 bytes, the first byte first.
struct Link {
    unsigned index = 0;
    std::string address;
    bool operator==(const Link&) const = default;
};

/// IPv4, both in the computer's own byte order. An address of 0 means the mDNS group.
struct Endpoint {
    std::uint32_t address = 0;
    std::uint16_t port = mdns_port;
};

struct Outgoing {
    unsigned link = 0;
    Endpoint to;
    std::string packet;
};

/// Multicast DNS for one board (RFC 6762) and its DNS-SD records (RFC 6763): probes, announces, answers,
/// gives way when the name is taken, says goodbye. Has no socket and no clock: the caller brings packets and
/// the time in milliseconds, and sends what `take` returns.
class Responder {
public:
    Responder(Service service, std::uint32_t seed) : service_(std::move(service)), random_(seed) {
        name_records();
    }

    /// Starts over with these links: probes, then announces.
    void set_links(std::vector<Link> links, std::uint64_t now_ms);
    /// The new name is probed first; the old one is withdrawn once the new one is announced, so that the
    /// board is never gone in between.
    void rename(std::string_view name, std::uint64_t now_ms);
    /// A packet from anybody, our own included; what cannot be read is ignored.
    void receive(std::string_view packet, unsigned link, Endpoint from, std::uint64_t now_ms);
    void turn(std::uint64_t now_ms);
    /// When `turn` has something to do; `never` when only packets can change anything.
    [[nodiscard]] std::uint64_t due_ms() const;
    /// Withdraws what was announced (RFC 6762 §10.1).
    void say_goodbye();

    [[nodiscard]] std::vector<Outgoing> take();
    /// The service instance's name as announced: the board's name, with a number when it was taken.
    [[nodiscard]] const std::string& instance() const { return instance_; }

    static constexpr std::uint64_t never = ~std::uint64_t{0};

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
    enum class State : std::uint8_t { idle, probing, announced };

    /// What waits to be multicast on a link (RFC 6762 §6: a record at most once a second).
    struct Pending {
        Kinds answers = 0;
        std::uint64_t due_ms = never;
        std::array<std::uint64_t, kinds> sent_ms{};
    };

    void name_records();
    [[nodiscard]] Record record(std::size_t kind, const Link& link) const;
    [[nodiscard]] const Name& owner(std::size_t kind) const;
    [[nodiscard]] static bool is_unique(std::size_t kind) { return kind >= srv_board; }
    [[nodiscard]] bool is_ours(const Record& record) const;

    void probe_from(std::uint64_t first_ms);
    void send_probes();
    void announce(std::uint64_t now_ms);
    void send_answers(std::size_t link, std::uint64_t now_ms);
    void send_legacy(const Message& query, const Link& link, Endpoint to, Kinds answers);

    void on_query(const Message& query, std::size_t link, Endpoint from, std::uint64_t now_ms);
    void on_response(const Message& response, std::uint64_t now_ms);
    [[nodiscard]] Kinds answers_to(const Message& query, const Link& link) const;
    [[nodiscard]] static Kinds with_additionals(Kinds answers);
    [[nodiscard]] bool loses_tie(const Message& query, const Link& link) const;
    void resolve_conflict(bool host, std::uint64_t now_ms);

    void multicast(const Link& link, const Message& message);

    Service service_;
    std::minstd_rand random_;
    std::vector<Link> links_;
    std::vector<Pending> pending_;  ///< one a link
    std::vector<Outgoing> outgoing_;
    std::vector<Record> withdrawn_;  ///< goodbyes of the name before, due with the next announcement

    unsigned instance_number_ = 1;
    unsigned host_number_ = 1;
    std::string instance_;
    Name instance_board_;
    Name instance_http_;
    Name host_;

    State state_ = State::idle;
    unsigned steps_ = 0;  ///< probes or announcements sent
    unsigned conflicts_ = 0;
    std::uint64_t next_ms_ = never;
};

}  // namespace boardwalk::ports::mdns
