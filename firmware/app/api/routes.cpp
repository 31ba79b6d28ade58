#include "firmware/app/api/routes.hpp"

#include <algorithm>
#include <array>

#include "shared/names.hpp"

namespace boardwalk::app {

namespace {

using http::Method;
using router::Access;
using router::Body;
namespace paths = protocol::paths;

/// What is asked for most comes first.
constexpr std::array<router::Route<Handler>, 23> table = {{
    {Method::get,
     paths::state,
     handle::state,
     Body::none,
     {.id = "getState",
      .summary = "All readings and outputs, now",
      .response_schema = "state",
      .errors = "304"},
     Access::viewer},
    {Method::put,
     "/api/v1/outputs/{id}",
     handle::set_output,
     Body::json,
     {.id = "setOutput",
      .summary = "Set an output to an absolute value",
      .request_schema = "set-output",
      .response_schema = "output-result",
      .parameters = "If-Match:string:header",
      .errors = "400,404,412,413,415,422"},
     Access::operator_},
    {Method::get,
     paths::history,
     handle::history,
     Body::none,
     {.id = "getHistory",
      .summary = "The last samples of one reading",
      .response_schema = "history",
      .parameters = "series:string:required,since:integer,boot_id:string",
      .errors = "404,422"},
     Access::viewer},
    {Method::get,
     paths::diagnostics,
     handle::diagnostics,
     Body::none,
     {.id = "getDiagnostics", .summary = "What the pools do", .response_schema = "diagnostics"},
     Access::viewer},
    {Method::get,
     paths::info,
     handle::info,
     Body::none,
     {.id = "getInfo", .summary = "Who this board is", .response_schema = "info"}},
    {Method::get,
     paths::settings,
     handle::settings,
     Body::none,
     {.id = "getSettings", .summary = "What the owner chose", .response_schema = "settings", .errors = "304"},
     Access::viewer},
    {Method::patch,
     paths::settings,
     handle::change_settings,
     Body::json,
     {.id = "changeSettings",
      .summary = "Change settings (JSON Merge Patch); answered once they are stored",
      .request_schema = "settings-patch",
      .response_schema = "settings",
      .parameters = "If-Match:string:header",
      .errors = "400,403,412,413,415,422,500,503"},
     Access::owner},
    {Method::get,
     paths::settings_backup,
     handle::backup_settings,
     Body::none,
     {.id = "backupSettings",
      .summary = "The settings as one document to keep, without secrets",
      .response_schema = "settings-backup"},
     Access::owner},
    {Method::put,
     paths::settings_restore,
     handle::restore_settings,
     Body::json,
     {.id = "restoreSettings",
      .summary = "Take a backup's settings, all of them or none; answered once they are stored",
      .request_schema = "settings-backup",
      .response_schema = "settings",
      .parameters = "If-Match:string:header",
      .errors = "400,403,412,413,415,422,500,503"},
     Access::owner},
    {Method::get,
     "/api/v1/jobs/{id}",
     handle::job,
     Body::none,
     {.id = "getJob",
      .summary = "How far work is that outlasts its request; also topic job of the stream",
      .response_schema = "job",
      .errors = "404"},
     Access::viewer},
    {Method::get,
     paths::wifi,
     handle::wifi,
     Body::none,
     {.id = "getWifi",
      .summary = "Whether the board is in its network, and whether its own one for set-up is open",
      .response_schema = "wifi",
      .errors = "501"},
     Access::owner},
    {Method::post,
     paths::wifi_scan,
     handle::scan_wifi,
     Body::none,
     {.id = "scanWifi",
      .summary = "Look for Wi-Fi networks; the job's result tells them, and whether they are simulated",
      .response_schema = "job",
      .response_status = 202,
      .errors = "501,503"},
     Access::owner},
    {Method::get,
     paths::firmware,
     handle::firmware,
     Body::none,
     {.id = "getFirmware",
      .summary =
          "The running firmware, whether it is confirmed or on trial, and what is stored for the next start",
      .response_schema = "firmware"},
     Access::owner},
    {Method::put,
     paths::firmware,
     handle::upload_firmware,
     Body::raw,
     {.id = "uploadFirmware",
      .summary = "Store an image of boardwalk-pack for the next restart; answered once it was read back",
      .response_schema = "job",
      .response_status = 202,
      .parameters = "Content-Digest:string:header",
      .errors = "400,403,409,413,415,422,500,501"},
     Access::owner},
    {Method::delete_,
     paths::firmware,
     handle::discard_firmware,
     Body::none,
     {.id = "discardFirmware",
      .summary = "Give up an image that was stored and not started; 204 also when there is none",
      .response_type = "",
      .response_status = 204,
      .errors = "403,409,500,501,503"},
     Access::owner},
    {Method::post,
     paths::restart,
     handle::restart,
     Body::none,
     {.id = "restart",
      .summary = "Start the board again, with the firmware that was uploaded last",
      .response_schema = "restarting",
      .response_status = 202,
      .errors = "403,409,501"},
     Access::owner},
    {Method::post,
     paths::claim,
     handle::claim,
     Body::json,
     {.id = "claim",
      .summary =
          "Make the first person the board's owner, with the set-up code; answered once that is stored",
      .request_schema = "claim",
      .response_schema = "session",
      .response_status = 201,
      .errors = "400,403,409,413,415,422,500,503"}},
    {Method::get,
     paths::logs,
     handle::logs,
     Body::none,
     {.id = "getLogs",
      .summary = "The last lines of the log",
      .response_schema = "logs",
      .parameters = "since:integer,boot_id:string",
      .errors = "422"},
     Access::operator_},
    {Method::get,
     paths::stream,
     nullptr,
     Body::none,
     {.id = "openStream",
      .summary = "The WebSocket of subprotocol boardwalk.v1",
      .response_type = "",
      .response_status = 101,
      .errors = "400,403,426,503"},
     Access::viewer},
    {Method::get,
     paths::metrics,
     handle::metrics,
     Body::none,
     {.id = "getMetrics",
      .summary = "Figures for Prometheus",
      .response_type = "text/plain; version=0.0.4; charset=utf-8"},
     Access::metrics},
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
     {.id = "getOpenApi", .summary = "This document"},
     Access::viewer},
}};
static_assert(std::ranges::all_of(table, [](const auto& route) {
    return route.pattern.find('{') == std::string_view::npos || router::takes_parameters(route.pattern);
}));

}  // namespace

std::span<const router::Route<Handler>> routes() { return table; }

bool refuse(const Exchange& exchange, http::Problem problem) {
    problem.instance = exchange.request.path;
    http::answer(exchange.response, problem);
    return true;
}

bool refuse(const Exchange& exchange, const protocol::DecodeError& error) {
    return refuse(exchange, problem_of(error));
}

std::optional<bool> wait_for_files(Board& board, const Exchange& exchange) {
    if (board.files.stuck()) return refuse_busy(exchange);
    if (!board.files.busy()) return std::nullopt;
    return !board.files_line.push(exchange.slot) && refuse_busy(exchange);
}

bool refuse_busy(const Exchange& exchange) {
    exchange.response.retry_after_s = 1;
    return refuse(exchange, Refusal::settings_busy);
}

bool refuse(const Exchange& exchange, Refusal reason) { return refuse(exchange, problem_of(reason)); }

}  // namespace boardwalk::app
