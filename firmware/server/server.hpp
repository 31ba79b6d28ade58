#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "firmware/connection/connection.hpp"
#include "firmware/core/buffer_pool.hpp"
#include "firmware/core/fixed_string.hpp"
#include "firmware/server/application.hpp"
#include "firmware/server/contention.hpp"
#include "firmware/server/eviction.hpp"
#include "firmware/server/line.hpp"
#include "firmware/server/load.hpp"
#include "firmware/server/outlet.hpp"
#include "firmware/server/rate_meter.hpp"
#include "firmware/server/statistics.hpp"
#include "firmware/transport/transport.hpp"

namespace boardwalk::server {

/// Capacities of one server; constants on a chip, chosen at start on a computer.
struct Options {
    std::size_t connections = limits::connections_default;
    std::size_t buffers = limits::buffers_default;
    /// Links beyond the lobby that are kept free for handshakes, where no kernel holds those.
    std::size_t handshake_places = 0;
    /// Seconds since 1970, or 0 while the board has no clock.
    std::int64_t (*unix_time_s)() = nullptr;
};

/// The pooled server: the only place where transport, connections, pools and application meet. One thread.
///
/// A *link* is a connection of the network's; a *slot* is what it is given once it has sent something. Links
/// without a slot are in the lobby. All memory but the scratch buffers is taken in the constructor.
class Server final : public transport::Events, public Outlet, public StatisticsSource {
public:
    Server(transport::Transport&, Application&, const Options&);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() override;

    /// Links that the transport must provide for these options.
    [[nodiscard]] static constexpr std::size_t links_for(const Options& options) {
        return options.connections + limits::lobby_places + options.handshake_places;
    }

    /// What a server with these options takes of memory, itself included: from its start, and with all
    /// scratch buffers in use. It never takes more. (The allocator's own bytes come on top.)
    struct Memory {
        std::size_t from_start_bytes = 0;
        std::size_t full_load_bytes = 0;
    };
    [[nodiscard]] static constexpr Memory memory_for(const Options&);

    /// One turn of the loop: waits for the network at most until something is due, and deals with what came.
    void turn();
    /// When the next turn is due at the latest, on the transport's clock: for ports whose `poll` does not
    /// wait.
    [[nodiscard]] std::uint64_t due_ms() const;

    /// Takes no new clients and lets the present ones finish. `finished` when nobody is left.
    void shut_down();
    [[nodiscard]] bool finished() const { return shutting_down_ && open_links_ == 0; }

    // --- Outlet
    void answer_later(SlotId, Fill, void* context) override;
    void repeat_request(SlotId) override;
    void resume_body(SlotId) override;
    void abandon_body(SlotId, std::string_view unavailable) override;
    [[nodiscard]] bool websocket_ready(SlotId) const override;
    void send_frame(SlotId, std::string_view frame) override;
    void close_websocket(SlotId, std::uint16_t code) override;

    // --- StatisticsSource
    [[nodiscard]] Statistics statistics() const override;
    [[nodiscard]] SlotView slot(std::size_t slot) const override;

private:
    using Link = transport::Link;
    using State = connection::State;

    struct Slot {
        connection::Connection connection;
        Link link = 0;
        std::uint16_t route = 0;       ///< what the application said of the head
        std::uint32_t generation = 0;  ///< of this use of the slot
        std::uint32_t requests = 0;
        bool more = false;           ///< the network may have something to read
        bool peer_finished = false;  ///< the peer's end was read
        bool pinged = false;
        bool abandoned = false;        ///< the link is gone, and the application still works on the buffer
        bool again = false;            ///< it let others have their turn, with more of its own to do
        bool buffer_used = false;      ///< it has read with the buffer that it holds
        RateMeter rate;                ///< of a body or an answer
        std::uint32_t body_bytes = 0;  ///< received, of bodies; wraps
        std::uint64_t buffer_since_ms = 0;     ///< when it got its buffer, or finished a message with it
        std::uint32_t sent_bytes = 0;          ///< in all; wraps
        std::uint32_t acknowledged_bytes = 0;  ///< of them, at the last look
        std::uint64_t acknowledged_ms = 0;     ///< when that was more than before, or all
        std::uint64_t since_ms = 0;            ///< when the request's first byte came, or it became idle
        std::uint64_t progress_ms = 0;         ///< when bytes last moved
        std::uint64_t message_ms = 0;          ///< when a WebSocket's client last sent a message of its own
        std::uint64_t request_began_us = 0;
        BusyTime busy;  ///< the slot's, whoever has it
        [[nodiscard]] bool free() const { return connection.state() == State::free; }
    };

