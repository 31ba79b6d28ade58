#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/core/block_sums.hpp"

namespace boardwalk::app {

/// One file of the dashboard, as it stands in flash. All views live as long as the program.
struct Asset {
    /// What the request's target must be: "/", "/assets/index-x.js", "/api/v1/openapi.json".
    std::string_view path;
    std::string_view content_type;
    /// Strong and quoted (RFC 9110 §8.8.3), from the SHA-256 of the bytes in `gzip`.
    std::string_view etag;
    std::string_view gzip;
    /// Empty unless the path is "/" or a JSON document: those are also sent to clients that refuse gzip.
    std::string_view identity;
    std::string_view identity_etag;
    /// The name changes with the content, so that a browser never has to ask again (RFC 8246).
    bool immutable;
    /// So many bytes in front of `gzip` are its fields: see http::Response::fields. 0: none.
    std::uint16_t fields_in_front = 0;
};

using AssetTable = std::span<const Asset>;

/// The dashboard that this image carries, sorted by path. Written by firmware/dashboard/embed.mjs.
AssetTable dashboard_assets();
/// What its `gzip` views lie in.
SummedBytes dashboard_bytes();

}  // namespace boardwalk::app
