#include "firmware/app/api/routes.hpp"

namespace boardwalk::app::handle {

bool state(Board& board, const Exchange& exchange) {
    const StateDocument& document = board.state();
    http::Response& response = exchange.response;
    response.etag = cut(document.etag());
    response.cache_control = "no-cache";  // may be kept, but is asked for again: that is what the ETag is for
    response.content_type = "application/json";
    response.fixed = document.json();
    response.fixed_is_static = false;  // the next tick writes over it
    response.fields = board.state_fields.of(document.seq(), response);
    return true;
}

}  // namespace boardwalk::app::handle
