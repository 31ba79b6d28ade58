#include "firmware/app/api/gate/negotiation.hpp"

#include <algorithm>
#include <optional>

#include "firmware/http/grammar.hpp"
#include "shared/names.hpp"

namespace boardwalk::app {

namespace {

/// RFC 9110 §12.4.2: "0.5" in thousandths. Nothing for what is no weight.
std::optional<unsigned> weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    unsigned thousandths = text[0] == '1' ? 1000 : 0;
    unsigned place = 100;
    for (const char digit : text.substr(std::min<std::size_t>(text.size(), 2))) {
        if (digit < '0' || digit > '9') return std::nullopt;
        thousandths += static_cast<unsigned>(digit - '0') * place;
        place /= 10;
    }
    return thousandths <= 1000 ? std::optional(thousandths) : std::nullopt;
}

/// Takes the parameters off an element, and the weight from among them. Nothing when it is malformed.
std::optional<unsigned> take_weight(std::string_view& element) {
    std::string_view parameters = element.substr(std::min(element.find(';'), element.size()));
    element = http::trim(element.substr(0, element.size() - parameters.size()));
    std::optional<unsigned> q = 1000;
    while (!parameters.empty()) {
        parameters.remove_prefix(1);
        const auto end = std::min(parameters.find(';'), parameters.size());
        const auto parameter = http::trim(parameters.substr(0, end));
        if (parameter.starts_with("q=") || parameter.starts_with("Q=")) q = weight(parameter.substr(2));
        parameters.remove_prefix(end);
    }
    return q;
}

}  // namespace

AcceptedCodings accepted_codings(http::ListField accept_encoding) {
    if (!accept_encoding.present()) return {};
    if (accept_encoding.is("gzip, deflate") ||
        accept_encoding.is("gzip, deflate, br, zstd"))  // browsers' own
        return {.gzip = 1000, .identity = 1};
    std::optional<unsigned> gzip, identity, others;
    for (auto item = accept_encoding.next(); !item.empty(); item = accept_encoding.next()) {
        const auto q = take_weight(item);
        if (!q) continue;  // as if it had not been sent
        if (http::equals_ignoring_case(item, "gzip") || http::equals_ignoring_case(item, "x-gzip")) gzip = q;
        if (http::equals_ignoring_case(item, "identity")) identity = q;
        if (item == "*") others = q;
    }
    // Identity is refused only by name, or by "*;q=0"; unnamed it is taken when nothing better is there.
    return {.gzip = gzip.value_or(others.value_or(0)), .identity = identity.value_or(others == 0U ? 0 : 1)};
}

bool prefers_html(http::ListField accept) {
    unsigned html = 0, json = 0;
    for (auto item = accept.next(); !item.empty(); item = accept.next()) {
        const auto q = take_weight(item);
        if (!q) continue;
        if (http::equals_ignoring_case(item, "text/html")) html = std::max(html, *q);
        if (http::equals_ignoring_case(item, protocol::media_types::json) ||
            http::equals_ignoring_case(item, "application/problem+json"))
            json = std::max(json, *q);
    }
    return html > json;
}

}  // namespace boardwalk::app
