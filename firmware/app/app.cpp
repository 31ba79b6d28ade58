#include "firmware/app/app.hpp"

#include <algorithm>

#include "firmware/app/api/gate/conditions.hpp"
#include "firmware/app/api/gate/gate.hpp"
#include "firmware/app/api/page/asset_answer.hpp"
#include "firmware/app/api/routes.hpp"

namespace boardwalk::app {

void App::attach(server::Outlet& outlet, const server::StatisticsSource& statistics) {
    board_.outlet = &outlet;
    board_.statistics = &statistics;
}

server::Verdict App::on_head(const http::Request& request, http::Response& response,
                             server::Admission& admission) {
    return admit(board_, {{}, request, {}, response}, admission);
}

bool App::on_request(server::SlotId slot, std::uint16_t admitted, const http::Request& request,
                     http::Response& response) {
    const bool local = (admitted & local_client) != 0;
    const auto route = static_cast<std::uint16_t>(admitted & ~local_client);
    if (route >= routes().size()) {
        answer_asset(board_.assets[route - routes().size()], request, response);
        apply_conditions(request, response);
        return true;
    }
    const auto& found = routes()[route];
    if (found.body == router::Body::none && refuse_content({slot, request, {}, response})) return true;
    router::Parameters parameters;
    if (router::takes_parameters(found.pattern)) (void)router::match(found.pattern, request.path, parameters);
    if (!found.handler(board_, {slot, request, parameters, response, local})) return false;
    apply_conditions(request, response);
    return true;
}

/// Firmware is the only body that is streamed, and one at a time.
bool App::on_body(server::SlotId slot, std::uint16_t, std::string_view piece, bool last) {
    return board_.update.on_piece(*board_.outlet, slot, piece, last);
}

void App::on_body_lost(server::SlotId, std::uint16_t) { board_.update.lose(); }

void App::on_websocket_open(server::SlotId slot) { stream_.open(slot); }

void App::on_websocket_message(server::SlotId slot, std::string_view text) { stream_.receive(slot, text); }

void App::on_websocket_closed(server::SlotId slot) { stream_.close(slot); }

std::uint64_t App::on_turn(std::uint64_t now_ms) {
    board_.workers.finish_jobs();
    const std::uint64_t next_tick_ms = board_.telemetry.turn(now_ms);
    // The self-test of new firmware: it serves, its storage took the board's id, its devices were read.
    const auto next_try_ms = board_.update.turn(now_ms, board_.history.end() > 0);
    const auto next_line_ms = board_.log.turn();
    board_.workers_watch.turn(now_ms);
    board_.wifi_scan.turn(now_ms);
    board_.settings.turn(now_ms);
    const auto next_frame_ms = stream_.pump(now_ms);
    return board_.workers.has_work() ? now_ms
                                     : std::min({next_tick_ms, next_try_ms, next_line_ms, next_frame_ms});
}

}  // namespace boardwalk::app
