#include "firmware/app/problems.hpp"

#include <array>
#include <cstddef>

#include "firmware/http/problem_table.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::app {
namespace {

using Row = http::ProblemRow<Refusal>;

using enum Refusal;

constexpr std::array rows = {
    Row{not_found, 404, "not_found", "There is nothing at this path."},
    Row{method_not_allowed, 405, "method_not_allowed", "Allow tells what this path takes."},
    Row{unknown_host, 421, "unknown_host", ""},
    Row{foreign_origin, 403, "foreign_origin", ""},
    Row{unclaimed, 403, "unclaimed",
        "This board has no owner yet: claim it on its page with the set-up code first."},
    Row{sign_in, 401, "sign_in", "Sign in first, or send a token of this board."},
    Row{role, 403, "role", ""},
    Row{body_unexpected, 413, "body_unexpected", "This request takes no body."},
    Row{body_too_large, 413, "body_too_large", "2048 bytes are the most."},
    Row{wants_empty_object, 415, "unsupported_media_type",
        "This request takes no body, or {} as application/json."},
    Row{wants_json, 415, "unsupported_media_type",
        "application/json or application/merge-patch+json is taken."},
    Row{wants_octets, 415, "unsupported_media_type", "application/octet-stream without a coding is taken."},
    Row{unsupported_coding, 415, "unsupported_coding", "Send the body without a coding."},
    Row{bad_json, 400, "bad_json", ""},
    Row{invalid, 422, "invalid", ""},
    Row{unknown_method, 422, "unknown_method", ""},

    Row{coding_refused, 406, "coding_refused", "This is stored as gzip only: accept gzip."},
    Row{range_not_satisfiable, 416, "range_not_satisfiable", "The range begins behind the end."},
    Row{stale_version, 412, "stale", "If-Match names another version."},
    Row{no_openapi, 404, "not_found", "This image carries no such document."},
    Row{no_contact, 404, "not_found", "Who built this image names no contact."},

    Row{starting, 503, "starting", "The first sample is still to come."},
    Row{no_series, 422, "invalid", "The query has no series=ID."},
    Row{unknown_series, 404, "unknown_series", "No reading has this id."},
    Row{bad_since_ms, 422, "invalid", "since takes an uptime in whole milliseconds."},
    Row{bad_since_line, 422, "invalid", "since takes the number of a line."},
    Row{unknown_output, 404, "unknown_output", "No output has this id."},
    Row{unknown_output_id, 404, "unknown_output", "This board has no output of that id."},
    Row{stale_state, 412, "stale", "The state is no longer the one that the request names."},

    Row{stale_settings, 412, "stale", "The settings changed since they were read: read them again."},
    Row{settings_too_large, 422, "too_large",
        "With what is kept for another version, the settings would be longer than the 1920 bytes that a "
        "board stores."},
    Row{settings_busy, 503, "busy", "Other changes are being stored: try again in a second."},
    Row{settings_not_stored, 500, "storage_failed", "The settings could not be stored; the old ones hold."},
    Row{settings_stuck, 503, "storage_stuck",
        "The storage has not answered for 10 s: the change may still be stored."},
    Row{wifi_without_radio, 422, "invalid", "This board joins no network by itself."},

    Row{wrong_code, 403, "wrong_code", "This is not the board's set-up code."},
    Row{claim_closed, 403, "claim_closed",
        "The time or the tries for the set-up code are used up: start the board again, or press its button."},
    Row{claimed, 409, "claimed", "This board has an owner already."},
    Row{wrong_proof, 401, "wrong_proof",
        "The name or the password is wrong, or it took too long: try again."},
    Row{too_many_tries, 429, "too_many_tries",
        "Too many wrong passwords: wait for as long as Retry-After says."},
    Row{sign_ins_busy, 503, "busy", "Too many sign-ins at once: try again in a few seconds."},
    Row{unknown_user, 404, "unknown_user", "Nobody of this name may sign in."},
    Row{last_owner, 409, "last_owner", "A board keeps at least one owner."},
    Row{people_full, 409, "full", "4 people are the most."},
    Row{other_user, 403, "role", "Only an owner may change other people, or what they may do."},
    Row{unknown_token, 404, "unknown_token", "There is no token of this id."},
    Row{tokens_full, 409, "full", "4 tokens are the most: remove one first."},
    Row{token_taken, 409, "token_taken", "There is such a token already."},
    Row{accounts_not_stored, 500, "storage_failed", "The change could not be stored; all is as it was."},
    Row{accounts_stuck, 503, "storage_stuck",
        "The storage has not answered for 10 s: the change may still be stored."},

    Row{joins_no_network, 501, "not_supported", "This board joins no network by itself."},
    Row{no_radio, 501, "not_supported", "This board has no radio."},
    Row{radio_failed, 503, "radio_failed", "The radio could not scan: try again."},

    Row{unknown_job, 404, "unknown_job", "There is no such job, or a later one of its kind took its place."},
    Row{workers_busy, 503, "busy", "The board's workers are busy: try again in a second."},

    Row{cannot_restart, 501, "not_supported", "This board cannot restart itself."},
    Row{restarting, 409, "restarting", "The board is about to restart."},
    Row{upload_before_restart, 409, "update_in_progress", "A firmware upload is under way."},
    Row{no_update, 501, "not_supported", "This board's firmware cannot be replaced over the network."},
    Row{upload_under_way, 409, "update_in_progress", "Another upload is under way."},
    Row{on_trial, 409, "on_trial", "The running firmware has not confirmed itself yet: try again soon."},
    Row{image_too_large, 413, "image_too_large", "The image is larger than this board's slot."},
    Row{wrong_length, 422, "wrong_length",
        "The body must be the header and as many bytes as that says, no more and no fewer."},
    Row{bad_digest, 400, "bad_digest", "Content-Digest takes sha-256=:BASE64: (RFC 9530)."},
    Row{digest_mismatch, 400, "digest_mismatch", "The body is not what Content-Digest says."},
    Row{not_an_image, 422, "not_an_image", "This is no Boardwalk image: boardwalk-pack makes one."},
    Row{unknown_layout, 422, "unknown_layout",
        "The image's header holds more than this firmware understands."},
    Row{wrong_model, 422, "wrong_model", "The image is for another model of board."},
    Row{payload_corrupt, 422, "payload_corrupt", "The payload is not what the header says."},
    Row{not_executable, 422, "not_executable", ""},
    Row{truncated, 400, "truncated", "The upload ended early; the old firmware stays."},
    Row{image_not_stored, 500, "storage_failed", "The image could not be stored; the old one stays."},
    Row{image_storage_stuck, 503, "storage_stuck",
        "The storage has not answered for 10 s; the old firmware stays."},
};
static_assert(limits::people_max == 4 && limits::tokens_max == 4 && limits::json_body_bytes_max == 2048 &&
                  limits::settings_bytes_max == 1920 && limits::job_ms_max == 10'000,
              "texts say them");

static_assert(http::is_whole(rows, last_refusal), "one row for each Refusal, in its order");

constexpr Refusal reason_of(protocol::DecodeError::Kind kind) {
    switch (kind) {
        case protocol::DecodeError::Kind::bad_json: return bad_json;
        case protocol::DecodeError::Kind::unknown_method: return unknown_method;
        case protocol::DecodeError::Kind::invalid: break;
    }
    return invalid;
}

}  // namespace

http::Problem problem_of(Refusal reason) { return rows[static_cast<std::size_t>(reason)].problem(); }

http::Problem problem_of(Refusal reason, std::string_view detail, std::string_view pointer) {
    auto problem = problem_of(reason);
    problem.detail = detail;
    problem.pointer = pointer;
    return problem;
}

void answer_refusal(http::Response& response, Refusal reason, std::string_view path) {
    auto problem = problem_of(reason);
    problem.instance = path;
    http::answer(response, problem);
}

http::Problem problem_of(const protocol::DecodeError& error) {
    return problem_of(reason_of(error.kind), error.detail.view(), error.pointer.view());
}

}  // namespace boardwalk::app
