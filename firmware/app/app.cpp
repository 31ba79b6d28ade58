#include "firmware/app/app.hpp"

#include <algorithm>
#include <utility>

#include "firmware/app/api/gate/access_gate.hpp"
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
    board_.caller = {};
    const auto verdict = admit(board_, {{}, request, {}, response}, admission);
    is_judged_ = verdict == server::Verdict::proceed && request.framing == http::Framing::none;
    return verdict;
}

namespace {

/// What one may see who is signed in stays in no cache.
void keep_nowhere(http::Response& response) {
    constexpr std::string_view nowhere = "no-store";
    if (response.cache_control == nowhere) return;
    response.cache_control = nowhere;
    response.fields = {};
}

}  // namespace

bool App::on_request(server::SlotId slot, std::uint16_t route, const http::Request& request,
                     http::Response& response) {
    if (route >= routes().size()) {
        answer_asset(board_.assets[route - routes().size()], request, response);
        apply_conditions(request, response);
        return true;
    }
    const auto& found = routes()[route];
    // What became of a session or a token while a body came, or while the request waited, counts.
    if (!std::exchange(is_judged_, false)) {
        board_.caller = {};
        if (refuse_access(board_, {slot, request, {}, response}, found.access)) return true;
    }
    if (found.body == router::Body::none && refuse_content({slot, request, {}, response})) return true;
    router::Parameters parameters;
    if (router::takes_parameters(found.pattern)) (void)router::match(found.pattern, request.path, parameters);
    if (!found.handler(board_, {slot, request, parameters, response})) return false;
    if (board_.caller.is_signed_in()) keep_nowhere(response);
    apply_conditions(request, response);
    return true;
}

/// Firmware is the only body that is streamed, and one at a time.
bool App::on_body(server::SlotId slot, std::uint16_t, std::string_view piece, bool last) {
    if (last) board_.update.note_sender(peer_of(board_, slot));
    return board_.update.on_piece(*board_.outlet, slot, piece, last);
}

void App::on_body_lost(server::SlotId, std::uint16_t) { board_.update.lose(); }

/// Its head was judged in the same call.
void App::on_websocket_open(server::SlotId slot) { stream_.open(slot, board_.caller); }

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
    board_.files.turn(now_ms);
    board_.owner.turn(now_ms);
    const auto next_frame_ms = stream_.pump(now_ms);
    return board_.workers.has_work() ? now_ms
                                     : std::min({next_tick_ms, next_try_ms, next_line_ms, next_frame_ms});
}

}  // namespace boardwalk::app
