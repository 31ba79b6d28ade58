#include "firmware/app/negotiation.hpp"

#include <algorithm>
#include <optional>

#include "firmware/app/query.hpp"
#include "firmware/http/grammar.hpp"

namespace boardwalk::app {

namespace {

/// RFC 9110 §12.4.2: "0.5" in thousandths. What is no weight counts as 1.
unsigned weight(std::string_view text) {
    if (text.empty() || (text[0] != '0' && text[0] != '1')) return 1000;
    unsigned thousandths = text[0] == '1' ? 1000 : 0;
    unsigned place = 100;
    for (std::size_t i = 2; i < text.size() && i < 5 && text[i] >= '0' && text[i] <= '9'; ++i, place /= 10) {
        thousandths += static_cast<unsigned>(text[i] - '0') * place;
    }
    return std::min(thousandths, 1000U);
}

/// Takes `;q=…` off an element.
unsigned take_weight(std::string_view& element) {
    const auto semicolon = element.find(';');
    if (semicolon == std::string_view::npos) return 1000;
    const std::string_view parameter = http::trim(element.substr(semicolon + 1));
    element = http::trim(element.substr(0, semicolon));
    const bool is_weight = parameter.starts_with("q=") || parameter.starts_with("Q=");
    return is_weight ? weight(parameter.substr(2)) : 1000;
}

}  // namespace

bool matches_weakly(std::string_view if_none_match, std::string_view etag) {
    if (http::trim(if_none_match) == "*") return true;
    // Our validators hold no comma, so the list can be split at commas.
    for (auto item = http::next_element(if_none_match); !item.empty();
         item = http::next_element(if_none_match)) {
        if (item.starts_with("W/")) item.remove_prefix(2);
        if (item == etag) return true;
    }
    return false;
}

bool matches_strongly(std::string_view if_match, std::string_view etag) {
    if (http::trim(if_match) == "*") return true;
    for (auto item = http::next_element(if_match); !item.empty(); item = http::next_element(if_match)) {
        if (item == etag) return true;
    }
    return false;
}

AcceptedCodings accepted_codings(std::string_view accept_encoding, bool present) {
    if (!present) return {};
    std::optional<unsigned> gzip, identity, others;
    auto list = accept_encoding;
    for (auto item = http::next_element(list); !item.empty(); item = http::next_element(list)) {
        const unsigned q = take_weight(item);
        if (http::equals_ignoring_case(item, "gzip") || http::equals_ignoring_case(item, "x-gzip")) gzip = q;
        if (http::equals_ignoring_case(item, "identity")) identity = q;
        if (item == "*") others = q;
    }
    // Identity is refused only by name, or by "*;q=0"; unnamed it is taken when nothing better is there.
    return {.gzip = gzip.value_or(others.value_or(0)), .identity = identity.value_or(others == 0U ? 0 : 1)};
}

ByteRange byte_range(std::string_view range, std::uint64_t total_bytes) {
    const auto equals = range.find('=');
    if (equals == std::string_view::npos || !http::equals_ignoring_case(range.substr(0, equals), "bytes"))
        return {};
    const std::string_view spec = http::trim(range.substr(equals + 1));
    const auto dash = spec.find('-');
    if (dash == std::string_view::npos) return {};
    const auto last = whole_number(spec.substr(dash + 1));
    if (!last && dash + 1 != spec.size()) return {};

    constexpr ByteRange unsatisfiable{.kind = ByteRange::Kind::unsatisfiable};
    if (dash == 0) {  // the last so many bytes
        if (!last) return {};
        const std::uint64_t bytes = std::min(*last, total_bytes);
        if (bytes == 0) return unsatisfiable;
        return {ByteRange::Kind::part, total_bytes - bytes, bytes};
    }
    const auto first = whole_number(spec.substr(0, dash));
    if (!first || (last && *last < *first)) return {};
    if (*first >= total_bytes) return unsatisfiable;
    const std::uint64_t end = last && *last < total_bytes ? *last + 1 : total_bytes;
    return {ByteRange::Kind::part, *first, end - *first};
}

}  // namespace boardwalk::app
