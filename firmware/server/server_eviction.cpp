#include <algorithm>

#include "firmware/server/server.hpp"

/// Who goes when somebody else needs the slot or the buffer: DESIGN's order, and nobody else.
namespace boardwalk::server {

using connection::rule_of;

/// Lets one connection go so that a newcomer gets its slot, in the order that DESIGN.md gives: heads that are
/// still incomplete, then the longest-idle keep-alive. (The silent ones hold no slot; see keep_lobby_open.)
/// Never one whose head is complete, but for the minimum rate, nor a WebSocket. False: nobody may go.
bool Server::make_room() {
    contention_.note_slot_wanted(now_ms());
    if (auto* head = oldest_unfinished_head()) {
        evict_head(*head);
        return free_slot() != nullptr;
    }
    Slot* longest_idle = nullptr;
    for (auto& s : slots()) {
        if (s.connection.state() != State::idle || s.more ||
            now_ms() - s.since_ms < rule_of(State::idle).evicted_after_ms)
            continue;
        if (longest_idle == nullptr || s.since_ms < longest_idle->since_ms) longest_idle = &s;
    }
    if (longest_idle != nullptr) {
        decide(longest_idle->link, Ending::evicted);
        close(*longest_idle);
        return true;
    }
    auto* slow = hardly_moving(false);
    if (slow == nullptr) return false;
    cut_off(*slow);
    return free_slot() != nullptr;
}

/// The body or the answer that has moved too little for the longest; null unless others have been waiting for
/// as long as that is given. A body's repeat is harmless, so it goes first.
Server::Slot* Server::hardly_moving(bool with_buffer) {
    Slot* slowest = nullptr;
    for (auto& s : slots()) {
        const auto state = s.connection.state();
        if ((state != State::body && state != State::sending) || (with_buffer && !s.connection.has_buffer()))
            continue;
        if (s.again || (state == State::body && s.more)) continue;  // what it sent is here already
        if (contention_.age_ms(now_ms()) < rule_of(state).slow_after_ms) continue;
        if (state == State::sending) note_acknowledged(s);
        note_movement(s);
        if (!s.stalled) continue;
        const bool first_body =
            slowest != nullptr && state == State::body && slowest->connection.state() == State::sending;
        const bool same_kind = slowest != nullptr && slowest->connection.state() == state;
        if (slowest == nullptr || first_body || (same_kind && s.window_ms < slowest->window_ms)) slowest = &s;
    }
    return slowest;
}

/// It moves too little while others wait.
void Server::cut_off(Slot& s) {
    decide(s.link, Ending::timed_out);
    if (s.connection.state() == State::sending) return abort(s);
    fail(s, {.status = 408,
             .code = "body_timeout",
             .detail = "The request's body stopped arriving.",
             .instance = {},
             .pointer = {}});
    serve(s);  // sends, then closes
}

/// The graces count from the beginning of the contention: clients that the network still holds back wait as
/// well.
void Server::note_contention() {
    if (slot_line_.empty() && buffer_line_.empty()) return contention_.note_calm(now_ms());
    const auto since_us = std::min(slot_line_.empty() ? now_us_ : slot_line_.front_since_us(),
                                   buffer_line_.empty() ? now_us_ : buffer_line_.front_since_us());
    contention_.note_waiting(since_us / 1'000, now_ms());
}

Server::Slot* Server::oldest_unfinished_head() {
    Slot* oldest = nullptr;
    for (auto& s : slots()) {
        if (s.connection.state() != State::head || s.again) continue;
        if (now_ms() - s.since_ms < rule_of(State::head).evicted_after_ms) continue;
        if (oldest == nullptr || s.since_ms < oldest->since_ms) oldest = &s;
    }
    return oldest;
}

/// The slot that has kept its buffer for the longest only for requests sent ahead of the answer that it waits
/// for.
Server::Slot* Server::longest_ahead() {
    Slot* longest = nullptr;
    for (auto& s : slots()) {
        if (!s.connection.has_buffer() || !s.connection.buffer_holds_only_requests_ahead()) continue;
        if (now_ms() - s.buffer_since_ms < limits::head_grace_ms) continue;
        if (longest == nullptr || s.buffer_since_ms < longest->buffer_since_ms) longest = &s;
    }
    return longest;
}

/// Nothing was acted on, so a repeat is harmless.
void Server::evict_head(Slot& s) {
    decide(s.link, Ending::evicted);
    fail(s, {.status = 408,
             .code = "head_timeout",
             .detail = "The request's head did not arrive while others were waiting.",
             .instance = {},
             .pointer = {}});
    serve(s);  // sends, then closes
}

/// All buffers are out and somebody waits for one: a head that does not get on gives its own back, else the
/// WebSocket whose message has been unfinished for the longest, else what hardly moves.
void Server::reclaim_buffer() {
    if (auto* head = oldest_unfinished_head()) return evict_head(*head);
    if (auto* ahead = longest_ahead()) {
        decide(ahead->link, Ending::evicted);
        ahead->connection.drop_requests_ahead();
        return return_buffer(*ahead);
    }
    Slot* oldest = nullptr;
    for (auto& s : slots()) {
        if (s.connection.state() != State::websocket || !s.connection.has_buffer()) continue;
        if (now_ms() - s.buffer_since_ms < limits::message_grace_ms) continue;
        if (oldest == nullptr || s.buffer_since_ms < oldest->buffer_since_ms) oldest = &s;
    }
    if (oldest != nullptr) {
        decide(oldest->link, Ending::evicted);
        return close_websocket(*oldest, websocket::CloseCode::try_again_later);
    }
    if (auto* slow = hardly_moving(true)) cut_off(*slow);
}

}  // namespace boardwalk::server
