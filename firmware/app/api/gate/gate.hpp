#pragma once

#include "firmware/app/api/routes.hpp"
#include "firmware/server/application.hpp"

namespace boardwalk::app {

/// Decides by a request's head alone whether it may go on: host, origin, path, method, kind and size of its
/// body. The route is a row of `routes()`, or behind them one of the board's assets.
[[nodiscard]] server::Verdict admit(Board&, const Exchange&, server::Admission&);

/// Of a request that takes no body but brought one, once it is there: true when it is neither empty nor `{}`,
/// and is answered with what is wrong.
[[nodiscard]] bool refuse_content(const Exchange&);

/// True for `application/json` and `application/merge-patch+json`, with any parameters.
[[nodiscard]] bool is_json(std::string_view content_type);

}  // namespace boardwalk::app
