#include "firmware/app/api/routes.hpp"

namespace boardwalk::app::handle {

bool info(Board& board, const Exchange& exchange) {
    auto json = exchange.response.json();
    write_info(json, board);
    return true;
}

}  // namespace boardwalk::app::handle
