#include "firmware/server/websocket_service.hpp"

#include <algorithm>
#include <array>

#include "firmware/server/contention/candidates.hpp"
#include "firmware/server/contention/rates.hpp"
#include "firmware/server/problems.hpp"
#include "firmware/websocket/handshake.hpp"

namespace boardwalk::server {

using connection::State;
using websocket::CloseCode;
using Event = websocket::Session::Event;

bool WebSocketService::open(Slot& s, const http::Request& request, http::Response& response,
                            const Admission& admission) {
    if (const auto error = websocket::check_handshake(request))
        return refuse(response, problem_of(*error), request);
    std::optional<Victim> victim;
    const bool full = are_all_taken();
    if (full) victim = choose_slot(pools_, Resource::websocket);
    if ((full && !victim) || pools_.shutting_down) return refuse(response, websockets_exhausted, request);
    std::size_t unsent = 0;
    if (!send_handshake(s, request, admission, unsent)) return refuse(response, network_exhausted, request);
    if (unsent > 0) {
        pools_.abort(s);
        return true;
    }
    pools_.count_answer(101, s.request.began_us);
    ++s.request.count;
    if (victim) {
        auto& silent = pools_.slots[victim->index];
        pools_.links.set_ending(silent.link, victim->rule->ending);
        close(silent, CloseCode::try_again_later);
    }
    update_acknowledged(pools_, s);
    s.moments.since_ms = s.moments.progress_ms = s.moments.buffer_since_ms = s.moments.acknowledged_ms =
        s.moments.message_ms = pools_.clock.short_ms();
    s.connection.become_websocket(admission.echo ? websocket::Delivery::parts
                                                 : websocket::Delivery::messages);
    if (!admission.echo) pools_.application.on_websocket_open(pools_.slots.id_of(s));
    return true;
}

bool WebSocketService::refuse(http::Response& response, http::Problem problem, const http::Request& request) {
    problem.instance = request.path;
    http::answer(response, problem);
    response.close = problem.status == 426;
    if (problem.status == 503) {
        response.retry_after_s = limits::retry_after_s;
        pools_.links.note_refused();
    }
    return false;
}

/// False: the network took nothing. `unsent`: what it left of a part.
bool WebSocketService::send_handshake(Slot& s, const http::Request& request, const Admission& admission,
                                      std::size_t& unsent) {
    const auto key = websocket::accept_key(request.websocket_key);
    std::array<char, 256> memory;
    TextWriter head(memory);
    head.append(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\nSec-WebSocket-Accept: ");
    head.append(std::string_view(key.data(), key.size()));
    if (!admission.subprotocol.empty()) {
        head.append("\r\nSec-WebSocket-Protocol: ");
        head.append(admission.subprotocol);
    }
    head.append("\r\n\r\n");
    const auto taken = pools_.write(s, head.view());
    unsent = head.size() - taken;
    return taken > 0;
}

bool WebSocketService::step(Slot& s) {
    auto& c = s.connection;
    if (!s.input.is_unread && !s.input.has_ended && !c.has_buffer()) return false;  // as nearly always
    if (!send_echo(s) || !takes_answer(s)) return false;
    if (!c.has_buffer()) {
        if (!s.input.is_unread && s.input.has_ended) {
            close(s, CloseCode::protocol_error);
            return false;
        }
        if (!s.input.is_unread || !pools_.borrow_buffer(s)) return false;
    }
    const auto event = c.next_websocket_event();
    if (event != Event::need_input) return dispatch_event(s, event);
    return read_more(s);
}

bool WebSocketService::read_more(Slot& s) {
    auto& c = s.connection;
    if (s.input.is_unread) {
        auto room = c.websocket_room();
        if (!pools_.buffers.waiting().empty()) {  // others wait for the buffer: no further than this message
            if (s.input.was_read && c.buffer_is_spent()) {
                pools_.return_buffer(s);
                pools_.borrow_buffer(s);
                return false;
            }
            room = room.first(std::min(room.size(), c.session().wanted_bytes()));
        }
        const auto received = pools_.transport.read(s.link, room);
        s.input.was_read = true;
        s.input.is_unread = received.bytes == room.size() && !received.end;
        s.input.has_ended |= received.end;
        if (received.bytes > 0) {
            c.received(received.bytes);
            pools_.bytes_received_total += received.bytes;
            s.moments.since_ms = pools_.clock.short_ms();
            s.was_pinged = false;
            return true;
        }
    }
    if (s.input.has_ended) return end(s, CloseCode::protocol_error);  // without a Close (RFC 6455 §7.1.1)
    pools_.return_buffer(s);
    return false;
}

/// True: nothing is left of a frame that goes back. Otherwise the network is full, and `on_writable` goes on;
/// or that was the last one, and the WebSocket is closed.
bool WebSocketService::send_echo(Slot& s) {
    auto& c = s.connection;
    if (!c.is_within_frame()) return true;
    const auto frame = c.next_piece().bytes;
    const auto taken = pools_.write(s, frame);
    c.sent(taken);
    if (taken < frame.size()) return false;
    s.moments.buffer_since_ms = pools_.clock.short_ms();
    if (!c.closes_behind_frame()) return true;
    pools_.close(s);
    return false;
}

bool WebSocketService::dispatch_event(Slot& s, Event event) {
    auto& c = s.connection;
    switch (event) {
        case Event::message: return dispatch_message(s);
        case Event::part:
            s.moments.message_ms = pools_.clock.short_ms();
            c.echo_part();
            return true;
        case Event::ping:
            if (c.echoes()) c.echo_ping();
            else send_control(s, websocket::Opcode::pong, c.control_payload());
            return true;
        case Event::pong: return true;
        // §5.5.1: the code is echoed; a Close without one is answered by one without.
        case Event::close:
        case Event::error: return end(s, c.session().close_code());
        case Event::need_input: break;
    }
    return true;
}

bool WebSocketService::dispatch_message(Slot& s) {
    s.moments.message_ms = pools_.clock.short_ms();
    pools_.application.on_websocket_message(pools_.slots.id_of(s), s.connection.message());
    if (s.state() != State::websocket) return false;  // the application closed it
    ++s.request.count;
    s.connection.release_message();
    s.moments.buffer_since_ms = pools_.clock.short_ms();
    return true;
}

/// Closes after what a client sent. An echo's Close waits behind what is on its way: the network may be full
/// of that. False: the WebSocket is closed.
bool WebSocketService::end(Slot& s, CloseCode code) {
    if (!s.connection.echoes()) {
        close(s, code);
        return false;
    }
    s.connection.echo_close(code);
    return true;
}

void WebSocketService::send_control(Slot& s, websocket::Opcode opcode, std::string_view payload) {
    std::array<char, websocket::header_bytes_max + websocket::control_bytes_max> memory;
    const auto header = websocket::write_header(std::span(memory).first<websocket::header_bytes_max>(),
                                                opcode, payload.size());
    std::copy(payload.begin(), payload.end(), memory.begin() + websocket::header_bytes_max);
    send_frame(s, {memory.data() + websocket::header_bytes_max - header, header + payload.size()});
}

void WebSocketService::send_frame(Slot& s, std::string_view frame) {
    // Half a frame cannot be taken back.
    if (pools_.write(s, frame) < frame.size()) pools_.abort(s);
}

void WebSocketService::close(Slot& s, CloseCode code) {
    const bool may_speak = send_echo(s);
    if (s.state() != State::websocket) return;  // that was its Close
    if (!may_speak) return pools_.abort(s);
    const auto payload = websocket::close_payload(code);
    send_control(s, websocket::Opcode::close,
                 {payload.data(), code == CloseCode::none ? 0U : payload.size()});
    if (s.state() == State::websocket) pools_.close(s);
}

void WebSocketService::check_timeouts(Slot& s) {
    // Acknowledged bytes are compared, not outstanding ones: new frames must not hide a stall, and a peer
    // that acknowledges as fast as we send must not look like one.
    const auto now_ms = pools_.clock.short_ms();
    const auto unacknowledged = pools_.transport.unacknowledged(s.link);
    const auto acknowledged = s.traffic.sent_bytes - static_cast<std::uint32_t>(unacknowledged);
    if (unacknowledged == 0 || acknowledged != s.traffic.acknowledged_bytes)
        s.moments.acknowledged_ms = now_ms;
    s.traffic.acknowledged_bytes = acknowledged;
    if (now_ms - s.moments.acknowledged_ms >= limits::websocket_stall_ms)
        return time_out(s, CloseCode::try_again_later);
    const bool is_unfinished = s.connection.has_buffer() && !s.connection.is_within_frame();
    if (is_unfinished && now_ms - s.moments.buffer_since_ms >= limits::message_timeout_ms)
        return time_out(s, CloseCode::policy_violation);
    const auto silent_ms = now_ms - s.moments.since_ms;
    // A peer whose answer waits to be read is not silent.
    if (s.was_pinged && !s.input.is_unread && silent_ms >= 2 * limits::websocket_ping_ms)
        return time_out(s, CloseCode::going_away);
    // RFC 6455 §5.5.2. Unacknowledged bytes ask for a sign of life themselves, and a full network might take
    // half a ping.
    if (!s.was_pinged && silent_ms >= limits::websocket_ping_ms && takes_message(s)) {
        s.was_pinged = true;
        send_control(s, websocket::Opcode::ping, {});
    }
}

void WebSocketService::time_out(Slot& s, CloseCode code) {
    pools_.links.set_ending(s.link, Ending::timed_out);
    close(s, code);
}

bool WebSocketService::takes_answer(const Slot& s) const {
    return s.connection.echoes() || pools_.transport.takes_answer(s.link);
}

bool WebSocketService::takes_message(const Slot& s) const {
    return s.state() == State::websocket && !s.connection.is_within_frame() &&
           pools_.transport.takes_message(s.link);
}

bool WebSocketService::are_all_taken() const {
    const auto slots = pools_.slots.all();
    const auto count = std::count_if(slots.begin(), slots.end(),
                                     [](const Slot& s) { return s.state() == State::websocket; });
    return static_cast<std::size_t>(count) >= pools_.websocket_max;
}

}  // namespace boardwalk::server
