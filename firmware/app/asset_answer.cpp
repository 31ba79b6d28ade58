#include "firmware/app/asset_answer.hpp"

#include <algorithm>

#include "firmware/app/negotiation.hpp"
#include "firmware/http/problem.hpp"
#include "firmware/router/route.hpp"

namespace boardwalk::app {

namespace {

struct Representation {
    std::string_view bytes;
    std::string_view etag;
    std::string_view coding;
};

/// Empty bytes: none that the client takes.
Representation choose(const Asset& asset, const http::Request& request) {
    const auto accepted = accepted_codings(request.accept_encoding, request.has_accept_encoding);
    const bool gzip = !asset.gzip.empty() && accepted.gzip > 0;
    const bool identity = !asset.identity.empty() && accepted.identity > 0;
    if (gzip && (!identity || accepted.gzip >= accepted.identity)) return {asset.gzip, asset.etag, "gzip"};
    if (identity) return {asset.identity, asset.identity_etag, {}};
    return {};
}

/// RFC 9110 §14.2: ranges count for GET only, and only while If-Range names what would be sent.
ByteRange range_of(const http::Request& request, const Representation& chosen) {
    if (request.method != http::Method::get || request.range.empty()) return {};
    if (!request.if_range.empty() && request.if_range != chosen.etag) return {};
    return byte_range(request.range, chosen.bytes.size());
}

}  // namespace

const Asset* find_asset(AssetTable assets, std::string_view path) {
    router::Parameters none;
    const auto found = std::ranges::find_if(
        assets, [&](const Asset& asset) { return router::match(asset.path, path, none); });
    return found == assets.end() ? nullptr : &*found;
}

void answer_asset(const Asset& asset, const http::Request& request, http::Response& response) {
    response.vary_accept_encoding = true;
    const Representation chosen = choose(asset, request);
    if (chosen.bytes.empty()) {
        http::answer(response, {.status = 406,
                                .code = "coding_refused",
                                .detail = "This is stored as gzip only: accept gzip.",
                                .instance = request.path});
        return;
    }
    const ByteRange range = range_of(request, chosen);
    if (!request.if_none_match.empty() && matches_weakly(request.if_none_match, chosen.etag)) {
        response.status = 304;
    } else if (range.kind == ByteRange::Kind::unsatisfiable) {
        http::answer(response, {.status = 416,
                                .code = "range_not_satisfiable",
                                .detail = "The range begins behind the end.",
                                .instance = request.path});
        response.range_total = chosen.bytes.size();
        return;
    } else if (range.kind == ByteRange::Kind::part) {
        response.status = 206;
        response.range_first = range.first;
        response.range_total = chosen.bytes.size();
        response.fixed = chosen.bytes.substr(range.first, range.bytes);
    } else {
        response.fixed = chosen.bytes;
    }
    response.etag = chosen.etag;
    response.cache_control = asset.immutable ? "public, max-age=31536000, immutable" : "no-cache";
    response.accept_ranges = true;
    if (response.status == 304) return;
    response.content_type = asset.content_type;
    response.content_encoding = chosen.coding;
}

}  // namespace boardwalk::app
