#include "firmware/app/api/gate/conditions.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "firmware/app/problems.hpp"
#include "firmware/http/grammar.hpp"

namespace boardwalk::app {

namespace {

using http::Method;

/// RFC 9110 §13.1.1, §13.1.2. Our validators hold no comma, so a list can be split at commas.
bool names(http::ListField list, std::string_view etag, bool weakly) {
    if (!etag.empty() && list.is(etag)) return true;  // what a browser kept
    auto any = list;
    if (any.next() == "*" && any.next().empty()) return true;
    for (auto item = list.next(); !item.empty(); item = list.next()) {
        if (weakly && item.starts_with("W/")) item.remove_prefix(2);
        if (!etag.empty() && item == etag) return true;
    }
    return false;
}

bool if_match_fails(const http::Request& request, std::string_view etag) {
    return request.if_match.present() && !names(request.if_match, etag, false);
}
bool if_none_match_fails(const http::Request& request, std::string_view etag) {
    return request.if_none_match.present() && names(request.if_none_match, etag, true);
}

void make_not_modified(http::Response& response) {
    response.status = 304;
    response.content_type = response.content_encoding = {};
    response.text.truncate(0);
    response.fixed = {};
    response.producer = {};
}

void apply_range(const http::Request& request, http::Response& response) {
    if (!request.if_range.empty() && response.etag != request.if_range) return;
    const std::uint64_t total = response.fixed.size();
    const ByteRange range = byte_range(request.range, total);
    if (range.kind == ByteRange::Kind::unsatisfiable) {
        answer_refusal(response, Refusal::range_not_satisfiable, request.path);
        response.range_total = total;
    } else if (range.kind == ByteRange::Kind::part) {
        response.status = 206;
        response.range_first = range.first;
        response.range_total = total;
        response.fixed = response.fixed.substr(static_cast<std::size_t>(range.first),
                                               static_cast<std::size_t>(range.bytes));
    }
}

/// A position, or the highest there is for what is higher (RFC 9110 §14.1.1). Nothing for what is no number.
std::optional<std::uint64_t> position(std::string_view text) {
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ptr != end || result.ec == std::errc::invalid_argument) return std::nullopt;
    return result.ec == std::errc{} ? number : UINT64_MAX;
}

}  // namespace

bool preconditions_fail(const http::Request& request, std::string_view etag) {
    return if_match_fails(request, etag) || if_none_match_fails(request, etag);
}

/// In the order of RFC 9110 §13.2.2.
void apply_conditions(const http::Request& request, http::Response& response) {
    if (response.status != 200 || (request.method != Method::get && request.method != Method::head)) return;
    if (if_match_fails(request, response.etag)) {
        answer_refusal(response, Refusal::stale_version, request.path);
    } else if (if_none_match_fails(request, response.etag)) {
        make_not_modified(response);
    } else if (response.accept_ranges && request.method == Method::get && !request.range.empty()) {
        apply_range(request, response);
    }
}

ByteRange byte_range(std::string_view range, std::uint64_t total_bytes) {
    const auto equals = range.find('=');
    if (equals == std::string_view::npos || !http::equals_ignoring_case(range.substr(0, equals), "bytes"))
        return {};
    auto set = range.substr(equals + 1);
    const auto spec = http::next_element(set);
    if (!http::next_element(set).empty()) return {};
    const auto dash = spec.find('-');
    if (dash == std::string_view::npos) return {};
    const auto last = position(spec.substr(dash + 1));
    if (!last && dash + 1 != spec.size()) return {};

    constexpr ByteRange unsatisfiable{.kind = ByteRange::Kind::unsatisfiable};
    if (dash == 0) {  // the last so many bytes
        if (!last) return {};
        const std::uint64_t bytes = std::min(*last, total_bytes);
        if (bytes == 0) return unsatisfiable;
        return {ByteRange::Kind::part, total_bytes - bytes, bytes};
    }
    const auto first = position(spec.substr(0, dash));
    if (!first || (last && *last < *first)) return {};
    if (*first >= total_bytes) return unsatisfiable;
    const std::uint64_t end = last && *last < total_bytes ? *last + 1 : total_bytes;
    return {ByteRange::Kind::part, *first, end - *first};
}

}  // namespace boardwalk::app
