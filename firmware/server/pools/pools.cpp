#include "firmware/server/pools/pools.hpp"

#include <algorithm>

namespace boardwalk::server {

namespace {
constexpr std::uint64_t second_us = 1'000'000;
}

Pools::Pools(transport::Transport& network, Application& board, const Options& options)
    : transport(network),
      application(board),
      clock(network.now_us()),
      links(options.links(), options.handshake_places),
      slots(options.connections),
      buffers(options.buffers, options.connections, clock.ms()),
      websocket_max(std::min(limits::websocket_max, std::max<std::size_t>(1, options.connections / 2))),
      second_ends_us(clock.us() + second_us) {}

Pools::~Pools() {
    for (auto& s : slots.all())
        give_back_buffers(s);
}

void Pools::begin_turn() {
    slots_of_turn_ = slots.in_use();
    clock.begin_turn();
}

/// One second is over, or several when the loop had nothing to do: in these all stayed as it is.
void Pools::begin_second() {
    const auto seconds = (clock.us() - second_ends_us) / second_us + 1;
    requests_per_s =
        static_cast<double>(requests_total - requests_before_second) / static_cast<double>(seconds);
    requests_before_second = requests_total;
    const Peak present = {static_cast<std::uint16_t>(slots.in_use()),
                          static_cast<std::uint16_t>(buffers.pool().in_use()),
                          static_cast<std::uint16_t>(waiting_count())};
    for (auto passed = std::min<std::uint64_t>(seconds, limits::peak_seconds + 1); passed > 0; --passed)
        peaks.begin_second(present);
    for (auto& s : slots.all()) {
        s.busy.begin_second(second_ends_us);
        if (seconds > 1) s.busy.begin_second(second_ends_us + (seconds - 1) * second_us);
    }
    second_ends_us += seconds * second_us;
}

Slot* Pools::give_slot(transport::Link link, std::uint64_t began_us) {
    auto* const s = slots.take();
    if (s == nullptr) return nullptr;
    s->busy.begin(clock.us());
    peaks.note_connections(std::min(++slots_of_turn_, slots.count()));
    s->link = link;
    s->input.is_unread = true;
    s->moments.since_ms = static_cast<std::uint32_t>(began_us / 1'000);
    s->moments.progress_ms = clock.short_ms();
    s->request.began_us = began_us - std::min<std::uint64_t>(links[link].waited_ms * 1'000U, began_us);
    s->connection.open();
    links.give_slot(link, slots.number_of(*s));
    return s;
}

void Pools::end(Slot& s) {
    auto& c = s.connection;
    const bool was_websocket = c.state() == connection::State::websocket && !c.echoes();
    const bool lost_body = c.streams_body() && !c.piece_is_last();
    const auto id = slots.id_of(s);
    buffers.leave(id.slot);
    give_back_buffers(s);
    slots.end(s);
    s.busy.end(std::max(clock.us(), answered_us_));
    if (was_websocket) application.on_websocket_closed(id);
    if (lost_body) application.on_body_lost(id, s.request.route);
}

void Pools::close(Slot& s) {
    links.detach(s.link, Ending::finished, clock.short_ms());
    transport.close(s.link);
    end(s);
}

void Pools::abort(Slot& s) {
    links.detach(s.link, Ending::aborted, clock.short_ms());
    transport.abort(s.link);
    end(s);
}

bool Pools::borrow_buffer(Slot& s) {
    const auto number = slots.number_of(s);
    const bool is_new_request = s.state() == connection::State::idle;
    if (char* const buffer = buffers.borrow(number)) {
        s.connection.lend(buffer);
        s.input.was_read = false;
        s.moments.buffer_since_ms = clock.short_ms();
        note_buffers();
        if (is_new_request) count_wait(s.request.began_us);
        return true;
    }
    // A request that has waited for its slot goes on waiting.
    buffers.wait(number,
                 is_new_request ? (clock.ms() - clock.ms_since(s.moments.since_ms)) * 1'000 : clock.us());
    note_waiting();
    return false;
}

void Pools::give_back_buffers(Slot& s) {
    if (s.connection.has_buffer()) buffers.give_back(s.connection.return_buffer(), clock.ms());
    if (char* const second = s.connection.return_second_buffer()) buffers.give_back(second, clock.ms());
}

void Pools::return_buffer(Slot& s) {
    if (char* const second = s.connection.return_second_buffer()) buffers.give_back(second, clock.ms());
    if (!s.connection.has_buffer() || !s.connection.buffer_is_spent()) return;
    buffers.give_back(s.connection.return_buffer(), clock.ms());
}

std::size_t Pools::write(Slot& s, const connection::Piece& piece) {
    const auto lifetime = piece.behind_is_fixed ? transport::Lifetime::fixed : transport::Lifetime::copied;
    std::size_t taken = 0;
    if (piece.behind.empty()) {
        taken = transport.write(s.link, piece.bytes, transport::Lifetime::copied, false);
    } else if (piece.bytes.empty()) {
        taken = transport.write(s.link, piece.behind, lifetime, false);
    } else {
        taken = transport.write_both(s.link, piece.bytes, piece.behind, lifetime);
    }
    s.traffic.sent_bytes += static_cast<std::uint32_t>(taken);
    bytes_sent_total += taken;
    if (taken > 0) s.moments.progress_ms = clock.short_ms();
    return taken;
}

void Pools::count_status(std::uint16_t status) {
    ++requests_total;
    const auto* known = std::find(counted_statuses.begin(), counted_statuses.end(), status);
    ++by_status[static_cast<std::size_t>(known - counted_statuses.begin())];
}

void Pools::count_answer(std::uint16_t status, std::uint64_t began_us) {
    count_status(status);
    answered_us_ = transport.now_us();
    durations.add(answered_us_ - std::min(began_us, answered_us_));
}

void Pools::count_wait(std::uint64_t began_us) { waits.add(clock.us() - std::min(began_us, clock.us())); }

void Pools::update_busy(Slot& s) {
    switch (s.state()) {
        case connection::State::idle:
            if (!s.input.is_unread) s.busy.end(std::max(clock.us(), answered_us_));
            return;
        case connection::State::websocket:
            if (!s.input.is_unread && !s.connection.has_buffer()) s.busy.end(transport.now_us());
            return;
        default: return;
    }
}

/// It counts from its beginning: clients that the network still holds back wait as well.
void Pools::update_contention() {
    if (!any_waits()) return contention.note_calm(clock.ms());
    const auto since_us = [&](const WaitingLine& line) {
        return line.empty() ? clock.us() : line.front_since_us();
    };
    contention.note_waiting(std::min(since_us(links.waiting()), since_us(buffers.waiting())) / 1'000,
                            clock.ms());
}

}  // namespace boardwalk::server
