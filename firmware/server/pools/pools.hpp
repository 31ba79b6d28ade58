#pragma once

#include <cstdint>

#include "firmware/server/application.hpp"
#include "firmware/server/contention/contention.hpp"
#include "firmware/server/load.hpp"
#include "firmware/server/options.hpp"
#include "firmware/server/pools/buffer_queue.hpp"
#include "firmware/server/pools/link_table.hpp"
#include "firmware/server/pools/loop_clock.hpp"
#include "firmware/server/pools/slot_table.hpp"
#include "firmware/server/statistics.hpp"
#include "firmware/transport/transport.hpp"

namespace boardwalk::server {

/// What the parts of one server share, and the few steps that touch several of them. All memory but the
/// scratch buffers is taken in the constructor.
struct Pools {
    Pools(transport::Transport&, Application&, const Options&);
    Pools(const Pools&) = delete;
    Pools& operator=(const Pools&) = delete;
    ~Pools();

    /// Reads the clock. When a second is over, its peaks and busy times become those of the last second.
    void refresh_clock() {
        clock.set(transport.now_us());
        if (clock.us() >= second_ends_us) begin_second();
    }
    void begin_turn();

    /// Gives a link of the lobby a free slot; null when there is none. Its request began at `began_us`.
    Slot* give_slot(transport::Link, std::uint64_t began_us);
    /// The connection has ended: returns its buffer and tells the application. The slot is free after the
    /// next sweep.
    void end(Slot&);
    /// Closes it: the transport sends what it has taken, then a FIN.
    void close(Slot&);
    /// Ends it by a reset.
    void abort(Slot&);

    /// False: no buffer is free, and the slot stands in line for one.
    bool borrow_buffer(Slot&);
    /// Does nothing while the buffer holds something that is still needed.
    void return_buffer(Slot&);

    /// Hands bytes to the network, and counts them. Returns how many it took.
    std::size_t write(Slot&, const connection::Piece&);
    std::size_t write(Slot& s, std::string_view copied) { return write(s, {.bytes = copied, .behind = {}}); }

    void count_status(std::uint16_t status);
    /// Counts a sent answer; its request began at `began_us`.
    void count_answer(std::uint16_t status, std::uint64_t began_us);
    /// Counts how long a request has waited for slot and buffer.
    void count_wait(std::uint64_t began_us);

    /// A slot is busy from a request's first byte to the last byte of its answer. With a WebSocket it is busy
    /// while bytes wait to be sent or it holds a buffer.
    void update_busy(Slot&);
    void note_buffers() { peaks.note_buffers(buffers.pool().in_use()); }
    void note_waiting() { peaks.note_waiting(waiting_count()); }
    [[nodiscard]] std::size_t waiting_count() const {
        return links.waiting().size() + buffers.waiting().size();
    }
    [[nodiscard]] bool any_waits() const { return !links.waiting().empty() || !buffers.waiting().empty(); }
    /// Contention begins, continues or ends, by what the waiting lines hold now.
    void update_contention();

    /// True when each open link has a slot, both lines are empty, there is no contention, and each slot that
    /// was noted since `forget_states` was free, idle or a WebSocket. Then deadlines are many seconds away.
    [[nodiscard]] bool is_calm() const {
        return all_states_calm_ && links.open_count() == slots.in_use() && !any_waits() &&
               !contention.present();
    }
    void note_state(const Slot& s) {
        using enum connection::State;
        const auto state = s.state();
        all_states_calm_ &= state == free || state == idle || state == websocket;
    }
    void forget_states() { all_states_calm_ = true; }

    transport::Transport& transport;
    Application& application;
    LoopClock clock;
    LinkTable links;
    SlotTable slots;
    BufferQueue buffers;
    Contention contention;
    Peaks peaks;
    std::size_t websocket_max;
    bool shutting_down = false;

    // Counted since the start.
    Durations durations, waits;
    std::array<std::uint64_t, counted_statuses.size() + 1> by_status{};
    std::uint64_t requests_total = 0, bytes_sent_total = 0, bytes_received_total = 0;

    // Of the present second, and of the last.
    std::uint64_t second_ends_us;
    std::uint64_t requests_before_second = 0;
    double requests_per_s = 0;

private:
    void begin_second();
    void give_back_buffers(Slot&);

    std::uint64_t answered_us_ = 0;  ///< when the last answer was out
    std::size_t slots_of_turn_ = 0;  ///< taken at its beginning or since
    bool all_states_calm_ = true;
};

/// The pools as diagnostics show them.
[[nodiscard]] Statistics statistics_of(const Pools&);
/// `slot` < options.connections.
[[nodiscard]] SlotView view_of(const Pools&, std::size_t slot);

}  // namespace boardwalk::server
