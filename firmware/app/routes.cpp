#include "firmware/app/routes.hpp"

#include <array>

#include "shared/names.hpp"

namespace boardwalk::app {

namespace {

using http::Method;
using router::Body;
namespace paths = protocol::paths;

/// What is asked for most comes first.
constexpr std::array<router::Route<Handler>, 13> table = {{
    {Method::get,
     paths::state,
     handle::state,
     Body::none,
     {.id = "getState",
      .summary = "All readings and outputs, now",
      .response_schema = "state",
      .errors = "304"}},
    {Method::put,
     "/api/v1/outputs/{id}",
     handle::set_output,
     Body::json,
     {.id = "setOutput",
      .summary = "Set an output to an absolute value",
      .request_schema = "set-output",
      .response_schema = "output-result",
      .parameters = "If-Match:string:header",
      .errors = "400,404,412,413,415,422"}},
    {Method::get,
     paths::history,
     handle::history,
     Body::none,
     {.id = "getHistory",
      .summary = "The last samples of one reading",
      .response_schema = "history",
      .parameters = "series:string:required,since:integer",
      .errors = "404,422"}},
    {Method::get,
     paths::diagnostics,
     handle::diagnostics,
     Body::none,
     {.id = "getDiagnostics", .summary = "What the pools do", .response_schema = "diagnostics"}},
    {Method::get,
     paths::info,
     handle::info,
     Body::none,
     {.id = "getInfo", .summary = "Who this board is", .response_schema = "info"}},
    {Method::get,
     paths::settings,
     handle::settings,
     Body::none,
     {.id = "getSettings",
      .summary = "What the owner chose",
      .response_schema = "settings",
      .errors = "304"}},
    {Method::patch,
     paths::settings,
     handle::change_settings,
     Body::json,
     {.id = "changeSettings",
      .summary = "Change settings (JSON Merge Patch); answered once they are stored",
      .request_schema = "settings-patch",
      .response_schema = "settings",
      .parameters = "If-Match:string:header",
      .errors = "400,412,413,415,422,500,503"}},
    {Method::get,
     paths::logs,
     handle::logs,
     Body::none,
     {.id = "getLogs",
      .summary = "The last lines of the log",
      .response_schema = "logs",
      .parameters = "since:integer",
      .errors = "422"}},
    {Method::get,
     paths::stream,
     nullptr,
     Body::none,
     {.id = "openStream",
      .summary = "The WebSocket of subprotocol boardwalk.v1",
      .response_type = "",
      .response_status = 101,
      .errors = "400,403,426,503"}},
    {Method::get,
     paths::metrics,
     handle::metrics,
     Body::none,
     {.id = "getMetrics",
      .summary = "Figures for Prometheus",
      .response_type = "text/plain; version=0.0.4; charset=utf-8"}},
    {Method::get,
     paths::healthz,
     handle::healthz,
     Body::none,
     {.id = "getHealth", .summary = "Answers while the board runs", .response_type = "text/plain"}},
    {Method::get,
     paths::readyz,
     handle::readyz,
     Body::none,
     {.id = "getReadiness",
      .summary = "Answers 200 once there is a first sample",
      .response_type = "text/plain",
      .errors = "503"}},
    {Method::get,
     paths::openapi,
     handle::openapi,
     Body::none,
     {.id = "getOpenApi", .summary = "This document"}},
}};

}  // namespace

std::span<const router::Route<Handler>> routes() { return table; }

bool refuse(const Exchange& exchange, http::Problem problem) {
    problem.instance = exchange.request.path;
    http::answer(exchange.response, problem);
    return true;
}

}  // namespace boardwalk::app
