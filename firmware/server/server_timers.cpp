#include "firmware/server/server.hpp"

/// The four timeouts, the waiting lines' patience, and what else goes by the clock.
namespace boardwalk::server {

namespace {

std::uint32_t credit_ms_max(connection::State state) {
    return connection::rule_of(state).slow_after_ms +
           (state == connection::State::sending ? limits::answer_repeats_ms_max : 0);
}

}  // namespace

void Server::run_timers() {
    timers_ms_ = now_ms();
    update_date();
    note_contention();
    for (auto& s : slots()) {
        if (!s.free()) check_slot(s);
    }
    check_lines();
    keep_lobby_open();
    buffers_.ask_heap_again();
    if (buffers_.in_use() > 0) busy_ms_ = now_ms();
    if (now_ms() - busy_ms_ >= limits::buffers_shrink_after_ms) buffers_.shrink(limits::buffers_baseline);
}

void Server::check_slot(Slot& s) {
    const auto timeout_ms = connection::rule_of(s.connection.state()).timeout_ms;
    const auto age = now_ms() - s.since_ms;
    const auto still = now_ms() - s.progress_ms;
    switch (s.connection.state()) {
        case State::head:
            // The whole head has one deadline, which single bytes do not move.
            if (age < timeout_ms || buffer_line_.holds(id_of(s).slot)) return;
            decide(s.link, Ending::timed_out);
            fail(s, {.status = 408,
                     .code = "head_timeout",
                     .detail = "The request's head took too long to arrive.",
                     .instance = {},
                     .pointer = {}});
            return serve(s);
        case State::body:
            note_movement(s);
            if (still < timeout_ms && !blocks_waiters(s)) return;
            return cut_off(s);
        case State::idle:
            if (age < timeout_ms || s.more) return;
            decide(s.link, Ending::idle);  // as every browser's ends
            return close(s);
        case State::sending:
            note_acknowledged(s);
            note_movement(s);
            if (now_ms() - s.progress_ms < timeout_ms && !blocks_waiters(s)) return;
            return cut_off(s);
        case State::websocket: return check_websocket(s);
        case State::working:
        case State::free: return;
    }
}

void Server::begin_window(Slot& s, std::uint64_t began_ms) {
    s.acknowledged_bytes = s.sent_bytes - static_cast<std::uint32_t>(transport_.unacknowledged(s.link));
    s.rate.begin(static_cast<std::uint32_t>(began_ms), moved_bytes(s), credit_ms_max(s.connection.state()));
}

void Server::note_movement(Slot& s) {
    s.rate.update(static_cast<std::uint32_t>(now_ms()), moved_bytes(s), contention_.minimum_rate(now_ms()),
                  credit_ms_max(s.connection.state()));
}

/// What the peer has acknowledged of an answer counts, not what the network took.
void Server::note_acknowledged(Slot& s) {
    const auto acknowledged = s.sent_bytes - static_cast<std::uint32_t>(transport_.unacknowledged(s.link));
    if (acknowledged != s.acknowledged_bytes) s.progress_ms = now_ms();
    s.acknowledged_bytes = acknowledged;
}

/// A body or an answer was slow over the last whole window, and others wait.
bool Server::blocks_waiters(const Slot& s) const {
    return s.rate.was_slow() && (!slot_line_.empty() || !buffer_line_.empty());
}

std::uint32_t Server::moved_bytes(const Slot& s) {
    return s.connection.state() == State::body ? s.body_bytes : s.acknowledged_bytes;
}

/// RFC 6455 §5.5.2: a ping asks whether the peer is still there; any byte from it is an answer.
void Server::check_websocket(Slot& s) {
    // Neither hides a stall that more is sent, nor looks like one that as much is sent as acknowledged.
    const auto unacknowledged = transport_.unacknowledged(s.link);
    const auto acknowledged = s.sent_bytes - static_cast<std::uint32_t>(unacknowledged);
    if (unacknowledged == 0 || acknowledged != s.acknowledged_bytes) s.acknowledged_ms = now_ms();
    s.acknowledged_bytes = acknowledged;
    if (now_ms() - s.acknowledged_ms >= limits::websocket_stall_ms) {
        decide(s.link, Ending::timed_out);
        return close_websocket(s, websocket::CloseCode::try_again_later);
    }
    const bool unfinished = s.connection.has_buffer() && !s.connection.is_within_frame();
    if (unfinished && now_ms() - s.buffer_since_ms >= limits::message_timeout_ms) {
        decide(s.link, Ending::timed_out);
        return close_websocket(s, websocket::CloseCode::policy_violation);
    }
    const auto silent = now_ms() - s.since_ms;
    // One whose answer waits to be read is not silent.
    if (s.pinged && !s.more && silent >= 2 * limits::websocket_ping_ms) {
        decide(s.link, Ending::timed_out);
        return close_websocket(s, websocket::CloseCode::going_away);
    }
    // What is unacknowledged asks already, and a full network might take half a ping.
    if (!s.pinged && silent >= limits::websocket_ping_ms && websocket_ready(s)) {
        s.pinged = true;
        send_control(s, websocket::Opcode::ping, {});
    }
}

void Server::check_lines() {
    constexpr std::uint64_t wait_us_max = limits::wait_in_line_ms_max * 1'000ULL;
    while (!slot_line_.empty() && now_us_ - slot_line_.front_since_us() >= wait_us_max) {
        const auto link = slot_line_.front();
        refuse(link, slot_line_.front_since_us() - links_[link].waited_us);
        part_from(link, Ending::refused);
        transport_.close(link);
    }
    while (!buffer_line_.empty() && now_us_ - buffer_line_.front_since_us() >= wait_us_max) {
        auto& s = slots_[buffer_line_.front()];
        buffer_line_.remove(id_of(s).slot);
        if (s.connection.state() ==
            State::websocket) {  // its window stays shut, and it waits on, as the last
            buffer_line_.push(id_of(s).slot, now_us_);
            continue;
        }
        refuse(s.link, s.request_began_us);
        close(s);
    }
    if (lobby_count_ == 0) return;
    for (auto& record : links()) {
        const auto link = link_of(record);
        if (record.stage != Stage::lobby || slot_line_.holds(link)) continue;
        if (now_ms() - record.since_ms < limits::idle_timeout_ms) continue;
        decide(link, Ending::idle);
        part_from(link, Ending::idle);
        transport_.close(link);
    }
}

void Server::update_date() {
    const auto now = unix_time_s_ != nullptr ? unix_time_s_() : 0;
    if (now == date_s_) return;
    date_s_ = now;
    std::array<char, 32> memory;
    TextWriter out(memory);
    if (now > 0) http::write_date(out, now);
    date_ = FixedString<32>(out.view());
}

}  // namespace boardwalk::server