    /// `given_up`: the network was asked to end it without more ado.
    enum class Stage : std::uint8_t { closed, lobby, in_slot, closing, given_up };
    struct LinkRecord {
        Stage stage = Stage::closed;
        Ending ending = Ending::finished;  ///< what was decided about it, before it went
        std::uint16_t slot = 0;
        std::uint32_t waited_us = 0;  ///< before that, in the network, with its first request
        std::uint64_t since_ms = 0;   ///< when it came to this stage
    };

    // --- transport::Events
    void on_open(Link) override;
    void on_readable(Link) override;
    void on_writable(Link) override;
    void on_closed(Link, transport::CloseReason) override;

    // --- links and the lobby (server_links.cpp)
    void keep_lobby_open();
    void part_from(Link, Ending);
    void decide(Link, Ending);
    void refuse(Link, std::uint64_t began_us);

    // --- who goes (server_eviction.cpp)
    [[nodiscard]] bool make_room();
    void reclaim_buffer();
    [[nodiscard]] Candidate candidate(const Slot&) const;
    [[nodiscard]] Candidate candidate(const LinkRecord&) const;
    [[nodiscard]] std::optional<Victim> choose_slot(Resource wanted);
    void measure_rates();
    void evict(Slot&, const EvictionRule&);
    void cut_off(Slot&);
    void note_contention();

    // --- slots and lines (server_slots.cpp)
    void admit(Link);
    [[nodiscard]] Slot* free_slot();
    void admit_waiting();
    void enter_slot(Slot&, Link, std::uint64_t began_us);
    void release(Slot&);
    void close(Slot&);
    void abort(Slot&);
    bool borrow_buffer(Slot&);
    void return_buffer(Slot&);
    void grant_buffers();

    // --- requests (server.cpp)
    void serve(Slot&);
    void go_on(Slot&);
    bool take_input(Slot&);
    bool read_more(Slot&);
    void take_head(Slot&, const http::Request&);
    void take_request(Slot&);
    void hand_over_piece(Slot&);
    void expect_body(Slot&, const http::Request&);
    void handle(Slot&, const http::Request&, http::Response&);
    void answer(Slot&, http::Response&);
    void fail(Slot&, http::Problem);
    void send_continue(Slot&);
    bool send_answer(Slot&);
    void count_answer(std::uint16_t status, std::uint64_t began_us);
    void count_status(std::uint16_t status);

    // --- WebSockets (server_websocket.cpp)
    void open_websocket(Slot&, const http::Request&, http::Response&, const Admission&);
    bool serve_websocket(Slot&);
    bool send_echo(Slot&);
    std::size_t write_frame(Slot&, std::string_view frame);
    bool deal_with(Slot&, websocket::Session::Event);
    void send_control(Slot&, websocket::Opcode, std::string_view payload);
    void close_websocket(Slot&, websocket::CloseCode);
    bool end_websocket(Slot&, websocket::CloseCode);
    [[nodiscard]] bool takes_messages(const Slot&) const;
    [[nodiscard]] bool websocket_ready(const Slot&) const;
    [[nodiscard]] std::size_t websocket_count() const;

