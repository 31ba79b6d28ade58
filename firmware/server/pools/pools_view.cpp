#include <algorithm>
#include <array>

#include "firmware/server/pools/pools.hpp"

/// What the pools show of themselves.
namespace boardwalk::server {
namespace {

using connection::State;

SlotState shown(State state) {
    switch (state) {
        case State::free: return SlotState::free;
        case State::idle: return SlotState::idle;
        case State::head: return SlotState::head;
        case State::body: return SlotState::body;
        case State::working: return SlotState::working;
        case State::sending: return SlotState::sending;
        case State::websocket: return SlotState::websocket;
    }
    return SlotState::free;
}

FixedString<56> peer_of(const Pools& pools, transport::Link link) {
    std::array<char, 56> memory;
    TextWriter peer(memory);
    pools.transport.describe_peer(link, peer);
    return cut(peer.view());
}

/// The `place`-th link of the lobby, if there is one.
SlotView silent_view(const Pools& pools, std::ptrdiff_t place) {
    SlotView view;
    for (const auto& record : pools.links.all()) {
        if (record.stage != LinkStage::lobby || place-- > 0) continue;
        view.state = SlotState::silent;
        view.peer = peer_of(pools, pools.links.number_of(record));
        view.idle_ms = pools.clock.ms_since(record.since_ms);
        break;
    }
    return view;
}

}  // namespace

Statistics statistics_of(const Pools& pools) {
    Statistics result;
    for (const auto& s : pools.slots.all()) {
        switch (s.state()) {
            case State::free: break;
            case State::idle: ++result.idle; break;
            case State::websocket: ++result.websocket; break;
            default: ++result.active; break;
        }
    }
    result.connections_max = pools.slots.count();
    result.websocket_max = pools.websocket_max;
    result.silent = pools.links.lobby_count();
    result.buffers_max = pools.buffers.pool().max();
    result.buffers_allocated = pools.buffers.pool().allocated();
    result.buffers_in_use = pools.buffers.pool().in_use();
    result.waiting = pools.waiting_count();
    const auto& totals = pools.links.totals();
    result.accepted_total = totals.accepted;
    result.evicted_total = totals.evicted;
    result.refused_total = totals.refused;
    result.timed_out_total = totals.timed_out;
    result.closed_by_ending = totals.closed_by_ending;
    result.buffer_waits_total = pools.buffers.waits_total();
    result.requests_total = pools.requests_total;
    result.bytes_sent_total = pools.bytes_sent_total;
    result.bytes_received_total = pools.bytes_received_total;
    result.by_status = pools.by_status;
    result.durations = pools.durations;
    result.waits = pools.waits;
    result.requests_per_s = pools.requests_per_s;
    result.peak = pools.peaks.last_second();
    result.recent_peak = pools.peaks.recent();
    result.minimum_rate_bytes_per_s = pools.contention.minimum_rate(pools.clock.ms());
    result.second_ends_ms = (pools.second_ends_us + 999) / 1'000;
    return result;
}

/// Free slots show the links of the lobby, which would otherwise be seen nowhere.
SlotView view_of(const Pools& pools, std::size_t index) {
    const auto slots = pools.slots.all();
    const auto& s = slots[index];
    const auto is_free = [](const Slot& other) { return other.state() == State::free; };
    SlotView view;
    if (is_free(s)) {
        view = silent_view(
            pools, std::count_if(slots.begin(), slots.begin() + static_cast<std::ptrdiff_t>(index), is_free));
    } else {
        view.state = shown(s.state());
        if (!s.is_abandoned) view.peer = peer_of(pools, s.link);
        view.idle_ms =
            std::min(pools.clock.ms_since(s.moments.since_ms), pools.clock.ms_since(s.moments.progress_ms));
        view.requests = s.request.count;
        view.buffer = s.connection.has_buffer();
    }
    view.busy_ms = s.busy.last_second_ms();
    return view;
}

}  // namespace boardwalk::server
