#include "firmware/app/app.hpp"

#include <algorithm>

#include "firmware/app/asset_answer.hpp"
#include "firmware/app/gate.hpp"
#include "firmware/app/routes.hpp"

namespace boardwalk::app {

void App::attach(server::Outlet& outlet, const server::StatisticsSource& statistics) {
    board_.outlet = &outlet;
    board_.statistics = &statistics;
}

server::Verdict App::on_head(const http::Request& request, http::Response& response,
                             std::size_t& body_bytes_max, std::string_view& subprotocol) {
    return admit(board_, {{}, request, {}, response}, stream_.has_place(), body_bytes_max, subprotocol);
}

bool App::on_request(server::SlotId slot, const http::Request& request, http::Response& response) {
    const auto found = router::find(routes(), request.method, request.path);
    if (found.route != nullptr)
        return found.route->handler(board_, {slot, request, found.parameters, response});
    // The gate let it pass, so it is an asset.
    answer_asset(*find_asset(board_.assets, request.path), request, response);
    return true;
}

void App::on_websocket_open(server::SlotId slot, std::string_view) { stream_.open(slot); }

void App::on_websocket_message(server::SlotId slot, std::string_view text) { stream_.receive(slot, text); }

void App::on_websocket_closed(server::SlotId slot) { stream_.close(slot); }

std::uint64_t App::on_turn(std::uint64_t now_ms) {
    board_.workers.finish_jobs();
    const std::uint64_t next_tick_ms = board_.telemetry.turn(now_ms);
    return std::min(next_tick_ms, stream_.pump(now_ms));
}

}  // namespace boardwalk::app
