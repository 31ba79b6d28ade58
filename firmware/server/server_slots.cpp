#include "firmware/server/server.hpp"

/// Who gets a slot, who gets a buffer, who waits, and who goes.
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
    now_us_ = transport_.now_us();
    links_[link] = {Stage::lobby, 0, now_ms()};
    ++open_links_;
    ++counters_.accepted_total;
    keep_lobby_open();
}

void Server::on_readable(Link link) {
    now_us_ = transport_.now_us();
    auto& record = links_[link];
    if (record.stage == Stage::lobby) return admit(link);
    if (record.stage != Stage::in_slot) return;
    auto& s = slots_[record.slot];
    s.more = true;
    serve(s);
}

void Server::on_writable(Link link) {
    now_us_ = transport_.now_us();
    if (links_[link].stage == Stage::in_slot) serve(slots_[links_[link].slot]);
}

void Server::on_closed(Link link, transport::CloseReason) {
    now_us_ = transport_.now_us();
    auto& record = links_[link];
    slot_line_.remove(link);
    if (record.stage == Stage::in_slot) {
        auto& s = slots_[record.slot];
        s.abandoned = s.connection.streams_body() && s.connection.state() == State::working;
        if (!s.abandoned) release(s);
    }
    record.stage = Stage::closed;
    --open_links_;
}

/// A link from the lobby has something to say.
void Server::admit(Link link) {
    if (slot_line_.holds(link)) return;
    if (slot_line_.empty() && (free_slot() != nullptr || make_room())) {
        if (auto* s = free_slot()) return enter_slot(*s, link);
    }
    slot_line_.push(link, now_ms());
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
        slot_line_.remove(link);
        enter_slot(*s, link);
    }
}

void Server::enter_slot(Slot& s, Link link) {
    const auto generation = static_cast<std::uint16_t>(s.generation + 1);
    s = Slot();
    s.generation = generation;
    s.link = link;
    s.more = true;
    s.since_ms = s.progress_ms = now_ms();
    s.connection.open();
    links_[link].stage = Stage::in_slot;
    links_[link].slot = id_of(s).slot;
    serve(s);
}

Server::Slot* Server::free_slot() {
    for (auto& s : slots()) {
        if (s.free()) return &s;
    }
    return nullptr;
}

/// Lets one connection go so that a newcomer gets its slot, in the order that DESIGN.md gives: heads that are
/// still incomplete, then the longest-idle keep-alive. (The silent ones hold no slot; see keep_lobby_open.)
/// Never one whose head is complete, nor a WebSocket. False: nobody may go.
bool Server::make_room() {
    if (auto* head = oldest_unfinished_head()) {
        evict_head(*head);
        return free_slot() != nullptr;
    }
    Slot* longest_idle = nullptr;
    for (auto& s : slots()) {
        if (s.connection.state() != State::idle || s.more || now_ms() - s.since_ms < limits::idle_grace_ms)
            continue;
        if (longest_idle == nullptr || s.since_ms < longest_idle->since_ms) longest_idle = &s;
    }
    if (longest_idle == nullptr) return false;
    ++counters_.evicted_total;
    close(*longest_idle);
    return true;
}

Server::Slot* Server::oldest_unfinished_head() {
    Slot* oldest = nullptr;
    for (auto& s : slots()) {
        if (s.connection.state() != State::head || s.again) continue;
        if (now_ms() - s.since_ms < limits::head_grace_ms) continue;
        if (oldest == nullptr || s.since_ms < oldest->since_ms) oldest = &s;
    }
    return oldest;
}

/// Nothing was acted on, so a repeat is harmless.
void Server::evict_head(Slot& s) {
    ++counters_.evicted_total;
    fail(s, {.status = 408,
             .code = "head_timeout",
             .detail = "The request's head did not arrive while others were waiting.",
             .instance = {},
             .pointer = {}});
    serve(s);  // sends, then closes
}

/// All buffers are out and somebody waits for one: a head that does not get on gives its own back, else the
/// WebSocket whose message has been unfinished for the longest.
void Server::reclaim_buffer() {
    if (auto* head = oldest_unfinished_head()) return evict_head(*head);
    Slot* oldest = nullptr;
    for (auto& s : slots()) {
        if (s.connection.state() != State::websocket || !s.connection.has_buffer()) continue;
        if (now_ms() - s.buffer_since_ms < limits::message_grace_ms) continue;
        if (oldest == nullptr || s.buffer_since_ms < oldest->buffer_since_ms) oldest = &s;
    }
    if (oldest == nullptr) return;
    ++counters_.evicted_total;
    close_websocket(*oldest, websocket::CloseCode::try_again_later);
}

/// The last place of the lobby is for the next handshake: a link that lingers makes way for it, else the
/// longest-silent one.
void Server::keep_lobby_open() {
    if (open_links_ < link_count_) return;
    LinkRecord* leaver = nullptr;
    for (auto& record : links()) {
        const auto link = static_cast<Link>(&record - links_.get());
        // A reset would take back what its peer has not received yet: an answer, and then it asks again.
        const bool lingering = record.stage == Stage::closing && transport_.unacknowledged(link) == 0;
        const bool silent = record.stage == Stage::lobby && !slot_line_.holds(link);
        if ((!lingering && !silent) || now_ms() - record.since_ms < limits::silent_grace_ms) continue;
        const bool first_lingering = lingering && (leaver == nullptr || leaver->stage != Stage::closing);
        const bool same_kind = leaver == nullptr || leaver->stage == record.stage;
        if (first_lingering || (same_kind && (leaver == nullptr || record.since_ms < leaver->since_ms))) {
            leaver = &record;
        }
    }
    if (leaver == nullptr) return;
    if (leaver->stage == Stage::lobby) ++counters_.evicted_total;
    const auto link = static_cast<Link>(leaver - links_.get());
    part_from(link);
    transport_.abort(link);
}

/// The link is no longer ours to serve; `on_closed` will tell when it is gone.
void Server::part_from(Link link) {
    slot_line_.remove(link);
    links_[link].stage = Stage::closing;
    links_[link].since_ms = now_ms();
}

void Server::refuse(Link link) {
    ++counters_.refused_total;
    part_from(link);
    answer_overload(link);
    transport_.close(link);
}

/// Whoever waited for too long is told so. What it asked for was never read, so the answer names no instance.
void Server::answer_overload(Link link) {
    counters_.bytes_sent_total +=
        transport_.write(link, overload_answer(), transport::Lifetime::fixed, false);
    count_status(503);
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
    if (application_cares) application_.on_websocket_closed(id);
    if (lost_body) application_.on_body_lost(id, route);
}

void Server::close(Slot& s) {
    part_from(s.link);
    transport_.close(s.link);
    release(s);
}

void Server::abort(Slot& s) {
    part_from(s.link);
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
        s.buffer_since_ms = now_ms();
        return true;
    }
    if (!buffer_line_.holds(number)) ++counters_.buffer_waits_total;
    buffer_line_.push(number, now_ms());
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
            buffer_line_.remove(id_of(s).slot);  // it could not be answered now; its timer asks again
            continue;
        }
        if (buffers_.in_use() == buffers_.max()) reclaim_buffer();
        if (buffers_.in_use() == buffers_.max()) return;
        serve(s);
        // A slot that had nothing to read after all leaves the line too.
        if (!s.free() && !s.connection.has_buffer() && !s.more) buffer_line_.remove(id_of(s).slot);
    }
}

}  // namespace boardwalk::server
