#include "firmware/app/api/gate/gate.hpp"

#include "firmware/app/api/gate/access_gate.hpp"
#include "firmware/app/api/gate/host_gate.hpp"
#include "firmware/app/api/page/asset_answer.hpp"
#include "firmware/app/api/page/page.hpp"
#include "firmware/http/grammar.hpp"
#include "firmware/limits.hpp"
#include "firmware/websocket/handshake.hpp"
#include "shared/names.hpp"

namespace boardwalk::app {

namespace {

using http::Method;
using server::Verdict;

/// Where the page and most of its pieces are. No route lies here.
constexpr std::string_view page_path = "/";
constexpr std::string_view assets_folder = "/assets/";
/// Only with the option `--echo`, so it is no path of the API.
constexpr std::string_view echo_path = "/echo";

constexpr std::uint16_t bit(Method method) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(method));
}
constexpr std::uint16_t asset_methods = bit(Method::get) | bit(Method::head);
constexpr std::uint16_t websocket_methods = asset_methods;  // HEAD tells what GET would without a handshake

Verdict refused(const Exchange& exchange, Refusal reason) {
    refuse(exchange, reason);
    return Verdict::answer;
}

bool has_body(const http::Request& request) {
    return request.framing == http::Framing::chunked || request.content_length > 0;
}

bool is_encoded(http::ListField codings) {
    for (auto coding = codings.next(); !coding.empty(); coding = codings.next()) {
        if (!http::equals_ignoring_case(coding, "identity")) return true;
    }
    return false;
}

Verdict refuse_body(const Exchange& exchange) { return refused(exchange, Refusal::body_unexpected); }

/// RFC 9110 §9.3.7
Verdict answer_options(const Exchange& exchange) {
    if (has_body(exchange.request)) return refuse_body(exchange);
    exchange.response.status = 204;
    return Verdict::answer;
}

/// RFC 9110 §15.5.6
Verdict other_method(const Exchange& exchange, std::uint16_t allow) {
    exchange.response.allow = allow | bit(Method::options);
    if (exchange.request.method == Method::options) return answer_options(exchange);
    return refused(exchange, Refusal::method_not_allowed);
}

/// HTTP libraries send `{}` with a POST or a DELETE that wants nothing, or chunks that turn out to be none.
/// What it is, is looked at when it is there: `refuse_content`.
Verdict admit_nothing(const Exchange& exchange, std::size_t& body_bytes_max) {
    const http::Request& request = exchange.request;
    if (!has_body(request)) return Verdict::proceed;
    if ((!request.content_type.empty() && !is_json(request.content_type)) ||
        is_encoded(request.content_encoding)) {
        return refused(exchange, Refusal::wants_empty_object);
    }
    if (request.content_length > limits::json_body_bytes_max) return refuse_body(exchange);
    body_bytes_max = limits::json_body_bytes_max;
    return Verdict::proceed;
}

Verdict admit_body(const Exchange& exchange, router::Body body, std::size_t& body_bytes_max) {
    const http::Request& request = exchange.request;
    const bool may_be_empty = request.method == Method::post || request.method == Method::delete_;
    if (body == router::Body::none && may_be_empty) return admit_nothing(exchange, body_bytes_max);
    if (body == router::Body::none) return has_body(request) ? refuse_body(exchange) : Verdict::proceed;
    if (body == router::Body::raw) {
        const auto type = http::trim(request.content_type.substr(0, request.content_type.find(';')));
        const bool taken = type.empty() || http::equals_ignoring_case(type, protocol::media_types::octets);
        if (taken && !is_encoded(request.content_encoding)) return Verdict::stream_body;
        return refused(exchange, Refusal::wants_octets);
    }
    if (!is_json(request.content_type)) {
        return refused(exchange, Refusal::wants_json);
    }
    if (is_encoded(request.content_encoding)) {
        return refused(exchange, Refusal::unsupported_coding);
    }
    if (request.content_length > limits::json_body_bytes_max) {
        return refused(exchange, Refusal::body_too_large);
    }
    body_bytes_max = limits::json_body_bytes_max;
    return Verdict::proceed;
}

}  // namespace

bool is_json(std::string_view content_type) {
    const std::string_view type = http::trim(content_type.substr(0, content_type.find(';')));
    return http::equals_ignoring_case(type, protocol::media_types::json) ||
           http::equals_ignoring_case(type, protocol::media_types::merge_patch);
}

