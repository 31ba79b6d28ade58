#include <algorithm>

#include "firmware/server/server.hpp"

/// What the pool shows of itself.
namespace boardwalk::server {
namespace {

SlotState shown(connection::State state) {
    switch (state) {
        case connection::State::free: return SlotState::free;
        case connection::State::idle: return SlotState::idle;
        case connection::State::head: return SlotState::head;
        case connection::State::body: return SlotState::body;
        case connection::State::working: return SlotState::working;
        case connection::State::sending: return SlotState::sending;
        case connection::State::websocket: return SlotState::websocket;
    }
    return SlotState::free;
}

}  // namespace

/// One second is over, or several when the loop had nothing to do: in these all stayed as it is.
void Server::begin_second() {
    const auto seconds = (now_us_ - second_ends_us_) / second_us + 1;
    const auto requests = counters_.requests_total - second_began_requests_;
    counters_.requests_per_s = static_cast<double>(requests) / static_cast<double>(seconds);
    second_began_requests_ = counters_.requests_total;
    const Peak present = {static_cast<std::uint16_t>(slots_taken_),
                          static_cast<std::uint16_t>(buffers_.in_use()),
                          static_cast<std::uint16_t>(slot_line_.size() + buffer_line_.size())};
    for (auto passed = std::min<std::uint64_t>(seconds, limits::peak_seconds + 1); passed > 0; --passed)
        peaks_.begin_second(present);
    for (auto& s : slots()) {
        s.busy.begin_second(second_ends_us_);
        if (seconds > 1) s.busy.begin_second(second_ends_us_ + (seconds - 1) * second_us);
    }
    second_ends_us_ += seconds * second_us;
}

/// A slot is busy from a request's first byte to the last one of its answer, and with a WebSocket while that
/// has something to say or holds a buffer.
void Server::note_busy(Slot& s) {
    switch (s.connection.state()) {
        case State::free: return;
        case State::idle:
            if (!s.more) s.busy.end(std::max(now_us_, answered_us_));
            return;
        case State::websocket:
            if (!s.more && !s.connection.has_buffer()) s.busy.end(transport_.now_us());
            return;
        case State::head:
        case State::body:
        case State::working:
        case State::sending: return;
    }
}

Statistics Server::statistics() const {
    auto result = counters_;
    result.connections_max = connections_;
    result.websocket_max = websocket_max_;
    for (const auto& s : slots()) {
        switch (s.connection.state()) {
            case State::free: break;
            case State::idle: ++result.idle; break;
            case State::websocket: ++result.websocket; break;
            default: ++result.active; break;
        }
    }
    result.silent = lobby_count_;
    result.buffers_max = buffers_.max();
    result.buffers_allocated = buffers_.allocated();
    result.buffers_in_use = buffers_.in_use();
    result.waiting = buffer_line_.size() + slot_line_.size();
    result.minimum_rate_bytes_per_s = contention_.minimum_rate(now_ms());
    result.peak = peaks_.last_second();
    result.recent_peak = peaks_.recent();
    result.second_ends_ms = (second_ends_us_ + 999) / 1'000;
    return result;
}

/// Free slots show the links of the lobby, which would otherwise be seen nowhere.
SlotView Server::slot(std::size_t index) const {
    const auto& s = slots_[index];
    SlotView view;
    std::array<char, 56> memory;
    TextWriter peer(memory);
    view.state = shown(s.connection.state());
    view.busy_ms = s.busy.last_second_ms();
    if (s.free()) {
        auto place =
            std::count_if(slots_.get(), slots_.get() + index, [](const Slot& other) { return other.free(); });
        for (Link link = 0; link < link_count_; ++link) {
            if (links_[link].stage != Stage::lobby || place-- > 0) continue;
            transport_.describe_peer(link, peer);
            view.state = SlotState::silent;
            view.peer = FixedString<56>(peer.view());
            view.idle_ms = now_ms() - links_[link].since_ms;
            return view;
        }
        return view;
    }
    if (!s.abandoned) transport_.describe_peer(s.link, peer);
    view.peer = FixedString<56>(peer.view());
    view.idle_ms = now_ms() - std::max(s.since_ms, s.progress_ms);
    view.requests = s.requests;
    view.buffer = s.connection.has_buffer();
    return view;
}

}  // namespace boardwalk::server
