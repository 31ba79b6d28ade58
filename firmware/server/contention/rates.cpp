#include "firmware/server/contention/rates.hpp"

namespace boardwalk::server {
namespace {

using connection::State;

/// 0 in states that are not measured.
std::uint32_t credit_ms_max(State state) {
    const auto grace_ms = connection::rule_of(state).slow_after_ms;
    return state == State::sending ? grace_ms + limits::answer_repeats_ms_max : grace_ms;
}

}  // namespace

void begin_rate(Slot& s, std::uint32_t began_ms) {
    const bool is_body = s.state() == State::body;
    const auto credit_ms = credit_ms_max(s.state());
    if (is_body) return s.traffic.rate.begin(began_ms, s.traffic.body_bytes, credit_ms);
    s.traffic.rate.begin_at_next_total(began_ms, credit_ms);
}

void update_acknowledged(Pools& pools, Slot& s) {
    const auto acknowledged =
        s.traffic.sent_bytes - static_cast<std::uint32_t>(pools.transport.unacknowledged(s.link));
    if (acknowledged != s.traffic.acknowledged_bytes) s.moments.progress_ms = pools.clock.short_ms();
    s.traffic.acknowledged_bytes = acknowledged;
}

void update_rate(Pools& pools, Slot& s) {
    const auto total = s.state() == State::body ? s.traffic.body_bytes : s.traffic.acknowledged_bytes;
    s.traffic.rate.update(pools.clock.short_ms(), total, pools.contention.minimum_rate(pools.clock.ms()),
                          credit_ms_max(s.state()));
}

}  // namespace boardwalk::server
