#include "firmware/server/http_service.hpp"

#include <array>
#include <cassert>

#include "firmware/server/contention/rates.hpp"

namespace boardwalk::server {

using connection::State;
using Progress = connection::Connection::Progress;

bool HttpService::handle_input(Slot& s) {
    auto& c = s.connection;
    if (!c.has_buffer()) {
        if (!s.input.is_unread && s.input.has_ended) {
            pools_.close(s);
            return false;
        }
        if (!s.input.is_unread || !pools_.borrow_buffer(s)) return false;
    }
    if (c.state() == State::idle) return read_more(s);
    http::Request request;
    http::ParseError error{};
    switch (c.advance(request, error)) {
        case Progress::need_input: return read_more(s);
        case Progress::head: handle_head(s, request); return true;
        case Progress::request: handle_request(s); return true;
        case Progress::piece: handle_piece(s); return true;
        case Progress::error: fail(s, http::problem_of(error)); return true;
    }
    return false;
}

bool HttpService::read_more(Slot& s) {
    auto& c = s.connection;
    if (s.input.is_unread) {
        const auto room = c.input_room();
        const auto received = pools_.transport.read(s.link, room);
        s.input.is_unread = received.bytes == room.size() && !received.end;
        s.input.has_ended |= received.end;
        if (received.bytes > 0) {
            if (c.state() == State::body) s.traffic.body_bytes += static_cast<std::uint32_t>(received.bytes);
            c.received(received.bytes);
            pools_.bytes_received_total += received.bytes;
            s.moments.progress_ms = pools_.clock.short_ms();
            return true;
        }
    }
    if (s.input.has_ended) {  // an unfinished request will never be finished
        pools_.close(s);
        return false;
    }
    pools_.return_buffer(s);
    return false;
}

void HttpService::handle_head(Slot& s, const http::Request& request) {
    auto& c = s.connection;
    auto response = c.begin_response();
    Admission admission{.peer_is_loopback = pools_.transport.peer_is_loopback(s.link)};
    switch (pools_.application.on_head(request, response, admission)) {
        case Verdict::answer: c.skip_body(request); return answer(s, response);
        case Verdict::accept_websocket:
            c.skip_body(request);
            if (!websockets_.open(s, request, response, admission)) answer(s, response);
            return;
        case Verdict::stream_body:
            s.request.route = admission.route;
            c.stream_body(request);
            return expect_body(s, request);
        case Verdict::proceed: break;
    }
    s.request.route = admission.route;
    if (request.framing == http::Framing::none) return handle(s, request, response);
    const auto error = c.expect_body(request, admission.body_bytes_max);
    if (error != http::ParseError::none) return fail(s, http::problem_of(error));
    expect_body(s, request);
}

void HttpService::expect_body(Slot& s, const http::Request& request) {
    begin_rate(s, s.moments.since_ms);  // the time in line for a buffer is a time to arrive, too
    if (request.expect_continue && s.connection.body_is_awaited()) send_continue(s);
}

/// RFC 9110 §10.1.1. With a full send queue it is left out: the client sends its body without it after a
/// while.
void HttpService::send_continue(Slot& s) {
    constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!pools_.transport.takes_message(s.link)) return;
    if (pools_.write(s, {.bytes = {}, .behind = line, .behind_is_fixed = true}) < line.size())
        pools_.abort(s);
}

void HttpService::handle_piece(Slot& s) {
    auto& c = s.connection;
    c.start_work();
    const bool is_last = c.piece_is_last();
    if (!pools_.application.on_body(pools_.slots.id_of(s), s.request.route, c.piece(), is_last)) return;
    assert(!is_last);  // it is answered
    c.release_piece();
}

void HttpService::resume_body(Slot& s) {
    if (s.is_abandoned) return pools_.end(s);
    s.connection.release_piece();
    s.moments.progress_ms = pools_.clock.short_ms();
}

void HttpService::abandon_body(Slot& s, std::string_view unavailable) {
    s.is_abandoned = true;
    const auto taken = pools_.write(s, {.bytes = {}, .behind = unavailable, .behind_is_fixed = true});
    const bool is_whole = taken == unavailable.size();
    if (is_whole) pools_.count_answer(503, s.request.began_us);
    pools_.links.detach(s.link, is_whole ? Ending::finished : Ending::aborted, pools_.clock.short_ms());
    if (is_whole) pools_.transport.close(s.link);
    else pools_.transport.abort(s.link);
}

