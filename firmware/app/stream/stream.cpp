#include "firmware/app/stream/stream.hpp"

#include <algorithm>
#include <limits>

#include "firmware/app/api/diagnostics.hpp"
#include "firmware/app/api/gate/access_gate.hpp"
#include "firmware/app/api/pieces.hpp"
#include "firmware/app/problems.hpp"

namespace boardwalk::app {

namespace {

using protocol::Topic;

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint16_t try_again_later = 1013;  // RFC 6455 §7.4.2, IANA's registry
constexpr std::uint16_t signed_out = 4401;       // the API's own: as 401

void begin_reply(JsonWriter& json, std::optional<std::uint64_t> id) {
    json.begin_object().key("id");
    if (id) {
        json.integer(*id);
    } else {
        json.null();
    }
}

}  // namespace

Stream::Session* Stream::find(server::SlotId slot) {
    for (Session& session : sessions_) {
        if (session.open && session.slot == slot) return &session;
    }
    return nullptr;
}

void Stream::open(server::SlotId slot, const Caller& caller) {
    for (Session& session : sessions_) {
        if (session.open) continue;
        session = {.open = true, .slot = slot, .caller = caller};
        ++open_count_;
        return;
    }
    board_.outlet->close_websocket(slot, try_again_later);  // the server's own cap is no higher
}

void Stream::close(server::SlotId slot) {
    Session* session = find(slot);
    if (session == nullptr) return;
    session->open = false;
    --open_count_;
}

bool Stream::is_stale(const Session& session) const {
    if (session.caller.is_signed_in()) return !board_.owner.role_of(session.caller);
    return open_access(board_) < router::Access::viewer;
}

void Stream::end_stale() {
    owner_revision_ = board_.owner.revision();
    settings_revision_ = board_.settings.revision();
    stale_due_ms_ = never;
    for (Session& session : sessions_) {
        if (!session.open) continue;
        if (is_stale(session)) end(session);
        else if (session.caller.kind == Caller::Kind::session)
            stale_due_ms_ = board_.platform.now_ms() + limits::stale_check_ms;
    }
}

void Stream::end(Session& session) {
    const auto slot = session.slot;
    close(slot);
    board_.outlet->close_websocket(slot, signed_out);
}

// --- what clients ask ------------------------------------------------------------------------------------

void Stream::receive(server::SlotId slot, std::string_view text) {
    Session* session = find(slot);
    if (session == nullptr) return;
    if (session->caller.kind == Caller::Kind::session)
        (void)board_.owner.sessions().use(session->caller.number, board_.platform.now_ms());
    if (is_stale(*session)) return end(*session);
    const auto [id, request] = protocol::decode_stream_request(text);
    if (!request) {
        answer_error(*session, id, problem_of(request.error()));
        return;
    }
    const auto& call = request.value().call;
    if (const auto* topics = std::get_if<protocol::Subscribe>(&call))
        subscribe(*session, request.value().id, *topics);
    if (const auto* output = std::get_if<protocol::OutputSet>(&call))
        set_output(*session, request.value().id, *output);
    if (std::holds_alternative<protocol::Ping>(call)) answer_empty(*session, request.value().id);
}

bool Stream::refuse(const Session& session, std::uint64_t id, router::Access wanted) {
    std::array<char, 96> memory;
    const auto problem = refusal_of(board_, session.caller, wanted, TextWriter(memory));
    if (problem) answer_error(session, id, *problem);
    return problem.has_value();
}

void Stream::subscribe(Session& session, std::uint64_t id, const protocol::Subscribe& wanted) {
    if (wanted.topics.contains(Topic::log) && refuse(session, id, router::Access::operator_)) return;
    session.topics = wanted.topics;
    session.state_period_ms = static_cast<std::uint64_t>(1'000 / wanted.max_hz);
    session.state_due_ms = 0;
    session.state_seq = 0;
    session.state_blocked = false;
    session.log_seq = board_.log.newest();
    session.diagnostics_number = 0;
    if (diagnostics_due_ms_ == never) diagnostics_due_ms_ = 0;
    for (std::size_t kind = 0; kind < job_kinds;
         ++kind) {  // a client that subscribes during a job is told of it
        const JobRecord& job = board_.jobs[static_cast<JobKind>(kind)];
        session.job_versions[kind] = job.active() ? 0 : job.version;
    }
    session.settings_revision = 0;
    session.name_revision = 0;
    answer_empty(session, id);
}

void Stream::answer_empty(const Session& session, std::uint64_t id) {
    TextWriter out = message_.payload();
    JsonWriter json(out);
    begin_reply(json, id);
    json.key("result").begin_object().end_object().end_object();
    message_.finish(out.size());
    board_.outlet->send_frame(session.slot, message_.view());
}

void Stream::set_output(Session& session, std::uint64_t id, const protocol::OutputSet& wanted) {
    if (refuse(session, id, router::Access::operator_)) return;
    std::array<char, 200> detail;
    auto outcome = board_.set_output(wanted.id.view(), wanted.value, TextWriter(detail));
    if (outcome.output == nullptr) {
        outcome.problem.pointer = outcome.problem.status == 404 ? "/params/id" : "/params/value";
        answer_error(session, id, outcome.problem);
        return;
    }
    TextWriter out = message_.payload();
    JsonWriter json(out);
    begin_reply(json, id);
    json.key("result");
    write_result(json, board_.model, outcome);
    json.end_object();
    message_.finish(out.size());
    board_.outlet->send_frame(session.slot, message_.view());
}

void Stream::answer_error(const Session& session, std::optional<std::uint64_t> id,
                          const http::Problem& problem) {
    TextWriter out = message_.payload();
    JsonWriter json(out);
    begin_reply(json, id);
    json.key("error");
    http::write(json, problem);
    json.end_object();
    message_.finish(out.size());
    board_.outlet->send_frame(session.slot, message_.view());
}

// --- what clients get --------------------------------------------------------------------------------------

std::uint64_t Stream::pump(std::uint64_t now_ms) {
    if (open_count_ == 0) return never;
    const bool may_have_changed = owner_revision_ != board_.owner.revision() ||
                                  settings_revision_ != board_.settings.revision() || now_ms >= stale_due_ms_;
    if (may_have_changed) end_stale();
    publish(now_ms);
    if (now_ms >= diagnostics_due_ms_) encode_diagnostics(now_ms);
    std::uint64_t wake_ms = stale_due_ms_;
    for (Session& session : sessions_) {
        if (!session.open || session.topics.empty()) continue;
        if (session.topics.contains(Topic::state)) pump_state(session, now_ms);
        if (session.topics.contains(Topic::log)) pump_log(session);
        if (session.topics.contains(Topic::job)) pump_jobs(session);
        if (session.topics.contains(Topic::settings)) pump_settings(session);
        if (session.topics.contains(Topic::info)) pump_info(session);
        if (session.topics.contains(Topic::diagnostics)) {
            pump_diagnostics(session);
            wake_ms = std::min(wake_ms, diagnostics_due_ms_);
        }
        // A blocked subscriber needs no timer: its next TCP acknowledgement wakes the loop.
        const bool waits = session.topics.contains(Topic::state) && session.state_seq != board_.model.seq();
        if (waits && session.state_due_ms > now_ms) wake_ms = std::min(wake_ms, session.state_due_ms);
    }
    return wake_ms;
}

/// The model's state becomes what clients get, as soon as one client can take it: all changes until then are
/// one. A client that has the previously published state gets the delta, a client with an older state gets a
/// snapshot.
void Stream::publish(std::uint64_t now_ms) {
    if (published_seq_ == board_.model.seq()) return;
    const bool taken = std::ranges::any_of(sessions_, [&](const Session& session) {
        return session.open && session.topics.contains(Topic::state) && now_ms >= session.state_due_ms &&
               board_.outlet->websocket_ready(session.slot);
    });
    if (!taken) return;
    for (Session& session : sessions_) {
        if (session.open && session.state_blocked) ++board_.websocket_messages_dropped_total;
        session.state_blocked = false;
    }
    delta_since_ = published_seq_;
    published_seq_ = board_.model.seq();
    const bool wanted = std::ranges::any_of(sessions_, [this](const Session& session) {
        return session.open && session.state_seq == delta_since_ && session.topics.contains(Topic::state);
    });
    delta_usable_ = wanted && board_.model.status_changed_seq() <= delta_since_;
    if (delta_usable_) encode_delta();
}

void Stream::encode_delta() {
    TextWriter out = delta_.payload();
    JsonWriter json(out);
    json.begin_object()
        .member("topic", protocol::to_string(Topic::state))
        .member("seq", published_seq_)
        .member("since", delta_since_)
        .key("time");
    write_time(json, board_.platform.utc_ms());
    json.key("delta").begin_object().key("readings").begin_object();
    for (const Reading& reading : board_.model.readings()) {
        if (reading.changed_seq <= delta_since_) continue;
        json.key(reading.description->id).number(reading.value, reading.description->decimals);
    }
    json.end_object().key("outputs").begin_object();
    for (const Output& output : board_.model.outputs()) {
        if (output.changed_seq <= delta_since_) continue;
        json.key(output.description->id);
        write_value(json, *output.description, output.value);
    }
    json.end_object().end_object().end_object();
    delta_usable_ = !out.overflowed();  // then a snapshot says it
    delta_.finish(out.size());
}

void Stream::pump_state(Session& session, std::uint64_t now_ms) {
    if (session.state_seq == published_seq_ || now_ms < session.state_due_ms) return;
    if (!board_.outlet->websocket_ready(session.slot)) {
        session.state_blocked = true;
        return;
    }
    const bool delta = delta_usable_ && session.state_seq == delta_since_;
    board_.outlet->send_frame(session.slot, delta ? delta_.view() : board_.state().snapshot_frame());
    session.state_seq = published_seq_;
    session.state_due_ms = now_ms + session.state_period_ms;
    session.state_blocked = false;
}

void Stream::pump_log(Session& session) {
    const Log& log = board_.log;
    while (board_.outlet->websocket_ready(session.slot)) {
        const LogLine* line = log.after(session.log_seq);
        if (line == nullptr) return;
        const std::uint64_t lost = line->seq - session.log_seq - 1;
        TextWriter out = message_.payload();
        JsonWriter json(out);
        json.begin_object().member("topic", protocol::to_string(Topic::log));
        if (lost > 0) {
            json.member("gap", lost);
            board_.websocket_messages_dropped_total += lost;
            session.log_seq += lost;
        } else {
            json.key("line");
            write(json, *line);
            session.log_seq = line->seq;
        }
        json.end_object();
        message_.finish(out.size());
        board_.outlet->send_frame(session.slot, message_.view());
    }
}

/// The newest of each job; a client that is slow misses steps on the way, never the end.
void Stream::pump_jobs(Session& session) {
    for (std::size_t kind = 0; kind < job_kinds; ++kind) {
        const JobRecord& job = board_.jobs[static_cast<JobKind>(kind)];
        if (session.job_versions[kind] == job.version || job.id == 0) continue;
        if (!board_.outlet->websocket_ready(session.slot)) return;
        board_.outlet->send_frame(session.slot, board_.jobs.frame(job));
        session.job_versions[kind] = job.version;
    }
}

void Stream::pump_settings(Session& session) {
    if (session.settings_revision == board_.settings.revision()) return;
    if (!board_.outlet->websocket_ready(session.slot)) return;
    TextWriter out = settings_.payload();
    JsonWriter json(out);
    json.begin_object().member("topic", protocol::to_string(Topic::settings)).key("data");
    write(json, board_.settings.settings(), board_.telling(session.caller));
    json.member("etag", etag_of(board_.settings.settings()).view()).end_object();
    settings_.finish(out.size());
    board_.outlet->send_frame(session.slot, settings_.view());
    session.settings_revision = board_.settings.revision();
}

void Stream::pump_info(Session& session) {
    if (session.name_revision == board_.settings.name_revision()) return;
    if (!board_.outlet->websocket_ready(session.slot)) return;
    TextWriter out = message_.payload();
    JsonWriter json(out);
    json.begin_object().member("topic", protocol::to_string(Topic::info)).key("data");
    write_info(json, board_);
    json.end_object();
    message_.finish(out.size());
    board_.outlet->send_frame(session.slot, message_.view());
    session.name_revision = board_.settings.name_revision();
}

void Stream::encode_diagnostics(std::uint64_t now_ms) {
    const bool wanted = std::ranges::any_of(sessions_, [](const Session& session) {
        return session.open && session.topics.contains(Topic::diagnostics);
    });
    if (!wanted) {  // the first subscriber makes it due
        diagnostics_due_ms_ = never;
        return;
    }
    // One each second of the server's: the peaks of every second are told, and told once.
    const auto second_ends_ms = board_.statistics->statistics().second_ends_ms;
    diagnostics_due_ms_ = second_ends_ms > now_ms ? second_ends_ms : now_ms + limits::diagnostics_period_ms;
    for (const Session& session : sessions_) {
        const bool missed =
            session.diagnostics_number != 0 && session.diagnostics_number != diagnostics_number_;
        if (session.open && session.topics.contains(Topic::diagnostics) && missed) {
            ++board_.websocket_messages_dropped_total;
        }
    }
    ++diagnostics_number_;
    TextWriter out = diagnostics_.payload();
    out.append(R"({"topic":"diagnostics","data":)");
    // As many slots as fit one message, with both ends.
    http::BodyProducer::Cursor cursor = {0, 0, diagnostics_end.size() + 1};
    if (!write_diagnostics(board_, cursor, out)) out.append(diagnostics_end);
    out.append('}');
    diagnostics_.finish(out.size());
}

void Stream::pump_diagnostics(Session& session) {
    if (session.diagnostics_number == diagnostics_number_) return;
    if (!board_.outlet->websocket_ready(session.slot)) return;
    board_.outlet->send_frame(session.slot, diagnostics_.view());
    session.diagnostics_number = diagnostics_number_;
}

}  // namespace boardwalk::app
