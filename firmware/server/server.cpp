#include "firmware/server/server.hpp"

#include <algorithm>

#include "firmware/server/contention/candidates.hpp"
#include "firmware/server/problems.hpp"

namespace boardwalk::server {

Server::Server(transport::Transport& transport, Application& application, const Options& options)
    : pools_(transport, application, options),
      websockets_(pools_),
      http_(pools_, websockets_, options.unix_time_s),
      timeouts_(pools_, http_, websockets_),
      wake_ms_(pools_.clock.ms()) {}

std::uint64_t Server::due_ms() const {
    if (pools_.slots.any_ready()) return pools_.clock.ms();
    const auto period_ms = pools_.links.is_full() ? limits::full_period_ms
                           : pools_.is_calm()     ? limits::calm_period_ms
                                                  : limits::timer_period_ms;
    return std::min(
        pools_.clock.ms() + (pools_.links.open_count() > 0 ? period_ms : limits::idle_poll_ms_max), wake_ms_);
}

/// Slots that have become free are swept up between the steps, so that none changes hands within one.
void Server::turn() {
    const auto due = due_ms();
    const auto now_ms = pools_.clock.ms();
    pools_.begin_turn();
    pools_.transport.poll(*this, static_cast<std::uint32_t>(due > now_ms ? due - now_ms : 0));
    pools_.refresh_clock();
    const auto serve_one = [this](Slot& s) { serve(s); };
    pools_.slots.serve_yielded(serve_one);
    pools_.slots.serve_ready(serve_one);
    pools_.slots.sweep();
    if (pools_.any_waits() || pools_.contention.present()) give_what_is_free();
    keep_links_free();
    if (pools_.clock.ms() >= timers_ms_ + limits::timer_period_ms) run_timers();
    const auto wish_ms = pools_.application.on_turn(pools_.clock.ms());
    pools_.slots.serve_ready(serve_one);
    pools_.slots.sweep();
    const bool lines_move = (!pools_.buffers.waiting().empty() && !pools_.buffers.pool().exhausted()) ||
                            (!pools_.links.waiting().empty() && pools_.slots.any_free());
    wake_ms_ = pools_.slots.any_yielded() || lines_move ? 0 : wish_ms;
}

void Server::run_timers() {
    timers_ms_ = pools_.clock.ms();
    http_.update_date();
    pools_.update_contention();
    pools_.forget_states();
    for (auto& s : pools_.slots.all()) {
        const auto before = s.state();
        timeouts_.check(s);
        if (s.state() != before) serve(s);  // what it is told goes out
        pools_.note_state(s);
    }
    timeouts_.check_waiting();
    keep_links_free();
    pools_.buffers.maintain(pools_.clock.ms());
}

// --- events ------------------------------------------------------------------------------------------------

void Server::on_open(Link link) {
    pools_.refresh_clock();
    http_.update_date();  // the loop may have slept for seconds
    pools_.links.open(link, pools_.clock.short_ms());
    keep_links_free();
}

void Server::on_readable(Link link) {
    pools_.refresh_clock();
    const auto& record = pools_.links[link];
    if (record.stage == LinkStage::lobby) {
        if (pools_.links.waiting().holds(link)) return;
        pools_.links[link].waited_ms = pools_.transport.waited_ms(link);
        const bool is_first = pools_.links.waiting().empty();
        if (is_first && pools_.slots.any_free()) return admit(link, pools_.clock.turn_us());
        return pools_.links.wait(link, pools_.clock.turn_us());
    }
    if (record.stage != LinkStage::in_slot) return;
    auto& s = pools_.slots[record.slot];
    // A request begins with its first byte, also when that has to wait for a buffer.
    if (s.state() == State::idle && !s.input.is_unread) {
        s.moments.since_ms = pools_.clock.short_ms();
        s.request.began_us = pools_.clock.turn_us();  // what was served before it, in this turn, was its wait
    }
    s.input.is_unread = true;
    s.busy.begin(pools_.clock.us());
    serve(s);
}

void Server::on_writable(Link link) {
    pools_.refresh_clock();
    const auto& record = pools_.links[link];
    if (record.stage == LinkStage::in_slot) serve(pools_.slots[record.slot]);
}

void Server::on_closed(Link link, transport::CloseReason reason) {
    pools_.refresh_clock();
    const auto record = pools_.links[link];
    if (record.stage == LinkStage::lobby || record.stage == LinkStage::in_slot) {
        const bool was_reset = reason == transport::CloseReason::reset;
        pools_.links.detach(link, was_reset ? Ending::reset : Ending::finished, pools_.clock.short_ms());
    }
    pools_.links.close(link);
    if (record.stage != LinkStage::in_slot) return;
    auto& s = pools_.slots[record.slot];
    s.is_abandoned = s.connection.streams_body() && s.state() == State::working;
    if (!s.is_abandoned) pools_.end(s);
}

// --- serving -----------------------------------------------------------------------------------------------

/// As far as it goes without an event.
void Server::serve(Slot& s) {
    const auto requests_before = s.request.count;
    for (int steps = 1; !yields(s, requests_before, steps) && step(s); ++steps) {
    }
    pools_.update_busy(s);
    pools_.note_state(s);
}

/// False: there is nothing to do until an event.
bool Server::step(Slot& s) {
    switch (s.state()) {
        case State::idle:
        case State::head:
        case State::body: return http_.handle_input(s);
        case State::sending: return http_.send_answer(s);
        case State::websocket: return websockets_.step(s);
        case State::working:
        case State::free: return false;
    }
    return false;
}

/// It has had its share of the turn, with more to do.
bool Server::yields(Slot& s, std::uint32_t requests_before, int steps) {
    const auto state = s.state();
    const bool reads_on = state == State::idle || state == State::head || state == State::body;
    const bool had_its_share =
        state == State::websocket
            ? steps > limits::websocket_steps_in_a_row_max
            : reads_on && s.request.count - requests_before >= std::uint32_t{limits::requests_in_a_row_max} &&
                  s.connection.has_buffer();
    if (had_its_share) pools_.slots.mark_yielded(s);
    return had_its_share;
}

// --- giving what is free to those that wait ----------------------------------------------------------------

void Server::give_what_is_free() {
    admit_waiting();
    pools_.note_waiting();
    pools_.update_contention();
    grant_buffers();
    admit_waiting();
}

void Server::admit(Link link, std::uint64_t began_us) {
    if (auto* const s = pools_.give_slot(link, began_us)) serve(*s);
}

void Server::admit_waiting() {
    pools_.slots.sweep();
    const auto& line = pools_.links.waiting();
    while (!line.empty() && (pools_.slots.any_free() || make_way(Resource::slot)))
        admit(line.front(), line.front_since_us());
}

/// Serves those in line while there is a buffer for the first of them.
void Server::grant_buffers() {
    const auto& line = pools_.buffers.waiting();
    for (auto rounds = line.size(); rounds > 0 && !line.empty(); --rounds) {
        auto& s = pools_.slots[line.front()];
        const auto number = line.front();
        if (s.state() == State::websocket && !websockets_.takes_answer(s)) {
            pools_.buffers.leave(number);  // it could not be answered now; on_writable asks again
            continue;
        }
        if (pools_.buffers.pool().exhausted() && !make_way(Resource::buffer)) return;
        serve(s);
        // A slot that had nothing to read after all leaves the line too.
        if (!s.connection.has_buffer() && !s.input.is_unread) pools_.buffers.leave(number);
    }
}

/// True: a connection has made way, and what it had is free.
bool Server::make_way(Resource wanted) {
    if (wanted == Resource::slot) pools_.contention.note_slot_wanted(pools_.clock.ms());
    const auto victim = choose_slot(pools_, wanted);
    if (!victim) return false;
    auto& s = pools_.slots[victim->index];
    const auto before = s.state();
    evict(s, *victim->rule);
    if (s.state() != before) serve(s);  // what it is told goes out
    pools_.slots.sweep();
    return wanted == Resource::slot ? pools_.slots.any_free() : !pools_.buffers.pool().exhausted();
}

void Server::evict(Slot& s, const EvictionRule& rule) {
    pools_.links.set_ending(s.link, rule.ending);
    switch (rule.reason) {
        case Reason::unfinished_head: return http_.fail(s, head_evicted);
        case Reason::idle: return pools_.close(s);
        case Reason::slow_body:
        case Reason::slow_answer: return timeouts_.end_slow(s);
        case Reason::requests_ahead: s.connection.drop_requests_ahead(); return pools_.return_buffer(s);
        case Reason::unfinished_message:
        case Reason::silent_websocket: return websockets_.close(s, websocket::CloseCode::try_again_later);
        case Reason::delivered:
        case Reason::lingering:
        case Reason::silent: return;  // these have no slot
    }
}

/// The last place of the lobby is for the next handshake, and so are those beyond it.
void Server::keep_links_free() {
    if (!pools_.links.is_full()) return;
    pools_.contention.note_slot_wanted(pools_.clock.ms());  // the network may hold back others
    while (const auto victim = choose_link(pools_)) {
        const auto link = static_cast<Link>(victim->index);
        const auto& rule = *victim->rule;
        if (rule.reason == Reason::silent) {
            pools_.links.set_ending(link, rule.ending);
            pools_.links.detach(link, rule.ending, pools_.clock.short_ms());
        }
        pools_.links.give_up(link);
        pools_.transport.abort(link);
        if (rule.reason != Reason::delivered) return;  // of those, all go
    }
}

// --- the application's calls -------------------------------------------------------------------------------

/// The slot that `id` names, while it is in `state`.
Slot* Server::find_in(State state, SlotId id) {
    auto* const s = pools_.slots.find(id);
    return s != nullptr && s->state() == state ? s : nullptr;
}

void Server::answer_later(SlotId id, Fill fill, void* context) {
    auto* const s = find_in(State::working, id);
    if (s == nullptr) return;
    http_.answer_later(*s, fill, context);
    pools_.slots.mark_ready(*s);
}

void Server::repeat_request(SlotId id) {
    auto* const s = find_in(State::working, id);
    if (s == nullptr || s->connection.streams_body()) return;
    http_.repeat_request(*s);
    pools_.slots.mark_ready(*s);
}

void Server::resume_body(SlotId id) {
    auto* const s = find_in(State::working, id);
    if (s == nullptr) return;
    http_.resume_body(*s);
    pools_.slots.mark_ready(*s);
}

void Server::abandon_body(SlotId id, std::string_view unavailable) {
    auto* const s = find_in(State::working, id);
    if (s != nullptr && s->connection.streams_body() && !s->is_abandoned) http_.abandon_body(*s, unavailable);
}

bool Server::websocket_ready(SlotId id) const {
    const auto* const s = pools_.slots.find(id);
    return s != nullptr && websockets_.takes_message(*s);
}

void Server::send_frame(SlotId id, std::string_view frame) {
    if (auto* const s = find_in(State::websocket, id)) websockets_.send_frame(*s, frame);
}

void Server::close_websocket(SlotId id, std::uint16_t code) {
    if (auto* const s = find_in(State::websocket, id))
        websockets_.close(*s, static_cast<websocket::CloseCode>(code));
}

void Server::shut_down() {
    pools_.shutting_down = true;
    pools_.transport.stop_listening();
    for (auto& s : pools_.slots.all()) {
        if (s.state() == State::websocket) websockets_.close(s, websocket::CloseCode::going_away);
        else if (s.state() == State::idle || s.state() == State::head) pools_.close(s);
    }
    for (const auto& record : pools_.links.all()) {
        if (record.stage != LinkStage::lobby) continue;
        const auto link = pools_.links.number_of(record);
        pools_.links.detach(link, Ending::finished, pools_.clock.short_ms());
        pools_.transport.close(link);
    }
}

}  // namespace boardwalk::server
