#include "firmware/app/routes.hpp"
#include "shared/names.hpp"

namespace boardwalk::app::handle {

namespace {

constexpr http::Problem restart_under_way = {
    .status = 409, .code = "restarting", .detail = "The board is about to restart."};

bool refuse_update(const Exchange& exchange) {
    return refuse(exchange, {.status = 501,
                             .code = "not_supported",
                             .detail = "This board's firmware cannot be replaced over the network."});
}

bool answer_job(Board& board, const Exchange& exchange, const JobRecord& job, std::uint16_t status) {
    exchange.response.status = status;
    exchange.response.content_type = protocol::media_types::json;
    exchange.response.fixed = board.jobs.document(job);
    exchange.response.fixed_is_static = false;
    return true;
}

}  // namespace

bool job(Board& board, const Exchange& exchange) {
    const JobRecord* found = board.jobs.find(exchange.parameters[0]);
    if (found != nullptr) return answer_job(board, exchange, *found, 200);
    return refuse(exchange, {.status = 404,
                             .code = "unknown_job",
                             .detail = "There is no such job, or a later one of its kind took its place."});
}

bool scan_wifi(Board& board, const Exchange& exchange) {
    if (!board.wifi_scan.possible()) {
        return refuse(exchange,
                      {.status = 501, .code = "not_supported", .detail = "This board has no radio."});
    }
    if (!board.wifi_scan.start()) {
        exchange.response.retry_after_s = 1;
        return refuse(exchange, {.status = 503,
                                 .code = "busy",
                                 .detail = "The board's workers are busy: try again in a second."});
    }
    const JobRecord& started = board.jobs[JobKind::wifi_scan];
    std::array<char, 64> path;
    TextWriter location(path);
    location.append(protocol::paths::jobs);
    location.append('/');
    location.append_number(started.id);
    exchange.response.location = FixedString<64>(location.view());
    return answer_job(board, exchange, started, 202);
}

bool firmware(Board& board, const Exchange& exchange) {
    auto json = exchange.response.json();
    json.begin_object()
        .member("version", std::string_view(BOARDWALK_VERSION))
        .member("model", board.model_name)
        .member("slot", board.update.running_slot())
        .member("state", std::string_view(board.update.on_trial() ? "trial" : "confirmed"))
        .key("stored");
    if (const auto& stored = board.update.stored()) {
        json.begin_object()
            .member("version", stored->version.view())
            .member("slot", stored->slot)
            .member("size_bytes", stored->payload_bytes)
            .end_object();
    } else {
        json.null();
    }
    json.end_object();
    return true;
}

bool discard_firmware(Board& board, const Exchange& exchange) {
    if (!board.update.possible()) return refuse_update(exchange);
    if (board.restarting) return refuse(exchange, restart_under_way);
    const auto problem = board.update.discard(*board.outlet, exchange.slot);
    if (!problem) return false;
    if (problem->status == 503) exchange.response.retry_after_s = 1;
    exchange.response.status = problem->status;
    return problem->status == 204 || refuse(exchange, *problem);
}

/// With the head alone: the body goes to `Update`.
bool upload_firmware(Board& board, const Exchange& exchange) {
    if (!board.update.possible()) return refuse_update(exchange);
    if (board.restarting) return refuse(exchange, restart_under_way);
    const auto problem = board.update.begin(exchange.request);
    return problem && refuse(exchange, *problem);
}

bool restart(Board& board, const Exchange& exchange) {
    if (board.update.active()) {
        return refuse(
            exchange,
            {.status = 409, .code = "update_in_progress", .detail = "A firmware upload is under way."});
    }
    if (!board.platform.restart()) {
        return refuse(
            exchange,
            {.status = 501, .code = "not_supported", .detail = "This board cannot restart itself."});
    }
    board.restarting = true;
    board.log.write(LogLevel::info, {"restarting, as a client asked"});
    exchange.response.json(202).begin_object().member("boot_id", board.identity.boot_id.view()).end_object();
    exchange.response.close = true;
    return true;
}

}  // namespace boardwalk::app::handle
