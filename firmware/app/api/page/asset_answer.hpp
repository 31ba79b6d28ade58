#pragma once

#include "firmware/app/api/page/assets.hpp"
#include "firmware/http/request.hpp"
#include "firmware/http/response.hpp"

namespace boardwalk::app {

/// Null: no asset has this path.
[[nodiscard]] const Asset* find_asset(AssetTable, std::string_view path);

/// Answers GET and HEAD with one of the asset's representations, whole, or 406.
void answer_asset(const Asset&, const http::Request&, http::Response&);

}  // namespace boardwalk::app
