#include "firmware/server/contention/eviction.hpp"

namespace boardwalk::server {
namespace {

std::optional<std::uint32_t> age_if(bool holds, std::uint32_t age_ms) {
    return holds ? std::optional(age_ms) : std::nullopt;
}

bool is_about_rate(Reason reason) { return reason == Reason::slow_body || reason == Reason::slow_answer; }

/// How long it has been a victim by this rule; nothing when it is none.
std::optional<std::uint32_t> age_by(const EvictionRule& rule, const Candidate& candidate,
                                    std::uint64_t contention_ms) {
    if (rule.wanted == Resource::buffer && !candidate.has_buffer) return {};
    const auto age_ms = age_of(rule.reason, candidate);
    if (!age_ms || (is_about_rate(rule.reason) ? contention_ms : *age_ms) < rule.after_ms) return {};
    return age_ms;
}

}  // namespace

std::optional<std::uint32_t> age_of(Reason reason, const Candidate& c) {
    const bool waits_for_its_client = !c.has_unread_input;
    switch (reason) {
        case Reason::delivered: return age_if(c.activity == Activity::closing && c.is_acknowledged, c.age_ms);
        case Reason::lingering: return age_if(c.activity == Activity::closing, c.age_ms);
        case Reason::silent: return age_if(c.activity == Activity::silent, c.age_ms);
        case Reason::unfinished_head:
            return age_if(c.activity == Activity::head && waits_for_its_client, c.age_ms);
        case Reason::idle: return age_if(c.activity == Activity::idle && waits_for_its_client, c.age_ms);
        case Reason::slow_body:
            return age_if(c.activity == Activity::body && waits_for_its_client && c.is_below_rate,
                          c.window_age_ms);
        case Reason::slow_answer:
            return age_if(c.activity == Activity::answer && c.is_below_rate, c.window_age_ms);
        case Reason::requests_ahead:
            return age_if(c.activity == Activity::answer && c.holds_only_requests_ahead, c.buffer_age_ms);
        case Reason::unfinished_message: return age_if(c.activity == Activity::websocket, c.buffer_age_ms);
        case Reason::silent_websocket: return age_if(c.activity == Activity::websocket, c.message_age_ms);
    }
    return {};
}

std::optional<Victim> better_victim(std::optional<Victim> best, const Candidate& candidate, Resource wanted,
                                    std::uint64_t contention_ms) {
    for (const auto& rule : eviction_rules) {
        if (rule.wanted != wanted) continue;
        const bool is_best_rule = best && best->rule == &rule;
        if (const auto age_ms = age_by(rule, candidate, contention_ms)) {
            if (is_best_rule && *age_ms <= best->age_ms) return best;
            return Victim{.index = candidate.index, .rule = &rule, .age_ms = *age_ms};
        }
        if (is_best_rule) return best;
    }
    return best;
}

}  // namespace boardwalk::server
