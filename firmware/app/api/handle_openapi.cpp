#include "firmware/app/api/page/asset_answer.hpp"
#include "firmware/app/api/routes.hpp"
#include "shared/names.hpp"

namespace boardwalk::app::handle {

bool openapi(Board& board, const Exchange& exchange) {
    const Asset* document = find_asset(board.assets, protocol::paths::openapi);
    if (document == nullptr) {
        return refuse(exchange, Refusal::no_openapi);
    }
    answer_asset(*document, exchange.request, exchange.response);
    return true;
}

}  // namespace boardwalk::app::handle
