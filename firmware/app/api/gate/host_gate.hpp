#pragma once

#include "firmware/app/api/routes.hpp"

namespace boardwalk::app {

/// Which names and pages a request may come by. Each answers and returns true when this one may not.
/// 421 `unknown_host`: the request goes by a name that is not this board's.
[[nodiscard]] bool refuse_unknown_host(const Board&, const Exchange&);
/// 403 `foreign_origin`: a page of another site asks. Only for what has an effect, and for the WebSocket,
/// which any page may open (RFC 6455 §10.2).
[[nodiscard]] bool refuse_foreign_origin(const Board&, const Exchange&);

}  // namespace boardwalk::app
