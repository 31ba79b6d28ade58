#include <algorithm>
#include <array>

#include "firmware/server/server.hpp"
#include "firmware/websocket/handshake.hpp"

/// WebSockets: the handshake, the frames' way to the application, and closing.
namespace boardwalk::server {

void Server::open_websocket(Slot& s, const http::Request& request, http::Response& response,
                            const Admission& admission) {
    auto problem = websocket::check_handshake(request);
    const bool full = websocket_count() >= websocket_max_;
    const auto silent = full && problem.status == 0 ? choose_slot(Resource::websocket) : std::nullopt;
    if (problem.status == 0 && ((full && !silent) || shutting_down_)) {
        problem = {
            .status = 503,
            .code = "websockets_exhausted",
            .detail = "All of this board's WebSockets are in use. Poll /api/v1/state, or try again later.",
            .instance = {},
            .pointer = {}};
        response.retry_after_s = limits::retry_after_s;
        ++counters_.refused_total;
    }
    if (problem.status != 0) {
        problem.instance = request.path;
        http::answer(response, problem);
        response.close = problem.status == 426;
        return answer(s, response);
    }
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
    const auto taken = transport_.write(s.link, head.view(), transport::Lifetime::copied, false);
    counters_.bytes_sent_total += taken;
    if (taken == 0) {
        http::answer(response,
                     {.status = 503,
                      .code = "pool_exhausted",
                      .detail = "The network's memory is in use by others. Try again in two seconds.",
                      .instance = request.path,
                      .pointer = {}});
        response.retry_after_s = limits::retry_after_s;
        ++counters_.refused_total;
        return answer(s, response);
    }
    if (taken < head.size()) return abort(s);
    count_answer(101, s.request_began_us);
    ++s.requests;
    if (silent) evict(slots_[silent->index], *silent->rule);
    s.since_ms = s.progress_ms = s.buffer_since_ms = s.acknowledged_ms = s.message_ms = now_ms();
    s.connection.become_websocket(admission.echo ? websocket::Delivery::parts
                                                 : websocket::Delivery::messages);
    if (!admission.echo) application_.on_websocket_open(id_of(s));
}

/// True: something was done and there may be more.
bool Server::serve_websocket(Slot& s) {
    auto& c = s.connection;
    if (!s.more && !s.peer_finished && !c.has_buffer()) return false;  // as nearly always, when a timer asks
    if (!send_echo(s) || !takes_messages(s)) return false;
    if (!c.has_buffer()) {
        if (!s.more && s.peer_finished) {
            close_websocket(s, websocket::CloseCode::protocol_error);
            return false;
        }
        if (!s.more || !borrow_buffer(s)) return false;
    }
    const auto event = c.next_websocket_event();
    if (event != websocket::Session::Event::need_input) return deal_with(s, event);
    if (s.more) {
        auto room = c.websocket_room();
        if (!buffer_line_.empty()) {  // no further than this message: then the buffer is theirs who wait
            if (s.buffer_used && c.buffer_is_spent()) {
                return_buffer(s);
                borrow_buffer(s);
                return false;
            }
            room = room.first(std::min(room.size(), c.session().wanted_bytes()));
        }
        const auto received = transport_.read(s.link, room);
        s.buffer_used = true;
        s.more = received.bytes == room.size() && !received.end;
        s.peer_finished |= received.end;
        if (received.bytes > 0) {
            c.received(received.bytes);
            counters_.bytes_received_total += received.bytes;
            s.since_ms = now_ms();
            s.pinged = false;
            return true;
        }
    }
    if (s.peer_finished)  // without a Close (RFC 6455 §7.1.1); it may still read ours
        return end_websocket(s, websocket::CloseCode::protocol_error);
    return_buffer(s);
    return false;
}

/// True: nothing is left of a frame that goes back. Otherwise the network is full, and `on_writable` goes on;
/// or that was the last one, and the WebSocket is closed.
bool Server::send_echo(Slot& s) {
    auto& c = s.connection;
    if (!c.is_within_frame()) return true;
    const auto frame = c.next_piece().bytes;
    const auto taken = write_frame(s, frame);
    c.sent(taken);
    if (taken < frame.size()) return false;
    s.buffer_since_ms = now_ms();
    if (!c.closes_behind_frame()) return true;
    close(s);
    return false;
}

/// False: the WebSocket is closed.
bool Server::deal_with(Slot& s, websocket::Session::Event event) {
    auto& c = s.connection;
    using Event = websocket::Session::Event;
    switch (event) {
        case Event::message: {
            const auto id = id_of(s);
            s.message_ms = now_ms();
            application_.on_websocket_message(id, c.message());
            if (find(id) == nullptr) return false;  // the application closed it
            ++s.requests;
            c.take_message();
            s.buffer_since_ms = now_ms();
            return true;
        }
        case Event::part:
            s.message_ms = now_ms();
            c.echo_part();
            return true;
        case Event::ping:
            if (c.echoes()) {
                c.echo_ping();
                return true;
            }
            send_control(s, websocket::Opcode::pong, c.control_payload());
            return !s.free();
        case Event::pong: return true;
        // §5.5.1: the code is echoed; a Close without one is answered by one without.
        case Event::close:
        case Event::error: return end_websocket(s, c.session().close_code());
        case Event::need_input: break;
    }
    return true;
}

/// The last word, when it was a client's turn to speak. An echo's waits behind what is on its way: the
/// network may be full of that. False: the WebSocket is closed.
bool Server::end_websocket(Slot& s, websocket::CloseCode code) {
    if (!s.connection.echoes()) {
        close_websocket(s, code);
        return false;
    }
    s.connection.echo_close(code);
    return true;
}

std::size_t Server::write_frame(Slot& s, std::string_view frame) {
    const auto taken = transport_.write(s.link, frame, transport::Lifetime::copied, false);
    counters_.bytes_sent_total += taken;
    s.sent_bytes += static_cast<std::uint32_t>(taken);
    if (taken > 0) s.progress_ms = now_ms();
    return taken;
}

void Server::send_control(Slot& s, websocket::Opcode opcode, std::string_view payload) {
    std::array<char, websocket::header_bytes_max + websocket::control_bytes_max> memory;
    const auto header = websocket::write_header(std::span(memory).first<websocket::header_bytes_max>(),
                                                opcode, payload.size());
    std::copy(payload.begin(), payload.end(), memory.begin() + websocket::header_bytes_max);
    send_frame(id_of(s), {memory.data() + websocket::header_bytes_max - header, header + payload.size()});
}

/// Says why, and ends the connection. Within a frame that the network does not take there is no place for a
/// Close.
void Server::close_websocket(Slot& s, websocket::CloseCode code) {
    if (!send_echo(s)) {
        if (!s.free()) abort(s);
        return;
    }
    const auto payload = websocket::close_payload(code);
    send_control(s, websocket::Opcode::close,
                 {payload.data(), code == websocket::CloseCode::none ? 0U : payload.size()});
    if (!s.free()) close(s);
}

/// What a client asks for must have room to be answered; until then its window stays shut, and `on_writable`
/// goes on. An echo waits in the buffer instead.
bool Server::takes_messages(const Slot& s) const {
    return s.connection.echoes() || transport_.takes_answer(s.link);
}

bool Server::websocket_ready(const Slot& s) const {
    return s.connection.state() == State::websocket && !s.connection.is_within_frame() &&
           transport_.takes_message(s.link);
}

std::size_t Server::websocket_count() const {
    return static_cast<std::size_t>(std::count_if(slots().begin(), slots().end(), [](const Slot& s) {
        return s.connection.state() == State::websocket;
    }));
}

bool Server::websocket_ready(SlotId id) const {
    const auto* s = find(id);
    return s != nullptr && websocket_ready(*s);
}

void Server::send_frame(SlotId id, std::string_view frame) {
    auto* s = find(id);
    if (s == nullptr || s->connection.state() != State::websocket) return;
    if (write_frame(*s, frame) < frame.size()) abort(*s);  // half a frame cannot be taken back
}

void Server::close_websocket(SlotId id, std::uint16_t code) {
    auto* s = find(id);
    if (s != nullptr && s->connection.state() == State::websocket) {
        close_websocket(*s, static_cast<websocket::CloseCode>(code));
    }
}

}  // namespace boardwalk::server
