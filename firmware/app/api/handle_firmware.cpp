#include "firmware/app/api/routes.hpp"

namespace boardwalk::app::handle {

namespace {

bool refuse_update(const Exchange& exchange) { return refuse(exchange, Refusal::no_update); }

}  // namespace

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
    if (board.restarting) return refuse(exchange, Refusal::restarting);
    const auto problem = board.update.discard(*board.outlet, exchange.slot);
    if (!problem) return false;
    if (problem->status == 503) exchange.response.retry_after_s = 1;
    exchange.response.status = problem->status;
    return problem->status == 204 || refuse(exchange, *problem);
}

/// With the head alone: the body goes to `Update`.
bool upload_firmware(Board& board, const Exchange& exchange) {
    if (!board.update.possible()) return refuse_update(exchange);
    if (board.restarting) return refuse(exchange, Refusal::restarting);
    const auto problem = board.update.begin(exchange.request);
    return problem && refuse(exchange, *problem);
}

}  // namespace boardwalk::app::handle
