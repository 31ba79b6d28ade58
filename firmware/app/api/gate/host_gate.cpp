#include "firmware/app/api/gate/host_gate.hpp"

#include <algorithm>
#include <array>

#include "firmware/app/api/gate/host_policy.hpp"
#include "firmware/app/api/page/page.hpp"

namespace boardwalk::app {

namespace {

/// As much of what a client sent as an answer shows of it.
constexpr std::size_t shown_bytes_max = 64;

/// Visible ASCII only: the rest of a field's value may be no UTF-8.
FixedString<shown_bytes_max> shown(std::string_view text) {
    std::array<char, shown_bytes_max> bytes;
    const auto size = std::min(text.size(), bytes.size());
    std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size), bytes.begin(),
                   [](char c) { return c > ' ' && c < 0x7f ? c : '?'; });
    if (size < text.size()) std::fill(bytes.end() - 3, bytes.end(), '.');
    return cut(std::string_view(bytes.data(), size));
}

bool is_known(const Board& board, const http::Request& request) {
    if (request.host.empty()) {  // HTTP/1.0 alone
        return request.method == http::Method::get || request.method == http::Method::head;
    }
    if (request.host_is_ipv4 || needs_no_name(request.host)) return true;
    const auto computer_name = board.platform.host_name();
    return is_own_name(host_of(request.host),
                       {.id = board.identity.id.view(),
                        .computer_name = computer_name.view(),
                        .chosen_at_start = board.hosts,
                        .chosen_by_owner = board.settings.settings().trusted_hosts.texts()});
}

}  // namespace

bool refuse_unknown_host(const Board& board, const Exchange& exchange) {
    if (is_known(board, exchange.request)) return false;
    const auto host = shown(exchange.request.host);
    if (answer_page(
            exchange, 421, "This board does not go by that name",
            {{"You came by the name ", Markup::text},
             {host.view(), Markup::code},
             {". A board answers to IP addresses and to its own names alone, so that no page of another "
              "site can pass for its own. If that name is to lead here, add it to ",
              Markup::text},
             {"security.hosts", Markup::code},
             {" in the settings, or start the board with ", Markup::text},
             {"--host NAME", Markup::code},
             {".", Markup::text}})) {
        return true;
    }
    std::array<char, 256> memory;
    TextWriter detail(memory);
    if (host.empty()) {
        detail.append("The request names no host.");
    } else {
        detail.append("The Host is ");
        detail.append(host.view());
        detail.append(
            ", which is no name of this board. Add it to security.hosts in the settings, or start the board "
            "with --host NAME, if it is to lead here.");
    }
    return refuse(exchange, problem_of(Refusal::unknown_host, detail.view()));
}

bool refuse_foreign_origin(const Board& board, const Exchange& exchange) {
    const http::Request& request = exchange.request;
    if (request.origin.empty() || is_own_origin(request.origin, request.host)) return false;
    const auto is_page = [&request](const auto& trusted) {
        return is_same_origin(request.origin, trusted.view());
    };
    if (std::ranges::any_of(board.settings.settings().trusted_origins.texts(), is_page)) return false;
    std::array<char, 384> memory;
    TextWriter detail(memory);
    detail.append("The Origin is ");
    detail.append(shown(request.origin).view());
    detail.append(", the Host is ");
    detail.append(shown(request.host).view());
    detail.append(
        ": a page of another site may not ask this. If it is the board's own page behind a proxy, add its "
        "origin to security.origins in the settings.");
    return refuse(exchange, problem_of(Refusal::foreign_origin, detail.view()));
}

}  // namespace boardwalk::app