    void look_at_clock();

    // --- how busy it is (server_statistics.cpp)
    void begin_second();
    void note_busy(Slot&);
    void note_waiting() { peaks_.note_waiting(slot_line_.size() + buffer_line_.size()); }

    // --- time (server_timers.cpp)
    void run_timers();
    void check_slot(Slot&);
    void begin_window(Slot&, std::uint64_t began_ms);
    [[nodiscard]] bool blocks_waiters(const Slot&) const;
    [[nodiscard]] static std::uint32_t moved_bytes(const Slot&);
    void note_movement(Slot&);
    void note_acknowledged(Slot&);
    void check_websocket(Slot&);
    void check_lines();
    void update_date();

    [[nodiscard]] SlotId id_of(const Slot& s) const {
        return {static_cast<std::uint16_t>(&s - slots_.get()), s.generation};
    }
    [[nodiscard]] Link link_of(const LinkRecord& record) const {
        return static_cast<Link>(&record - links_.get());
    }
    [[nodiscard]] Slot* find(SlotId);
    [[nodiscard]] const Slot* find(SlotId id) const { return const_cast<Server*>(this)->find(id); }
    [[nodiscard]] std::uint64_t now_ms() const { return now_ms_; }
    static constexpr std::uint64_t second_us = 1'000'000;
    [[nodiscard]] std::span<Slot> slots() const { return {slots_.get(), connections_}; }
    [[nodiscard]] std::span<LinkRecord> links() const { return {links_.get(), link_count_}; }

    transport::Transport& transport_;
    Application& application_;
    std::int64_t (*unix_time_s_)();
    std::size_t connections_;
    Link link_count_;
    Link full_link_count_;  ///< with these the lobby is full: further ones are for handshakes
    std::size_t websocket_max_;
    std::unique_ptr<Slot[]> slots_;
    std::unique_ptr<LinkRecord[]> links_;
    BufferPool buffers_;
    Line slot_line_;        ///< links that have something to say and no slot
    Line buffer_line_;      ///< slots that have something to read and no buffer
    std::uint64_t now_us_;  ///< of this turn, or of the event that is dealt with
    std::uint64_t now_ms_;
    std::uint64_t turn_us_ = 0;  ///< when the network told of the first event of this turn
    std::uint64_t timers_ms_ = 0;
    std::uint64_t busy_ms_ = 0;  ///< when a buffer was last in use
    Contention contention_;
    std::uint64_t wake_ms_ = 0;  ///< the application's wish
    std::size_t open_links_ = 0;
    std::size_t lobby_count_ = 0;  ///< of them
    std::uint64_t second_ends_us_ = 0;
    std::uint64_t second_began_requests_ = 0;
    std::uint64_t answered_us_ = 0;  ///< when the last answer was out
    std::size_t slots_taken_ = 0;
    std::size_t slots_of_turn_ = 0;  ///< of them and those given back, in this turn of the loop
    std::size_t next_slot_ = 0;      ///< slots are given in turn
    Peaks peaks_;
    std::int64_t date_s_ = -1;
    FixedString<32> date_;
    bool shutting_down_ = false;
    bool again_ = false;  ///< a slot wants another turn at once
    Statistics counters_;
};

constexpr Server::Memory Server::memory_for(const Options& options) {
    const std::size_t links = links_for(options);
    const std::size_t from_start = sizeof(Server) + options.connections * sizeof(Slot) +
                                   links * sizeof(LinkRecord) + Line::bytes_for(links) +
                                   Line::bytes_for(options.connections) + options.buffers * sizeof(char*);
    const std::size_t buffer = limits::buffer_bytes + limits::buffer_slack_bytes;
    return {from_start, from_start + options.buffers * buffer};
}

/// The answer to somebody who waited in line for too long; sent by reference, without a buffer.
[[nodiscard]] std::string_view overload_answer();

}  // namespace boardwalk::server
