#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/http/problem.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app {

/// Every reason for which the application refuses a request or a job fails. One code may have several: its
/// detail says which. What is wrong with a message's framing or head is `http::ParseError`.
enum class Refusal : std::uint8_t {
    // any route
    not_found,
    method_not_allowed,
    unknown_host,
    foreign_origin,
    unclaimed,
    sign_in,
    role,
    body_unexpected,
    body_too_large,
    wants_empty_object,
    wants_json,
    wants_octets,
    unsupported_coding,
    bad_json,
    invalid,
    unknown_method,
    // assets
    coding_refused,
    range_not_satisfiable,
    stale_version,
    no_openapi,
    no_contact,
    // readings and outputs
    starting,
    no_series,
    unknown_series,
    bad_since_ms,
    bad_since_line,
    unknown_output,
    unknown_output_id,
    stale_state,
    // settings
    stale_settings,
    settings_too_large,
    settings_busy,
    settings_not_stored,
    settings_stuck,
    wifi_without_radio,
    // the claim, people and tokens
    wrong_code,
    claim_closed,
    claimed,
    wrong_proof,
    too_many_tries,
    sign_ins_busy,
    unknown_user,
    last_owner,
    people_full,
    other_user,
    unknown_token,
    tokens_full,
    token_taken,
    accounts_not_stored,
    accounts_stuck,
    // Wi-Fi
    joins_no_network,
    no_radio,
    radio_failed,
    // jobs
    unknown_job,
    workers_busy,
    // restart and firmware
    cannot_restart,
    restarting,
    upload_before_restart,
    no_update,
    upload_under_way,
    on_trial,
    image_too_large,
    wrong_length,
    bad_digest,
    digest_mismatch,
    not_an_image,
    unknown_layout,
    wrong_model,
    payload_corrupt,
    not_executable,
    truncated,
    image_not_stored,
    image_storage_stuck,
};
inline constexpr auto last_refusal = Refusal::image_storage_stuck;

/// The one table from reason to status, code and detail; the title is the status's. The detail is empty where
/// it is made for the request.
[[nodiscard]] http::Problem problem_of(Refusal);
/// The same with a detail, and the JSON Pointer of the member at fault. Both views must outlive the problem.
[[nodiscard]] http::Problem problem_of(Refusal, std::string_view detail, std::string_view pointer = {});
/// Makes it the answer to a request for `path`.
void answer_refusal(http::Response&, Refusal, std::string_view path);
/// What is wrong with a body or a message of a client's. Its views point into the error.
[[nodiscard]] http::Problem problem_of(const protocol::DecodeError&);

}  // namespace boardwalk::app
