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
    return result;
}

/// Free slots show the links of the lobby, which would otherwise be seen nowhere.
SlotView Server::slot(std::size_t index) const {
    const auto& s = slots_[index];
    SlotView view;
    std::array<char, 56> memory;
    TextWriter peer(memory);
    view.state = shown(s.connection.state());
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
