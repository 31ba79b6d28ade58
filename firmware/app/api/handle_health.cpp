#include "firmware/app/api/routes.hpp"

namespace boardwalk::app::handle {

bool healthz(Board&, const Exchange& exchange) {
    exchange.response.content_type = "text/plain; charset=utf-8";
    exchange.response.fixed = "ok\n";
    return true;
}

bool readyz(Board& board, const Exchange& exchange) {
    if (board.history.end() == 0) {
        exchange.response.retry_after_s = 1;
        return refuse(exchange, Refusal::starting);
    }
    return healthz(board, exchange);
}

}  // namespace boardwalk::app::handle
