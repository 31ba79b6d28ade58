#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/server/contention/eviction.hpp"
#include "firmware/server/http_service.hpp"
#include "firmware/server/options.hpp"
#include "firmware/server/outlet.hpp"
#include "firmware/server/pools/pools.hpp"
#include "firmware/server/statistics.hpp"
#include "firmware/server/timeouts.hpp"
#include "firmware/server/websocket_service.hpp"
#include "firmware/transport/transport.hpp"

namespace boardwalk::server {

/// The pooled server: in this room alone transport, connections, pools and application meet. One thread.
///
/// A *link* is a connection of the network's; a *slot* is what it is given once it has sent something. Links
/// without a slot are in the lobby. `Server` hands events, the application's calls and the clock to the parts
/// that serve them, and gives what is free to those that wait.
class Server final : public transport::Events, public Outlet, public StatisticsSource {
public:
    Server(transport::Transport&, Application&, const Options&);

    /// Links that the transport must provide for these options.
    [[nodiscard]] static constexpr std::size_t links_for(const Options& options) { return options.links(); }

    /// What a server with these options takes of memory, itself included: from its start, and with all
    /// scratch buffers in use. It never takes more. (The allocator's own bytes come on top.)
    struct Memory {
        std::size_t from_start_bytes = 0;
        std::size_t full_load_bytes = 0;
    };
    [[nodiscard]] static constexpr Memory memory_for(const Options&);

    /// One turn of the loop: waits for the network at most until something is due, and serves what came.
    void turn();
    /// When the next turn is due at the latest, on the transport's clock: for ports whose `poll` does not
    /// wait.
    [[nodiscard]] std::uint64_t due_ms() const;

    /// Takes no new clients and lets the present ones finish; `finished` once all links are gone.
    void shut_down();
    [[nodiscard]] bool finished() const { return pools_.shutting_down && pools_.links.open_count() == 0; }

    // --- Outlet
    void answer_later(SlotId, Fill, void* context) override;
    void repeat_request(SlotId) override;
    void resume_body(SlotId) override;
    void abandon_body(SlotId, std::string_view unavailable) override;
    [[nodiscard]] bool websocket_ready(SlotId) const override;
    void send_frame(SlotId, std::string_view frame) override;
    void close_websocket(SlotId, std::uint16_t code) override;

    // --- StatisticsSource
    [[nodiscard]] Statistics statistics() const override { return statistics_of(pools_); }
    [[nodiscard]] SlotView slot(std::size_t slot) const override { return view_of(pools_, slot); }

private:
    using Link = transport::Link;
    using State = connection::State;

    // --- transport::Events
    void on_open(Link) override;
    void on_readable(Link) override;
    void on_writable(Link) override;
    void on_closed(Link, transport::CloseReason) override;

    // --- serving
    void serve(Slot&);
    bool step(Slot&);
    bool yields(Slot&, std::uint32_t requests_before, int steps);
    void run_timers();

    // --- giving what is free to those that wait
    void give_what_is_free();
    void admit(Link, std::uint64_t began_us);
    void admit_waiting();
    void grant_buffers();
    [[nodiscard]] bool make_way(Resource wanted);
    void evict(Slot&, const EvictionRule&);
    void keep_links_free();

    [[nodiscard]] Slot* find_in(State, SlotId);

    Pools pools_;
    WebSocketService websockets_;
    HttpService http_;
    Timeouts timeouts_;
    std::uint64_t timers_ms_ = 0;  ///< when the timers last ran
    std::uint64_t wake_ms_;        ///< when the application wants the next turn
};

constexpr Server::Memory Server::memory_for(const Options& options) {
    const auto from_start = sizeof(Server) + SlotTable::bytes_for(options.connections) +
                            LinkTable::bytes_for(options.links()) +
                            BufferQueue::bytes_for(options.buffers, options.connections);
    const auto buffer = limits::buffer_bytes + limits::buffer_slack_bytes;
    return {from_start, from_start + options.buffers * buffer};
}

}  // namespace boardwalk::server
