#include <array>
#include <cassert>

#include "firmware/app/api/gate/access_gate.hpp"
#include "firmware/app/api/gate/conditions.hpp"
#include "firmware/app/api/routes.hpp"
#include "firmware/core/json_members.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app::handle {

namespace {

void answer_settings(const Board& board, http::Response& response, Telling telling) {
    const Settings& settings = board.settings.settings();
    auto json = response.json();
    write(json, settings, telling);
    response.etag = etag_of(settings);
    response.cache_control = "no-cache";
}

void fill_stored(void* context, http::Response& response) {
    const Board& board = *static_cast<Board*>(context);
    answer_settings(board, response, board.telling({.kind = Caller::Kind::session, .role = Role::owner}));
    response.cache_control = "no-store";
}

void fill_not_stored(void*, http::Response& response) {
    answer_refusal(response, Refusal::settings_not_stored, protocol::paths::settings);
}

void fill_overdue(void*, http::Response& response) {
    answer_refusal(response, Refusal::settings_stuck, protocol::paths::settings);
}

void saved(void* context, FileWriter::Outcome outcome) {
    using Outcome = FileWriter::Outcome;
    Board& board = *static_cast<Board*>(context);
    if (outcome == Outcome::stored || outcome == Outcome::stored_late) {
        const Settings& settings = board.settings.settings();
        board.telemetry.set_period(settings.telemetry_period_ms, board.platform.now_ms());
        board.log.write_repeated(Notice::settings, 0, LogLevel::info,
                                 {"settings changed; the board's name is \"", settings.name, "\""});
        if (board.portal() != nullptr) board.wifi->join(settings.wifi);
    }
    switch (outcome) {
        case Outcome::stored: board.outlet->answer_later(board.settings_client, fill_stored, &board); break;
        case Outcome::failed:
            board.outlet->answer_later(board.settings_client, fill_not_stored, &board);
            break;
        case Outcome::overdue: board.outlet->answer_later(board.settings_client, fill_overdue, &board); break;
        case Outcome::stored_late:
        case Outcome::failed_late: break;  // its client was told
    }
    board.pass_files_on();
}

}  // namespace

bool settings(Board& board, const Exchange& exchange) {
    answer_settings(board, exchange.response, board.telling(know_caller(board, exchange.request)));
    return true;
}

namespace {

bool refuse_wifi(const Exchange& exchange) {
    auto problem = problem_of(Refusal::wifi_without_radio);
    problem.pointer = "/wifi";
    return refuse(exchange, problem);
}

bool refuse_too_large(const Exchange& exchange) { return refuse(exchange, Refusal::settings_too_large); }

/// `decode` reads the body; `patch_of` says what of it is the change, `incoming_of` where members of another
/// version may stand.
template <class Decode, class PatchOf, class IncomingOf>
bool change(Board& board, const Exchange& exchange, Decode decode, PatchOf patch_of, IncomingOf incoming_of) {
    // Preconditions come before the checks of the method itself (RFC 9110 §13.2.1).
    if (const auto answered = wait_for_files(board, exchange)) return *answered;
    const Settings& old = board.settings.settings();
    if (preconditions_fail(exchange.request, etag_of(old))) {
        return refuse(exchange, Refusal::stale_settings);
    }
    const auto sent = decode(exchange.request.body);
    if (!sent) return refuse(exchange, sent.error());
    const protocol::SettingsPatch& patch = patch_of(sent.value());
    const bool touches_wifi = patch.wifi_ssid || patch.wifi_password;
    if (touches_wifi && board.portal() == nullptr) return refuse_wifi(exchange);
    board.settings_client = exchange.slot;
    switch (board.settings.save(old.patched(patch), incoming_of(exchange.request.body), saved, &board)) {
        case SettingsStore::Saving::started: return false;
        case SettingsStore::Saving::unchanged:
            if (touches_wifi) board.wifi->join(old.wifi);  // told again: tried again
            return settings(board, exchange);
        case SettingsStore::Saving::no_worker: return refuse_busy(exchange);
        case SettingsStore::Saving::too_large: return refuse_too_large(exchange);
    }
    return false;
}

/// The text of `settings` in a backup.
std::string_view settings_in(std::string_view backup) {
    JsonMembers members(backup);
    for (JsonMembers::Member member; members.next(member);) {
        if (member.name == "settings") return member.value;
    }
    return {};
}

// The cursor of a backup's answer: of which settings it is, and how much of it was written.
constexpr std::size_t revision = 0, written = 1;

/// Composed anew for each piece: it may be longer than what is free beside a request.
bool next_of_backup(void* context, http::BodyProducer::Cursor& cursor, TextWriter& out) {
    const SettingsStore& store = *static_cast<const SettingsStore*>(context);
    if (store.revision() != cursor[revision]) return false;  // halves of two are none: the answer breaks off
    std::array<char, limits::json_body_bytes_max> memory;
    TextWriter document(memory);
    JsonWriter json(document);
    store.write_backup(json);
    assert(!document.overflowed());
    const auto piece = document.view().substr(static_cast<std::size_t>(cursor[written]), out.room());
    out.append(piece);
    cursor[written] += piece.size();
    return cursor[written] == document.size();
}

}  // namespace

bool change_settings(Board& board, const Exchange& exchange) {
    return change(
        board, exchange, protocol::decode_settings_patch,
        [](const auto& patch) -> const auto& { return patch; },
        [](std::string_view) { return std::string_view{}; });
}

bool backup_settings(Board& board, const Exchange& exchange) {
    exchange.response.content_type = "application/json";
    exchange.response.producer = {
        .next = next_of_backup, .context = &board.settings, .cursor = {board.settings.revision(), 0}};
    return true;
}

/// A backup holds all there is but the Wi-Fi network and members with secrets, which stay as they are.
bool restore_settings(Board& board, const Exchange& exchange) {
    return change(
        board, exchange, protocol::decode_settings_backup,
        [](const auto& backup) -> const auto& { return backup.settings; }, settings_in);
}

}  // namespace boardwalk::app::handle
