#include "firmware/app/gate.hpp"

#include <utility>

#include "firmware/app/asset_answer.hpp"
#include "firmware/http/grammar.hpp"
#include "firmware/limits.hpp"
#include "firmware/websocket/handshake.hpp"
#include "shared/names.hpp"

namespace boardwalk::app {

namespace {

using http::Method;
using server::Verdict;

/// Only with the option `--echo`, so it is no path of the API.
constexpr std::string_view echo_path = "/echo";

constexpr std::uint16_t bit(Method method) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(method));
}
constexpr std::uint16_t asset_methods = bit(Method::get) | bit(Method::head);
constexpr std::uint16_t websocket_methods = asset_methods;  // HEAD tells what GET would without a handshake

Verdict refused(const Exchange& exchange, const http::Problem& problem) {
    refuse(exchange, problem);
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

Verdict refuse_body(const Exchange& exchange) {
    return refused(exchange,
                   {.status = 413, .code = "body_unexpected", .detail = "This request takes no body."});
}

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
    return refused(
        exchange,
        {.status = 405, .code = "method_not_allowed", .detail = "Allow tells what this path takes."});
}

Verdict admit_body(const Exchange& exchange, router::Body body, std::size_t& body_bytes_max) {
    const http::Request& request = exchange.request;
    if (body == router::Body::none) {
        return has_body(request) ? refuse_body(exchange) : Verdict::proceed;
    }
    if (body == router::Body::raw) {
        const auto type = http::trim(request.content_type.substr(0, request.content_type.find(';')));
        const bool taken = type.empty() || http::equals_ignoring_case(type, protocol::media_types::octets);
        if (taken && !is_encoded(request.content_encoding)) return Verdict::stream_body;
        return refused(exchange, {.status = 415,
                                  .code = "unsupported_media_type",
                                  .detail = "application/octet-stream without a coding is taken."});
    }
    if (!is_json(request.content_type)) {
        return refused(exchange, {.status = 415,
                                  .code = "unsupported_media_type",
                                  .detail = "application/json or application/merge-patch+json is taken."});
    }
    if (is_encoded(request.content_encoding)) {
        return refused(
            exchange,
            {.status = 415, .code = "unsupported_coding", .detail = "Send the body without a coding."});
    }
    if (request.content_length > limits::json_body_bytes_max) {
        return refused(exchange,
                       {.status = 413, .code = "body_too_large", .detail = "2048 bytes are the most."});
    }
    body_bytes_max = limits::json_body_bytes_max;
    return Verdict::proceed;
}

}  // namespace

bool is_own_origin(std::string_view origin, std::string_view host) {
    std::string_view port;
    for (const auto& [scheme, own_port] :
         {std::pair<std::string_view, std::string_view>{"http://", ":80"},
          std::pair<std::string_view, std::string_view>{"https://", ":443"}}) {
        if (!origin.starts_with(scheme)) continue;
        origin.remove_prefix(scheme.size());
        port = own_port;
        break;
    }
    if (port.empty()) return false;  // "null", or a scheme that we do not speak
    if (origin.ends_with(port)) origin.remove_suffix(port.size());
    if (host.ends_with(port)) host.remove_suffix(port.size());
    return !origin.empty() && http::equals_ignoring_case(origin, host);
}

bool is_json(std::string_view content_type) {
    const std::string_view type = http::trim(content_type.substr(0, content_type.find(';')));
    return http::equals_ignoring_case(type, protocol::media_types::json) ||
           http::equals_ignoring_case(type, protocol::media_types::merge_patch);
}

Verdict admit(Board& board, const Exchange& exchange, server::Admission& admission) {
    const http::Request& request = exchange.request;
    if (board.portal() != nullptr && board.portal()->redirects(request)) {
        exchange.response.status = 302;
        exchange.response.location = board.portal()->url();
        exchange.response.close = true;  // the browser comes back by another name
        return Verdict::answer;
    }
    const bool by_foreign_name = board.portal() != nullptr && board.portal()->goes_by_foreign_name(request);
    if (!request.origin.empty() && (by_foreign_name || !is_own_origin(request.origin, request.host))) {
        return refused(
            exchange,
            {.status = 403, .code = "foreign_origin", .detail = "A page of another site may not ask this."});
    }
    if (request.target_is_asterisk) return answer_options(exchange);
    if (board.echo && request.path == echo_path) {
        if ((bit(request.method) & websocket_methods) == 0) return other_method(exchange, websocket_methods);
        admission.echo = true;
        return Verdict::accept_websocket;
    }
    const auto found = router::find(routes(), request.method, request.path);
    if (found.route != nullptr) {
        if (found.route->handler == nullptr) {
            if (websocket::offers_protocol(request, protocol::subprotocol))
                admission.subprotocol = protocol::subprotocol;
            return Verdict::accept_websocket;
        }
        admission.route = static_cast<std::uint16_t>(found.route - routes().data());
        if (found.route->access == router::Access::owner && !admission.peer_is_loopback) {
            return refused(exchange,
                           {.status = 403,
                            .code = "unclaimed",
                            .detail = "Nobody owns this board yet: until then only the computer that "
                                      "it runs on may ask this."});
        }
        const auto verdict = admit_body(exchange, found.route->body, admission.body_bytes_max);
        if (verdict != Verdict::stream_body) return verdict;
        return found.route->handler(board, exchange) ? Verdict::answer : Verdict::stream_body;
    }
    if (found.allow != 0) return other_method(exchange, found.allow);
    const Asset* asset = find_asset(board.assets, request.path);
    if (asset == nullptr) {
        return refused(exchange,
                       {.status = 404, .code = "not_found", .detail = "There is nothing at this path."});
    }
    if ((bit(request.method) & asset_methods) == 0) return other_method(exchange, asset_methods);
    const auto index = static_cast<std::size_t>(asset - board.assets.data());
    admission.route = static_cast<std::uint16_t>(routes().size() + index);
    return admit_body(exchange, router::Body::none, admission.body_bytes_max);
}

}  // namespace boardwalk::app
