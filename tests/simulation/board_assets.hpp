#pragma once

#include <string_view>

#include "firmware/app/api/page/assets.hpp"

namespace boardwalk::simulation {

/// A dashboard of noise, with the sizes of a real one.
[[nodiscard]] app::AssetTable board_assets();
/// As they are sent to a client that takes gzip.
[[nodiscard]] std::string_view asset_bytes(std::string_view path);

}  // namespace boardwalk::simulation
