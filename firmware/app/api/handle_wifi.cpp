#include "firmware/app/api/routes.hpp"
#include "shared/names.hpp"

namespace boardwalk::app::handle {

namespace {

/// "192.168.1.50"; empty for zeros.
FixedString<15> text_of(const Portal::Ipv4& address) {
    if (address == Portal::Ipv4{}) return {};
    std::array<char, 15> text;
    TextWriter out(text);
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (i > 0) out.append('.');
        out.append_number(unsigned{address[i]});
    }
    return cut(out.view());
}

}  // namespace

bool wifi(Board& board, const Exchange& exchange) {
    const Portal* portal = board.portal();
    if (portal == nullptr) {
        return refuse(exchange, Refusal::joins_no_network);
    }
    exchange.response.json()
        .begin_object()
        .member("ssid", board.settings.settings().wifi.ssid.view())
        .member("state", protocol::to_string(portal->state()))
        .member("failure", protocol::to_string(portal->failure()))
        .member("portal", portal->open())
        .member("address", text_of(portal->lan_address()).view())
        .end_object();
    return true;
}

bool scan_wifi(Board& board, const Exchange& exchange) {
    if (!board.wifi_scan.possible()) {
        return refuse(exchange, Refusal::no_radio);
    }
    if (!board.wifi_scan.start()) {
        exchange.response.retry_after_s = 1;
        return refuse(exchange, Refusal::workers_busy);
    }
    const JobRecord& started = board.jobs[JobKind::wifi_scan];
    std::array<char, 64> path;
    TextWriter location(path);
    location.append(protocol::paths::jobs);
    location.append('/');
    location.append_number(started.id);
    exchange.response.location = cut(location.view());
    return answer_job(board, exchange, started, 202);
}

}  // namespace boardwalk::app::handle
