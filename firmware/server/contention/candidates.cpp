#include "firmware/server/contention/candidates.hpp"

#include <ranges>

#include "firmware/server/contention/rates.hpp"

namespace boardwalk::server {
namespace {

using connection::State;

Activity activity_of(State state) {
    switch (state) {
        case State::idle: return Activity::idle;
        case State::head: return Activity::head;
        case State::body: return Activity::body;
        case State::sending: return Activity::answer;
        case State::websocket: return Activity::websocket;
        case State::free:
        case State::working: break;
    }
    return Activity::busy;
}

Candidate candidate_of(const Pools& pools, const Slot& s) {
    const auto& c = s.connection;
    const auto& clock = pools.clock;
    return {.index = pools.slots.number_of(s),
            .activity = activity_of(c.state()),
            .age_ms = clock.ms_since(s.moments.since_ms),
            .buffer_age_ms = clock.ms_since(s.moments.buffer_since_ms),
            .window_age_ms = clock.ms_since(s.traffic.rate.window_began_ms()),
            .message_age_ms = clock.ms_since(s.moments.message_ms),
            .has_buffer = c.has_buffer(),
            .has_unread_input = s.use.has_yielded || s.input.is_unread,
            .holds_only_requests_ahead = c.has_buffer() && c.buffer_holds_only_requests_ahead(),
            .is_below_rate = s.traffic.rate.is_stalled(),
            .is_acknowledged = false};
}

Candidate candidate_of(const Pools& pools, const LinkTable::Record& record) {
    const auto link = pools.links.number_of(record);
    Candidate result{.index = link, .age_ms = pools.clock.ms_since(record.since_ms)};
    if (record.stage == LinkStage::lobby && !pools.links.waiting().holds(link))
        result.activity = Activity::silent;
    if (record.stage == LinkStage::closing && result.age_ms >= limits::linger_grace_ms) {
        result.activity = Activity::closing;
        result.is_acknowledged = pools.transport.unacknowledged(link) == 0;
    }
    return result;
}

/// Of those that may be below the minimum rate by now; to ask the network of all others would cost.
void update_rates(Pools& pools, std::uint64_t contention_ms) {
    for (auto& s : pools.slots.all()) {
        if (s.state() != State::body && s.state() != State::sending) continue;
        if (contention_ms < connection::rule_of(s.state()).slow_after_ms) continue;
        if (s.state() == State::sending) update_acknowledged(pools, s);
        update_rate(pools, s);
    }
}

}  // namespace

std::optional<Victim> choose_slot(Pools& pools, Resource wanted) {
    const auto contention_ms = pools.contention.age_ms(pools.clock.ms());
    update_rates(pools, contention_ms);
    const auto candidates = std::as_const(pools.slots).all() |
                            std::views::transform([&pools](const Slot& s) { return candidate_of(pools, s); });
    return choose_victim(candidates, wanted, contention_ms);
}

std::optional<Victim> choose_link(const Pools& pools) {
    const auto candidates =
        pools.links.all() | std::views::transform([&pools](const LinkTable::Record& record) {
            return candidate_of(pools, record);
        });
    return choose_victim(candidates, Resource::link, pools.contention.age_ms(pools.clock.ms()));
}

}  // namespace boardwalk::server
