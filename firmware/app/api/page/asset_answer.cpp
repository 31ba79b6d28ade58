#include "firmware/app/api/page/asset_answer.hpp"

#include <algorithm>

#include "firmware/app/api/gate/negotiation.hpp"
#include "firmware/app/problems.hpp"
#include "firmware/http/problem.hpp"
#include "firmware/router/route.hpp"

namespace boardwalk::app {

namespace {

struct Representation {
    std::string_view bytes;
    std::string_view etag;
    std::string_view coding;
    std::uint16_t fields_in_front = 0;
};

/// Empty bytes: none that the client takes.
Representation choose(const Asset& asset, const http::Request& request) {
    const auto accepted = accepted_codings(request.accept_encoding);
    const bool gzip = !asset.gzip.empty() && accepted.gzip > 0;
    const bool identity = !asset.identity.empty() && accepted.identity > 0;
    if (gzip && (!identity || accepted.gzip >= accepted.identity))
        return {asset.gzip, asset.etag, "gzip", asset.fields_in_front};
    if (identity) return {asset.identity, asset.identity_etag, {}};
    return {};
}

}  // namespace

const Asset* find_asset(AssetTable assets, std::string_view path) {
    const auto first = [assets](auto is_it) -> const Asset* {
        const auto found = std::ranges::find_if(assets, is_it);
        return found == assets.end() ? nullptr : &*found;
    };
    const auto* const written_so = first([path](const Asset& asset) { return asset.path == path; });
    if (written_so != nullptr || path.find('%') == std::string_view::npos) return written_so;
    router::Parameters none;
    return first([&](const Asset& asset) { return router::match(asset.path, path, none); });
}

void answer_asset(const Asset& asset, const http::Request& request, http::Response& response) {
    response.vary_accept_encoding = true;
    const Representation chosen = choose(asset, request);
    if (chosen.bytes.empty()) {
        answer_refusal(response, Refusal::coding_refused, request.path);
        return;
    }
    response.fixed = chosen.bytes;
    response.fields = {chosen.bytes.data() - chosen.fields_in_front, chosen.fields_in_front};
    response.etag = cut(chosen.etag);
    response.content_type = asset.content_type;
    response.content_encoding = chosen.coding;
    response.cache_control = asset.immutable ? "public, max-age=31536000, immutable" : "no-cache";
    response.accept_ranges = true;
}

}  // namespace boardwalk::app
