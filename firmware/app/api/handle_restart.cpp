#include "firmware/app/api/routes.hpp"

namespace boardwalk::app::handle {

bool restart(Board& board, const Exchange& exchange) {
    if (board.update.active()) {
        return refuse(exchange, Refusal::upload_before_restart);
    }
    if (!board.platform.restart()) {
        return refuse(exchange, Refusal::cannot_restart);
    }
    board.restarting = true;
    board.log.write(LogLevel::info, {"restarting, as was asked from ", peer_of(board, exchange.slot)});
    exchange.response.json(202).begin_object().member("boot_id", board.identity.boot_id.view()).end_object();
    exchange.response.close = true;
    return true;
}

}  // namespace boardwalk::app::handle
