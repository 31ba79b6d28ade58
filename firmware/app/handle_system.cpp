#include "firmware/app/asset_answer.hpp"
#include "firmware/app/routes.hpp"
#include "shared/names.hpp"

namespace boardwalk::app::handle {

bool healthz(Board&, const Exchange& exchange) {
    exchange.response.content_type = "text/plain; charset=utf-8";
    exchange.response.fixed = "ok\n";
    return true;
}

bool readyz(Board& board, const Exchange& exchange) {
    if (board.history.end() == 0) {
        exchange.response.retry_after_s = 1;
        return refuse(exchange,
                      {.status = 503, .code = "starting", .detail = "The first sample is still to come."});
    }
    return healthz(board, exchange);
}

bool info(Board& board, const Exchange& exchange) {
    auto json = exchange.response.json();
    write_info(json, board);
    return true;
}

bool openapi(Board& board, const Exchange& exchange) {
    const Asset* document = find_asset(board.assets, protocol::paths::openapi);
    if (document == nullptr) {
        return refuse(exchange,
                      {.status = 404, .code = "not_found", .detail = "This image carries no such document."});
    }
    answer_asset(*document, exchange.request, exchange.response);
    return true;
}

}  // namespace boardwalk::app::handle
