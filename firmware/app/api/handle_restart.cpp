#include "firmware/app/api/routes.hpp"

namespace boardwalk::app::handle {

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
