#include <algorithm>
#include <cassert>
#include <cstring>

#include "firmware/connection/connection.hpp"

/// What becomes of a connection after the handshake.
namespace boardwalk::connection {
namespace {

static_assert(websocket::header_bytes_max + limits::websocket_message_bytes_max +
                      websocket::control_bytes_max <
                  limits::buffer_bytes + limits::buffer_slack_bytes,
              "a control frame still fits behind a full message");

}  // namespace

void Connection::become_websocket(websocket::Delivery delivery) {
    drop_request();
    std::memmove(websocket_memory().data(), buffer_, input_end_);
    std::construct_at(&phase_.session, delivery);
    transition(Event::upgraded);
}

std::span<char> Connection::websocket_room() const { return websocket_memory().subspan(input_end_); }

websocket::Session::Event Connection::next_websocket_event() {
    std::size_t begin = input_begin_;
    const auto event = phase_.session.next(websocket_memory(), begin, input_end_);
    input_begin_ = u16(begin);
    // All of it was looked at: the next input comes right behind what is held.
    if (input_begin_ == input_end_) input_begin_ = input_end_ = u16(session().held_bytes());
    return event;
}

void Connection::release_message() {
    phase_.session.release_message();
    if (input_begin_ == input_end_) input_begin_ = input_end_ = u16(session().held_bytes());
}

void Connection::echo_part() {
    place_frame(session().part_opcode(), session().part_is_final(), session().message_bytes());
    release_message();
}

/// A part is taken before the next frame begins, so a ping's payload lies where a part's does.
void Connection::echo_ping() {
    assert(session().message_bytes() == 0);
    place_frame(websocket::Opcode::pong, true, control_payload().size());
}

void Connection::echo_close(websocket::CloseCode code) {
    const auto payload = websocket::close_payload(code);
    std::copy(payload.begin(), payload.end(), websocket_memory().begin());
    place_frame(websocket::Opcode::close, true, code == websocket::CloseCode::none ? 0 : payload.size());
    closes_behind_frame_ = true;
}

void Connection::place_frame(websocket::Opcode opcode, bool final, std::size_t payload_bytes) {
    const auto room = std::span<char, websocket::header_bytes_max>(buffer_, websocket::header_bytes_max);
    const auto header_bytes = websocket::write_header(room, opcode, payload_bytes, final);
    set_output(websocket::header_bytes_max - header_bytes, header_bytes + payload_bytes);
}

}  // namespace boardwalk::connection
