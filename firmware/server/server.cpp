#include "firmware/server/server.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace boardwalk::server {
namespace {

constexpr std::uint32_t timer_period_ms = 50;
/// While the lobby is full: the next one that may go is looked for this often.
constexpr std::uint32_t full_period_ms = 10;
constexpr std::uint32_t idle_poll_ms_max = 1'000;
/// A client that sends many requests ahead lets others have their turn after this many; a WebSocket after as
/// many steps, each of which reads a buffer full or deals with one frame.
constexpr int requests_in_a_row_max = 16;
constexpr int websocket_steps_in_a_row_max = 64;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Server::Server(transport::Transport& transport, Application& application, const Options& options)
    : transport_(transport),
      application_(application),
      unix_time_s_(options.unix_time_s),
      connections_(options.connections),
      link_count_(static_cast<Link>(links_for(options))),
      full_link_count_(static_cast<Link>(link_count_ - options.handshake_places)),
      websocket_max_(std::min(limits::websocket_max, std::max<std::size_t>(1, options.connections / 2))),
      slots_(std::make_unique<Slot[]>(connections_)),
      links_(std::make_unique<LinkRecord[]>(link_count_)),
      buffers_(options.buffers),
      slot_line_(link_count_),
      buffer_line_(connections_),
      now_us_(transport.now_us()),
      now_ms_(now_us_ / 1'000) {
    wake_ms_ = busy_ms_ = now_ms();
    second_ends_us_ = now_us_ + second_us;
    update_date();
}

Server::~Server() {
    for (auto& s : slots()) {
        if (s.connection.has_buffer()) buffers_.give_back(s.connection.return_buffer());
    }
}

std::uint64_t Server::due_ms() const {
    const auto period_ms = open_links_ >= full_link_count_ ? full_period_ms : timer_period_ms;
    return std::min(now_ms() + (open_links_ > 0 ? period_ms : idle_poll_ms_max), wake_ms_);
}

void Server::look_at_clock() {
    now_us_ = transport_.now_us();
    // A chip divides 32 bits in one instruction, and 64 in a hundred.
    const auto passed_us = now_us_ - now_ms_ * 1'000;
    const bool short_time = passed_us <= std::numeric_limits<std::uint32_t>::max();
    now_ms_ = short_time ? now_ms_ + static_cast<std::uint32_t>(passed_us) / 1'000 : now_us_ / 1'000;
    if (turn_us_ == 0) turn_us_ = now_us_;
    if (now_us_ >= second_ends_us_) begin_second();
}

void Server::turn() {
    const auto until = due_ms();
    slots_of_turn_ = slots_taken_;
    turn_us_ = 0;
    transport_.poll(*this, static_cast<std::uint32_t>(until > now_ms() ? until - now_ms() : 0));
    look_at_clock();
    if (again_) {
        again_ = false;
        for (auto& s : slots()) {
            if (std::exchange(s.again, false)) serve(s);
        }
    }
    note_contention();
    grant_buffers();
    admit_waiting();
    keep_lobby_open();
    if (now_ms() >= timers_ms_ + timer_period_ms) run_timers();
    const auto wish_ms = application_.on_turn(now_ms());
    // Timers and newcomers may have set free what somebody waits for.
    const bool line_moves =
        (!buffer_line_.empty() && !buffers_.exhausted()) || (!slot_line_.empty() && free_slot() != nullptr);
    wake_ms_ = again_ || line_moves ? 0 : wish_ms;
}

void Server::serve(Slot& s) {
    go_on(s);
    note_busy(s);
}

/// As far as it goes without an event.
void Server::go_on(Slot& s) {
    const auto served_before = s.requests;
    int websocket_steps = 0;
    while (true) {
        switch (s.connection.state()) {
            case State::idle:
            case State::head:
            case State::body:
                if (s.requests - served_before >= requests_in_a_row_max && s.connection.has_buffer()) {
                    s.again = again_ = true;
                    return;
                }
                if (!take_input(s)) return;
                break;
            case State::sending:
                if (!send_answer(s)) return;
                break;
            case State::websocket:
                if (++websocket_steps > websocket_steps_in_a_row_max) {
                    s.again = again_ = true;
                    return;
                }
                if (!serve_websocket(s)) return;
                break;
            case State::working:
            case State::free: return;
        }
    }
}

/// Goes one step with what has come in, and reads when that is not enough. False: nothing to do until an
/// event.
bool Server::take_input(Slot& s) {
    auto& c = s.connection;
    if (!c.has_buffer()) {
        if (!s.more && s.peer_finished) {
            close(s);
            return false;
        }
        if (!s.more || !borrow_buffer(s)) return false;
    }
    if (c.state() == State::idle) return read_more(s);
    http::Request request;
    http::ParseError error{};
    switch (c.advance(request, error)) {
        case connection::Connection::Progress::need_input: return read_more(s);
        case connection::Connection::Progress::head: take_head(s, request); return true;
        case connection::Connection::Progress::request: take_request(s); return true;
        case connection::Connection::Progress::piece: hand_over_piece(s); return true;
        case connection::Connection::Progress::error: fail(s, http::problem_of(error)); return true;
    }
    return false;
}

bool Server::read_more(Slot& s) {
    auto& c = s.connection;
    if (s.more) {
        const auto room = c.input_room();
        const auto received = transport_.read(s.link, room);
        s.more = received.bytes == room.size() && !received.end;
        s.peer_finished |= received.end;
        if (received.bytes > 0) {
            if (c.state() == State::body) s.body_bytes += static_cast<std::uint32_t>(received.bytes);
            c.received(received.bytes);
            counters_.bytes_received_total += received.bytes;
            s.progress_ms = now_ms();
            return true;
        }
    }
    if (s.peer_finished) {  // an unfinished request will never be finished
        close(s);
        return false;
    }
    return_buffer(s);
    return false;
}

void Server::take_head(Slot& s, const http::Request& request) {
    auto& c = s.connection;
    auto response = c.begin_response();
    Admission admission{.peer_is_loopback = transport_.peer_is_loopback(s.link)};
    switch (application_.on_head(request, response, admission)) {
        case Verdict::answer: c.remember(request); return answer(s, response);
        case Verdict::accept_websocket:
            c.remember(request);
            return open_websocket(s, request, response, admission);
        case Verdict::stream_body:
            s.route = admission.route;
            c.stream_body(request);
            return expect_body(s, request);
        case Verdict::proceed: break;
    }
    s.route = admission.route;
    if (request.framing == http::Framing::none) {
        c.remember(request);
        return handle(s, request, response);
    }
    const auto error = c.expect_body(request, admission.body_bytes_max);
    if (error != http::ParseError::none) return fail(s, http::problem_of(error));
    expect_body(s, request);
}

void Server::expect_body(Slot& s, const http::Request& request) {
    begin_window(s, s.since_ms);  // the time in line for a buffer is a time to arrive, too
    if (request.expect_continue && s.connection.body_is_awaited()) send_continue(s);
}

/// RFC 9110 §10.1.1. A client that has much to acknowledge yet is left to send its body unasked.
void Server::send_continue(Slot& s) {
    if (!transport_.takes_message(s.link)) return;
    const auto taken = transport_.write(s.link, continue_line, transport::Lifetime::fixed, false);
    counters_.bytes_sent_total += taken;
    if (taken < continue_line.size()) abort(s);
}

void Server::hand_over_piece(Slot& s) {
    auto& c = s.connection;
    c.start_work();
    const auto id = id_of(s);
    const bool last = c.piece_is_last();
    if (!application_.on_body(id, s.route, c.piece(), last)) return;
    assert(!last);  // it is answered
    c.take_piece();
}

void Server::resume_body(SlotId id) {
    auto* s = find(id);
    if (s == nullptr || s->connection.state() != State::working) return;
    if (s->abandoned) return release(*s);
    s->connection.take_piece();
    s->progress_ms = now_ms();
    serve(*s);
}

void Server::abandon_body(SlotId id, std::string_view unavailable) {
    auto* s = find(id);
    if (s == nullptr || s->connection.state() != State::working) return;
    if (!s->connection.streams_body() || s->abandoned) return;
    s->abandoned = true;
    const auto taken = transport_.write(s->link, unavailable, transport::Lifetime::fixed, false);
    counters_.bytes_sent_total += taken;
    const bool whole = taken == unavailable.size();
    if (whole) count_answer(503, s->request_began_us);
    part_from(s->link, whole ? Ending::finished : Ending::aborted);
    if (whole) transport_.close(s->link);
    else transport_.abort(s->link);
}

void Server::take_request(Slot& s) {
    auto& c = s.connection;
    const auto request = c.request();
    auto response = c.begin_response();
    handle(s, request, response);
}

void Server::handle(Slot& s, const http::Request& request, http::Response& response) {
    s.connection.start_work();
    if (application_.on_request(id_of(s), s.route, request, response)) answer(s, response);
}

void Server::answer(Slot& s, http::Response& response) {
    // Requests sent ahead without an end would keep the buffer for as long.
    const bool keeps_buffer =
        s.connection.has_more_input() && now_ms() - s.buffer_since_ms >= limits::head_grace_ms;
    const bool slots_are_wanted = contention_.present() && contention_.slot_is_wanted(now_ms());
    const bool others_wait = slots_are_wanted || (keeps_buffer && !buffer_line_.empty());
    // Whatever came before the peer's end is answered first.
    const bool last_request = s.peer_finished && !s.connection.has_more_input();
    const bool must_close = shutting_down_ || last_request || others_wait;
    s.connection.answer(response, date_, must_close);
    s.progress_ms = now_ms();
    begin_window(s, now_ms());
}

/// Answers what cannot be dealt with, so far as its first line tells how, and closes. Of a streamed body the
/// head is gone.
void Server::fail(Slot& s, http::Problem problem) {
    http::Request request;
    if (s.connection.streams_body()) {
        application_.on_body_lost(id_of(s), s.route);
        s.connection.finish_stream();
    } else {
        request = s.connection.first_line();
    }
    auto response = s.connection.begin_response();
    problem.instance = request.path;
    http::answer(response, problem);
    s.connection.remember(request);
    s.connection.forget_input();
    s.connection.answer(response, date_, true);
    s.progress_ms = now_ms();
    begin_window(s, now_ms());
}

void Server::answer_later(SlotId id, Fill fill, void* context) {
    auto* s = find(id);
    if (s == nullptr || s->connection.state() != State::working) return;
    if (s->connection.streams_body()) s->connection.finish_stream();
    if (s->abandoned) return release(*s);
    auto response = s->connection.begin_response();
    fill(context, response);
    answer(*s, response);
    serve(*s);
}

/// It waits in its buffer, whole.
void Server::repeat_request(SlotId id) {
    auto* s = find(id);
    if (s == nullptr || s->connection.state() != State::working || s->connection.streams_body()) return;
    const auto request = s->connection.request();
    auto response = s->connection.begin_response();
    if (!application_.on_request(id, s->route, request, response)) return;
    answer(*s, response);
    serve(*s);
}

/// True: the answer is out, and the connection is ready for its next request.
bool Server::send_answer(Slot& s) {
    auto& c = s.connection;
    for (auto piece = c.next_piece(); !piece.bytes.empty(); piece = c.next_piece()) {
        const auto lifetime = piece.fixed ? transport::Lifetime::fixed : transport::Lifetime::copied;
        const auto taken = transport_.write(s.link, piece.bytes, lifetime, piece.more);
        c.sent(taken);
        s.sent_bytes += static_cast<std::uint32_t>(taken);
        counters_.bytes_sent_total += taken;
        if (taken > 0) s.progress_ms = now_ms();
        if (taken < piece.bytes.size()) {
            c.hold();
            return_buffer(s);
            return false;
        }
    }
    if (c.broken()) {
        abort(s);
        return false;
    }
    count_answer(c.status(), s.request_began_us);
    ++s.requests;
    if (!c.stays_open() || shutting_down_) {
        close(s);
        return false;
    }
    c.finish_request();
    s.since_ms = now_ms();
    s.request_began_us = now_us_;
    return_buffer(s);
    return true;
}

void Server::count_status(std::uint16_t status) {
    ++counters_.requests_total;
    const auto* known = std::find(counted_statuses.begin(), counted_statuses.end(), status);
    ++counters_.by_status[static_cast<std::size_t>(known - counted_statuses.begin())];
}

void Server::count_answer(std::uint16_t status, std::uint64_t began_us) {
    count_status(status);
    answered_us_ = transport_.now_us();
    counters_.durations.add(answered_us_ > began_us ? answered_us_ - began_us : 0);
}

Server::Slot* Server::find(SlotId id) {
    if (id.slot >= connections_) return nullptr;
    auto& s = slots_[id.slot];
    return !s.free() && s.generation == id.generation ? &s : nullptr;
}

void Server::shut_down() {
    shutting_down_ = true;
    transport_.stop_listening();
    for (auto& s : slots()) {
        if (s.connection.state() == State::websocket) close_websocket(s, websocket::CloseCode::going_away);
        else if (s.connection.state() == State::idle || s.connection.state() == State::head) close(s);
    }
    for (Link link = 0; link < link_count_; ++link) {
        if (links_[link].stage != Stage::lobby) continue;
        part_from(link, Ending::finished);
        transport_.close(link);
    }
}

}  // namespace boardwalk::server
