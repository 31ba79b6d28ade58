#include "firmware/app/routes.hpp"

namespace boardwalk::app::handle {

bool wifi(Board& board, const Exchange& exchange) {
    const Portal* portal = board.portal();
    if (portal == nullptr) {
        return refuse(
            exchange,
            {.status = 501, .code = "not_supported", .detail = "This board joins no network by itself."});
    }
    exchange.response.json()
        .begin_object()
        .member("ssid", board.settings.settings().wifi.ssid.view())
        .member("state", protocol::to_string(portal->state()))
        .member("portal", portal->open())
        .end_object();
    return true;
}

}  // namespace boardwalk::app::handle