void HttpService::handle_request(Slot& s) {
    const auto request = s.connection.request();
    auto response = s.connection.begin_response();
    handle(s, request, response);
}

void HttpService::handle(Slot& s, const http::Request& request, http::Response& response) {
    s.connection.start_work();
    if (pools_.application.on_request(pools_.slots.id_of(s), s.request.route, request, response))
        answer(s, response);
}

void HttpService::answer_later(Slot& s, Outlet::Fill fill, void* context) {
    if (s.connection.streams_body()) s.connection.finish_stream();
    if (s.is_abandoned) return pools_.end(s);
    auto response = s.connection.begin_response();
    fill(context, response);
    answer(s, response);
}

/// The request waited in its buffer, whole.
void HttpService::repeat_request(Slot& s) {
    const auto request = s.connection.request();
    auto response = s.connection.begin_response();
    if (pools_.application.on_request(pools_.slots.id_of(s), s.request.route, request, response))
        answer(s, response);
}

void HttpService::answer(Slot& s, http::Response& response) {
    begin_answer(s, response, must_close_behind(s));
}

bool HttpService::must_close_behind(const Slot& s) const {
    const bool has_more_input = s.connection.has_more_input();
    // What came before the peer's end is answered first.
    if (pools_.shutting_down || (s.input.has_ended && !has_more_input)) return true;
    if (pools_.contention.present() && pools_.contention.slot_is_wanted(pools_.clock.ms())) return true;
    // Requests sent ahead without an end would keep the buffer for as long.
    return has_more_input && !pools_.buffers.waiting().empty() &&
           pools_.clock.ms_since(s.moments.buffer_since_ms) >= limits::head_grace_ms;
}

void HttpService::begin_answer(Slot& s, http::Response& response, bool must_close) {
    s.connection.answer(response, date_, must_close);
    s.moments.progress_ms = pools_.clock.short_ms();
    begin_rate(s, s.moments.progress_ms);
}

/// Of a streamed body the head is gone.
void HttpService::fail(Slot& s, http::Problem problem) {
    http::Request request;
    if (s.connection.streams_body()) {
        pools_.application.on_body_lost(pools_.slots.id_of(s), s.request.route);
        s.connection.finish_stream();
    } else {
        request = s.connection.first_line();
        s.connection.remember(request);
    }
    auto response = s.connection.begin_response();
    problem.instance = request.path;
    http::answer(response, problem);
    s.connection.forget_input();
    begin_answer(s, response, true);
}

bool HttpService::send_answer(Slot& s) {
    auto& c = s.connection;
    if (c.has_more_input()) pools_.transport.hold(s.link);
    do {
        const auto piece = c.next_piece();
        if (piece.empty()) break;
        const auto taken = pools_.write(s, piece);
        c.sent(taken);
        if (taken < piece.size()) {
            keep_unsent(s);
            return false;
        }
    } while (c.makes_more_pieces());
    if (c.broken()) {
        pools_.abort(s);
        return false;
    }
    pools_.count_answer(c.status(), s.request.began_us);
    ++s.request.count;
    if (!c.stays_open() || pools_.shutting_down) {
        pools_.close(s);
        return false;
    }
    pools_.return_buffer(s);
    c.finish_request();
    s.moments.since_ms = pools_.clock.short_ms();
    s.request.began_us = pools_.clock.us();
    return true;
}

/// A second buffer is one that no other connection waits for. Without one the requests sent ahead are
/// dropped: the connection ends behind this answer, and the client repeats them (RFC 9112 §9.3.2).
void HttpService::keep_unsent(Slot& s) {
    auto& c = s.connection;
    if (!c.keep_unsent()) {
        if (char* const second = pools_.buffers.borrow_spare()) {
            c.keep_unsent_in(second);
            pools_.note_buffers();
        } else {
            c.drop_requests_ahead();
            (void)c.keep_unsent();  // an answer alone always fits
        }
    }
    pools_.return_buffer(s);
}

void HttpService::update_date() {
    const auto now_s = unix_time_s_ != nullptr ? unix_time_s_() : 0;
    if (now_s == date_s_) return;
    date_s_ = now_s;
    std::array<char, 32> memory;
    TextWriter out(memory);
    if (now_s > 0) http::write_date(out, now_s);
    date_ = cut(out.view());
}

}  // namespace boardwalk::server
