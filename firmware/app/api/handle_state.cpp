#include "firmware/app/api/routes.hpp"

namespace boardwalk::app::handle {

bool state(Board& board, const Exchange& exchange) {
    const StateDocument& document = board.state();
    http::Response& response = exchange.response;
    response.etag = cut(document.etag());
    // May be kept, but is asked for again: that is what the ETag is for.
    const bool is_private = board.caller.is_signed_in();
    response.cache_control = is_private ? "no-store" : "no-cache";
    response.content_type = "application/json";
    response.fixed = document.json();
    response.fixed_is_static = false;  // the next tick writes over it
    response.fields = board.state_fields.of(document.seq() * 2 + (is_private ? 1 : 0), response);
    return true;
}

}  // namespace boardwalk::app::handle
