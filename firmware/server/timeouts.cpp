#include "firmware/server/timeouts.hpp"

#include <algorithm>

#include "firmware/server/contention/rates.hpp"
#include "firmware/server/problems.hpp"

namespace boardwalk::server {

using connection::State;

void Timeouts::check(Slot& s) {
    const auto& clock = pools_.clock;
    const auto state = s.state();
    if (state == State::free) return;
    const auto timeout_ms = connection::rule_of(state).timeout_ms;
    const auto age_ms = clock.ms_since(s.moments.since_ms);
    switch (state) {
        case State::head:
            // The whole head has one deadline, which single bytes do not move.
            if (age_ms < timeout_ms || pools_.buffers.waiting().holds(pools_.slots.number_of(s))) return;
            pools_.links.set_ending(s.link, Ending::timed_out);
            return http_.fail(s, head_timed_out);
        case State::sending: update_acknowledged(pools_, s); [[fallthrough]];
        case State::body:
            update_rate(pools_, s);
            if (clock.ms_since(s.moments.progress_ms) >= timeout_ms || blocks_waiters(s)) end_slow(s);
            return;
        case State::idle:
            if (age_ms < timeout_ms || s.input.is_unread) return;
            pools_.links.set_ending(s.link, Ending::idle);  // as every browser's ends
            return pools_.close(s);
        case State::websocket: return websockets_.check_timeouts(s);
        case State::working:
        case State::free: return;
    }
}

/// It was slow over the last whole window, and others wait.
bool Timeouts::blocks_waiters(const Slot& s) const { return s.traffic.rate.was_slow() && pools_.any_waits(); }

void Timeouts::end_slow(Slot& s) {
    pools_.links.set_ending(s.link, Ending::timed_out);
    if (s.state() == State::sending) return pools_.abort(s);
    http_.fail(s, body_timed_out);
}

void Timeouts::check_waiting() {
    const auto now_ms = pools_.clock.short_ms();
    const auto is_over = [&](const WaitingLine& line) {
        return !line.empty() &&
               pools_.clock.us() - line.front_since_us() >= limits::wait_in_line_ms_max * 1'000ULL;
    };
    auto& links = pools_.links;
    while (is_over(links.waiting())) {
        const auto link = links.waiting().front();
        refuse(link, links.waiting().front_since_us() - links[link].waited_ms * 1'000U);
        links.detach(link, Ending::refused, now_ms);
        pools_.transport.close(link);
    }
    while (is_over(pools_.buffers.waiting())) {
        auto& s = pools_.slots[pools_.buffers.waiting().front()];
        if (s.state() == State::websocket) {  // its window stays shut, and it waits on
            pools_.buffers.move_to_end(pools_.clock.us());
            continue;
        }
        refuse(s.link, s.request.began_us);
        pools_.close(s);
    }
    if (links.lobby_count() == 0) return;
    for (const auto& record : links.all()) {
        const auto link = links.number_of(record);
        if (record.stage != LinkStage::lobby || links.waiting().holds(link)) continue;
        if (pools_.clock.ms_since(record.since_ms) < limits::idle_timeout_ms) continue;
        links.set_ending(link, Ending::idle);
        links.detach(link, Ending::idle, now_ms);
        pools_.transport.close(link);
    }
}

/// Tells a client that it has waited in vain; the link still has to be closed. What it asked for was never
/// read, so the answer names no instance. A network that is full of earlier answers may take a part of it
/// only, which is no answer.
void Timeouts::refuse(transport::Link link, std::uint64_t began_us) {
    pools_.links.set_ending(link, Ending::refused);
    pools_.contention.note_refused(pools_.clock.ms());
    const auto taken = pools_.transport.write(link, overload_answer(), transport::Lifetime::fixed, false);
    pools_.bytes_sent_total += taken;
    pools_.count_wait(began_us);
    if (taken == overload_answer().size()) pools_.count_answer(503, began_us);
}

}  // namespace boardwalk::server
