#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/http/request.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::router {

using Parameters = std::array<std::string_view, limits::path_parameters_max>;

/// What a route takes as a body; a request that brings another is answered before its body is read.
enum class Body : std::uint8_t {
    none,  ///< a body is refused with 413; a POST may bring `{}` as JSON
    raw,   ///< `application/octet-stream` of any length, streamed: the handler is asked when the head is
           ///< there, and answers only to refuse
    json,  ///< `application/json` or `application/merge-patch+json`, at most json_body_bytes_max
};

/// Which clients may use a route: /// each takes in those below it.
enum class Access : std::uint8_t {
    anyone,
    metrics,    ///< a viewer; anyone while the board has no owner, or its owner lets all read the metrics
    viewer,     ///< anyone while the board has no owner, or its owner lets all look
    signed_in,  ///< a viewer, never anyone
    operator_,
    owner,
};

/// What the OpenAPI document says of a route. Schemas are names of files in shared/schemas, without `.json`.
struct Documentation {
    std::string_view id = {};  ///< operationId
    std::string_view summary = {};
    std::string_view request_schema = {};
    std::string_view response_schema = {};  ///< empty: the answer has another media type
    std::string_view response_type = "application/json";
    std::uint16_t response_status = 200;
    std::string_view parameters = {};  ///< "series:string:required,since:integer,If-Match:string:header"
    std::string_view errors = {};      ///< "404,422"
};

/// One row of a route table. `pattern` has literal segments and `{name}` segments, the first capture first.
template <typename Handler>
struct Route {
    http::Method method;
    std::string_view pattern;
    Handler handler;
    Body body = Body::none;
    Documentation documentation = {};
    Access access = Access::anyone;
};

/// True for a pattern with a `{name}`, which none but the last segment may be.
[[nodiscard]] constexpr bool takes_parameters(std::string_view pattern) { return pattern.ends_with('}'); }

/// Matches `path` against `pattern`; fills the parameters on success, their percent-encoding kept.
[[nodiscard]] bool match(std::string_view pattern, std::string_view path, Parameters& parameters);

/// A cheap check of the first characters before `match`; false means that `match` would fail.
[[nodiscard]] constexpr bool may_match(std::string_view pattern, std::string_view path) {
    if (pattern.size() < 3 || path.size() < 3) return true;
    for (std::size_t at = 1; at < 3; ++at) {
        if (pattern[at] == path[at] && pattern[at] != '{') continue;
        return pattern[at] == '{' || path[at] == '%';
    }
    return true;
}

template <typename Handler>
struct Match {
    const Route<Handler>* route = nullptr;  ///< null: no such path, or no such method on it
    Parameters parameters;
    /// Only when there is no route: a bit for each method that the path has; 0: no such path.
    std::uint16_t allow = 0;
};

/// HEAD is answered by the GET route of the path (RFC 9110 §9.3.2).
template <typename Handler>
[[nodiscard]] Match<Handler> find(std::span<const Route<Handler>> routes, http::Method method,
                                  std::string_view path) {
    const auto bit = [](http::Method m) {
        return static_cast<std::uint16_t>(1U << static_cast<unsigned>(m));
    };
    const auto wanted = method == http::Method::head ? http::Method::get : method;
    Match<Handler> result;
    const auto allow = [&result, bit](http::Method m) {
        result.allow |= bit(m);
        if (m == http::Method::get) result.allow |= bit(http::Method::head);
    };
    // Most paths are written as their patterns are.
    for (const auto& route : routes) {
        if (route.pattern != path) continue;
        if (route.method == wanted) {
            result.route = &route;
            return result;
        }
        allow(route.method);
    }
    if (result.allow != 0) return result;
    // The pages' paths pass all rows: where nothing is encoded, one character tells most of them apart.
    const bool is_plain = path.size() >= 3 && path[1] != '%' && path[2] != '%';
    for (const auto& route : routes) {
        if (is_plain && route.pattern.size() >= 3 && route.pattern[2] != path[2] && route.pattern[1] != '{' &&
            route.pattern[2] != '{')
            continue;
        if (!may_match(route.pattern, path) || !match(route.pattern, path, result.parameters)) continue;
        if (route.method == wanted) {
            result.route = &route;
            return result;
        }
        allow(route.method);
    }
    return result;
}

}  // namespace boardwalk::router
