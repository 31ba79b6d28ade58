#include <algorithm>
#include <ranges>

#include "firmware/server/eviction.hpp"
#include "firmware/server/server.hpp"

/// Carries out what the policy in eviction.hpp chooses.
namespace boardwalk::server {

using connection::rule_of;

namespace {

Activity activity_of(connection::State state) {
    switch (state) {
        case connection::State::idle: return Activity::idle;
        case connection::State::head: return Activity::head;
        case connection::State::body: return Activity::body;
        case connection::State::sending: return Activity::answer;
        case connection::State::websocket: return Activity::websocket;
        case connection::State::free:
        case connection::State::working: break;
    }
    return Activity::busy;
}

std::uint32_t age_ms(std::uint64_t now_ms, std::uint64_t since_ms) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(now_ms - since_ms, UINT32_MAX));
}

}  // namespace

Candidate Server::candidate(const Slot& s) const {
    const auto& c = s.connection;
    return {.index = id_of(s).slot,
            .activity = activity_of(c.state()),
            .age_ms = age_ms(now_ms(), s.since_ms),
            .buffer_age_ms = age_ms(now_ms(), s.buffer_since_ms),
            .window_age_ms = static_cast<std::uint32_t>(now_ms()) - s.rate.window_began_ms(),
            .message_age_ms = age_ms(now_ms(), s.message_ms),
            .has_buffer = c.has_buffer(),
            .has_unread_input = s.again || s.more,
            .holds_only_requests_ahead = c.has_buffer() && c.buffer_holds_only_requests_ahead(),
            .is_below_rate = s.rate.is_stalled(),
            .is_acknowledged = false};
}

std::optional<Victim> Server::choose_slot(Resource wanted) {
    measure_rates();
    const auto candidates = slots() | std::views::transform([this](const Slot& s) { return candidate(s); });
    return choose_victim(candidates, wanted, contention_.age_ms(now_ms()));
}

/// Of those that may be below the minimum rate; asking the network of all others would cost.
void Server::measure_rates() {
    const auto contention_ms = contention_.age_ms(now_ms());
    for (auto& s : slots()) {
        const auto state = s.connection.state();
        if (state != State::body && state != State::sending) continue;
        if (contention_ms < rule_of(state).slow_after_ms) continue;
        if (state == State::sending) note_acknowledged(s);
        note_movement(s);
    }
}

/// True: a slot is free now.
bool Server::make_room() {
    contention_.note_slot_wanted(now_ms());
    const auto victim = choose_slot(Resource::slot);
    if (!victim) return false;
    evict(slots_[victim->index], *victim->rule);
    return free_slot() != nullptr;
}

/// All buffers are out, and a connection waits for one.
void Server::reclaim_buffer() {
    if (const auto victim = choose_slot(Resource::buffer)) evict(slots_[victim->index], *victim->rule);
}

void Server::evict(Slot& s, const EvictionRule& rule) {
    decide(s.link, rule.ending);
    switch (rule.reason) {
        case Reason::unfinished_head:  // nothing was acted on, so a repeat is harmless
            fail(s, {.status = 408,
                     .code = "head_timeout",
                     .detail = "The request's head did not arrive while others were waiting.",
                     .instance = {},
                     .pointer = {}});
            return serve(s);  // sends, then closes
        case Reason::idle: return close(s);
        case Reason::slow_body:
        case Reason::slow_answer: return cut_off(s);
        case Reason::requests_ahead: s.connection.drop_requests_ahead(); return return_buffer(s);
        case Reason::unfinished_message:
        case Reason::silent_websocket: return close_websocket(s, websocket::CloseCode::try_again_later);
        case Reason::delivered:
        case Reason::lingering:
        case Reason::silent: return;  // these have no slot
    }
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

}  // namespace boardwalk::server
