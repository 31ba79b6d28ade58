#include <algorithm>

#include "firmware/server/server.hpp"

/// Who gets a slot, who gets a buffer, and who waits.
namespace boardwalk::server {

/// A link from the lobby has something to say.
void Server::admit(Link link) {
    if (slot_line_.holds(link)) return;
    links_[link].waited_us = transport_.waited_us(link);
    if (slot_line_.empty() && (free_slot() != nullptr || make_room())) {
        if (auto* s = free_slot()) return enter_slot(*s, link, turn_us_);
    }
    slot_line_.push(link, turn_us_);
    note_waiting();
}

void Server::admit_waiting() {
    while (!slot_line_.empty()) {
        auto* s = free_slot();
        if (s == nullptr) {
            if (!make_room()) return;
            s = free_slot();
            if (s == nullptr) return;
        }
        const auto link = slot_line_.front();
        const auto began_us = slot_line_.front_since_us();
        slot_line_.remove(link);
        enter_slot(*s, link, began_us);
    }
}

void Server::enter_slot(Slot& s, Link link, std::uint64_t began_us) {
    const auto generation = s.generation + 1;
    const auto busy = s.busy;
    s = Slot();
    s.generation = generation;
    s.busy = busy;
    s.busy.begin(now_us_);
    ++slots_taken_;
    peaks_.note_connections(std::min(++slots_of_turn_, connections_));
    s.link = link;
    s.more = true;
    s.since_ms = began_us / 1'000;
    s.progress_ms = now_ms();
    s.request_began_us = began_us - std::min<std::uint64_t>(links_[link].waited_us, began_us);
    next_slot_ = next_slot_ + 1 == connections_ ? 0 : next_slot_ + 1;
    s.connection.open();
    links_[link].stage = Stage::in_slot;
    --lobby_count_;
    links_[link].slot = id_of(s).slot;
    serve(s);
}

/// In turn, so that those which come within one turn of the loop get one each, though the loop deals with one
/// after another; and an old name of a slot is long forgotten when its number comes again.
Server::Slot* Server::free_slot() {
    if (slots_taken_ == connections_) return nullptr;
    while (!slots_[next_slot_].free())
        next_slot_ = next_slot_ + 1 == connections_ ? 0 : next_slot_ + 1;
    return &slots_[next_slot_];
}

/// The slot is free again; the link goes its own way.
void Server::release(Slot& s) {
    auto& c = s.connection;
    const bool application_cares = c.state() == State::websocket && !c.echoes();
    const bool lost_body = c.streams_body() && !c.piece_is_last();
    const auto route = s.route;
    const auto id = id_of(s);
    buffer_line_.remove(id.slot);
    if (c.has_buffer()) {
        buffers_.give_back(c.return_buffer());
        busy_ms_ = now_ms();
    }
    c.reset();
    --slots_taken_;
    s.busy.end(std::max(now_us_, answered_us_));
    if (application_cares) application_.on_websocket_closed(id);
    if (lost_body) application_.on_body_lost(id, route);
}

void Server::close(Slot& s) {
    part_from(s.link, Ending::finished);
    transport_.close(s.link);
    release(s);
}

void Server::abort(Slot& s) {
    part_from(s.link, Ending::aborted);
    transport_.abort(s.link);
    release(s);
}

/// False: none is free, and the slot stands in line for one.
bool Server::borrow_buffer(Slot& s) {
    const auto number = id_of(s).slot;
    const bool first = buffer_line_.empty() || buffer_line_.front() == number;
    if (char* buffer = first ? buffers_.take() : nullptr) {
        buffer_line_.remove(number);
        s.connection.lend(buffer);
        s.buffer_used = false;
        s.buffer_since_ms = now_ms();
        peaks_.note_buffers(buffers_.in_use());
        if (s.connection.state() == State::idle)
            counters_.waits.add(now_us_ - std::min(s.request_began_us, now_us_));
        return true;
    }
    if (!buffer_line_.holds(number)) ++counters_.buffer_waits_total;
    // A request that has waited for its slot goes on waiting.
    buffer_line_.push(number, s.connection.state() == State::idle ? s.since_ms * 1'000 : now_us_);
    note_waiting();
    return false;
}

void Server::return_buffer(Slot& s) {
    if (!s.connection.has_buffer() || !s.connection.buffer_is_spent()) return;
    buffers_.give_back(s.connection.return_buffer());
    busy_ms_ = now_ms();
}

/// Serves those in line while there is a buffer for the first of them.
void Server::grant_buffers() {
    for (auto rounds = buffer_line_.size(); rounds > 0 && !buffer_line_.empty(); --rounds) {
        auto& s = slots_[buffer_line_.front()];
        if (s.connection.state() == State::websocket && !takes_messages(s)) {
            buffer_line_.remove(id_of(s).slot);  // it could not be answered now; on_writable asks again
            continue;
        }
        if (buffers_.exhausted()) reclaim_buffer();
        if (buffers_.exhausted()) return;
        serve(s);
        // A slot that had nothing to read after all leaves the line too.
        if (!s.free() && !s.connection.has_buffer() && !s.more) buffer_line_.remove(id_of(s).slot);
    }
}

}  // namespace boardwalk::server