namespace {

bool is_write(Method method) {
    constexpr std::uint16_t writes =
        bit(Method::post) | bit(Method::put) | bit(Method::patch) | bit(Method::delete_);
    return (writes & bit(method)) != 0;
}

/// A liveness probe may use any Host: these paths reveal nothing and change nothing.
bool tells_health(const router::Match<Handler>& found) {
    return found.route != nullptr &&
           (found.route->handler == handle::healthz || found.route->handler == handle::readyz);
}

Verdict admit_to_route(Board& board, const Exchange& exchange, const router::Route<Handler>& route,
                       server::Admission& admission) {
    if (refuse_access(board, exchange, route.access)) return Verdict::answer;
    if (route.handler == nullptr) {
        (void)know_caller(board, exchange.request);  // though all may look, some may do more
        if (websocket::offers_protocol(exchange.request, protocol::subprotocol))
            admission.subprotocol = protocol::subprotocol;
        return Verdict::accept_websocket;
    }
    admission.route = static_cast<std::uint16_t>(&route - routes().data());
    const auto verdict = admit_body(exchange, route.body, admission.body_bytes_max);
    if (verdict != Verdict::stream_body) return verdict;
    return route.handler(board, exchange) ? Verdict::answer : Verdict::stream_body;
}

/// A path that a person has typed leads home; a program is told by a problem.
Verdict refuse_path(const Exchange& exchange) {
    constexpr std::string_view api = "/api/v1/";
    const auto path = exchange.request.path;
    if ((!path.starts_with(api) || path == api) &&
        answer_page(exchange, 404, "There is nothing here",
                    {{"This board has one page. "}, {"Go to it", Markup::home}, {"."}})) {
        return Verdict::answer;
    }
    return refused(exchange, Refusal::not_found);
}

Verdict admit_to_asset(const Board& board, const Exchange& exchange, server::Admission& admission) {
    const http::Request& request = exchange.request;
    const Asset* asset = find_asset(board.assets, request.path);
    if (asset == nullptr) return refuse_path(exchange);
    if ((bit(request.method) & asset_methods) == 0) return other_method(exchange, asset_methods);
    const auto index = static_cast<std::size_t>(asset - board.assets.data());
    admission.route = static_cast<std::uint16_t>(routes().size() + index);
    return admit_body(exchange, router::Body::none, admission.body_bytes_max);
}

}  // namespace

bool refuse_content(const Exchange& exchange) {
    const http::Request& request = exchange.request;
    if (request.body.empty()) return false;
    if (request.content_type.empty()) {
        return refuse(exchange, Refusal::wants_empty_object);
    }
    const auto error = protocol::check_empty(request.body);
    return error && refuse(exchange, *error);
}

Verdict admit(Board& board, const Exchange& exchange, server::Admission& admission) {
    const http::Request& request = exchange.request;
    if (board.portal() != nullptr && board.portal()->redirects(request)) {
        exchange.response.status = 302;
        exchange.response.location = board.portal()->url();
        exchange.response.close = true;  // the browser comes back by another name
        return Verdict::answer;
    }
    const bool is_piece_of_page = request.path == page_path || request.path.starts_with(assets_folder);
    const auto found =
        is_piece_of_page ? router::Match<Handler>() : router::find(routes(), request.method, request.path);
    const bool is_echo = board.echo && request.path == echo_path;
    const bool is_stream = is_echo || (found.route != nullptr && found.route->handler == nullptr);
    if (!tells_health(found) && refuse_unknown_host(board, exchange)) return Verdict::answer;
    if ((is_stream || is_write(request.method)) && refuse_foreign_origin(board, exchange))
        return Verdict::answer;
    if (request.target_is_asterisk) return answer_options(exchange);
    if (is_echo) {
        if ((bit(request.method) & websocket_methods) == 0) return other_method(exchange, websocket_methods);
        admission.echo = true;
        return Verdict::accept_websocket;
    }
    if (found.route != nullptr) return admit_to_route(board, exchange, *found.route, admission);
    if (found.allow != 0) return other_method(exchange, found.allow);
    return admit_to_asset(board, exchange, admission);
}

}  // namespace boardwalk::app
