#include <algorithm>
#include <ranges>

#include "firmware/server/server.hpp"

/// Links: how they come, the lobby in which they wait for a slot, and how they go.
namespace boardwalk::server {

namespace {
#define BOARDWALK_OVERLOAD_BODY                                            \
    R"({"type":"about:blank","title":"Service Unavailable","status":503,)" \
    R"("detail":"All of this board's connections are busy. Try again in two seconds.","code":"pool_exhausted"})"
constexpr std::string_view overload =
    "HTTP/1.1 503 Service Unavailable\r\n"
    "Content-Type: application/problem+json\r\n"
    "Content-Length: 168\r\n"
    "Cache-Control: no-store\r\n"
    "Retry-After: 2\r\n"
    "Connection: close\r\n"
    "\r\n" BOARDWALK_OVERLOAD_BODY;
static_assert(sizeof(BOARDWALK_OVERLOAD_BODY) - 1 == 168, "Content-Length above");
static_assert(limits::retry_after_s == 2, "Retry-After above");
#undef BOARDWALK_OVERLOAD_BODY
}  // namespace

std::string_view overload_answer() { return overload; }

void Server::on_open(Link link) {
    look_at_clock();
    links_[link] = {
        .stage = Stage::lobby, .ending = Ending::finished, .slot = 0, .waited_us = 0, .since_ms = now_ms()};
    ++open_links_;
    ++lobby_count_;
    ++counters_.accepted_total;
    keep_lobby_open();
}

void Server::on_readable(Link link) {
    look_at_clock();
    auto& record = links_[link];
    if (record.stage == Stage::lobby) return admit(link);
    if (record.stage != Stage::in_slot) return;
    auto& s = slots_[record.slot];
    // A request begins with its first byte, also when that has to wait for a buffer.
    if (s.connection.state() == State::idle && !s.more) {
        s.since_ms = now_ms();
        s.request_began_us = turn_us_;  // what was dealt with before it, in this turn, was its wait
    }
    s.more = true;
    s.busy.begin(now_us_);
    serve(s);
}

void Server::on_writable(Link link) {
    look_at_clock();
    if (links_[link].stage == Stage::in_slot) serve(slots_[links_[link].slot]);
}

void Server::on_closed(Link link, transport::CloseReason reason) {
    look_at_clock();
    auto& record = links_[link];
    const auto stage = record.stage;
    if (stage != Stage::closing && stage != Stage::given_up) {
        part_from(link, reason == transport::CloseReason::reset ? Ending::reset : Ending::finished);
    }
    if (stage == Stage::in_slot) {
        auto& s = slots_[record.slot];
        s.abandoned = s.connection.streams_body() && s.connection.state() == State::working;
        if (!s.abandoned) release(s);
    }
    record.stage = Stage::closed;
    --open_links_;
}

/// The last place of the lobby is for the next handshake, and so are those beyond it.
void Server::keep_lobby_open() {
    if (open_links_ < full_link_count_) return;
    contention_.note_slot_wanted(now_ms());  // the network may hold back others
    const auto candidates =
        links() | std::views::transform([this](const LinkRecord& record) { return candidate(record); });
    while (const auto victim = choose_victim(candidates, Resource::link, contention_.age_ms(now_ms()))) {
        const auto link = static_cast<Link>(victim->index);
        if (victim->rule->reason == Reason::silent) {
            decide(link, victim->rule->ending);
            part_from(link, victim->rule->ending);
        }
        links_[link].stage = Stage::given_up;
        transport_.abort(link);
        if (victim->rule->reason != Reason::delivered) return;  // of those, all go
    }
}

Candidate Server::candidate(const LinkRecord& record) const {
    const auto link = link_of(record);
    const auto age_ms = std::min<std::uint64_t>(now_ms() - record.since_ms, UINT32_MAX);
    Candidate result{.index = link, .age_ms = static_cast<std::uint32_t>(age_ms)};
    if (record.stage == Stage::lobby && !slot_line_.holds(link)) result.activity = Activity::silent;
    if (record.stage == Stage::closing && age_ms >= limits::linger_grace_ms) {
        result.activity = Activity::closing;
        result.is_acknowledged = transport_.unacknowledged(link) == 0;
    }
    return result;
}

/// The link is no longer ours to serve; `on_closed` will tell when it is gone. `ending` counts, unless
/// something else was decided before.
void Server::part_from(Link link, Ending ending) {
    auto& record = links_[link];
    slot_line_.remove(link);
    if (record.stage == Stage::lobby) --lobby_count_;
    if (record.ending == Ending::finished) record.ending = ending;
    ++counters_.closed_by_ending[static_cast<std::size_t>(record.ending)];
    record.stage = Stage::closing;
    record.since_ms = now_ms();
}

/// Why the link will end, once its last answer is out: the first reason counts.
void Server::decide(Link link, Ending ending) {
    auto& record = links_[link];
    if (record.ending != Ending::finished) return;
    record.ending = ending;
    if (ending == Ending::evicted) ++counters_.evicted_total;
    if (ending == Ending::refused) ++counters_.refused_total;
    if (ending == Ending::timed_out) ++counters_.timed_out_total;
}

/// Whoever waited for too long is told so; the link still has to be closed. What it asked for was never read,
/// so the answer names no instance. A network that is full of earlier answers may take a part of it only,
/// which is no answer.
void Server::refuse(Link link, std::uint64_t began_us) {
    decide(link, Ending::refused);
    contention_.note_refused(now_ms());
    const auto taken = transport_.write(link, overload_answer(), transport::Lifetime::fixed, false);
    counters_.bytes_sent_total += taken;
    counters_.waits.add(now_us_ - std::min(began_us, now_us_));
    if (taken == overload_answer().size()) count_answer(503, began_us);
}

}  // namespace boardwalk::server
