#pragma once

#include "firmware/app/routes.hpp"
#include "firmware/server/application.hpp"

namespace boardwalk::app {

/// Decides by a request's head alone whether it may go on: origin, path, method, kind and size of its body.
/// The route is a row of `routes()`, or behind them one of the board's assets.
[[nodiscard]] server::Verdict admit(Board&, const Exchange&, server::Admission&);

/// True when `origin` is that of a page that came from `host` (RFC 6454 §7; ports that are their scheme's own
/// may be left out).
[[nodiscard]] bool is_own_origin(std::string_view origin, std::string_view host);

/// True for `application/json` and `application/merge-patch+json`, with any parameters.
[[nodiscard]] bool is_json(std::string_view content_type);

}  // namespace boardwalk::app
