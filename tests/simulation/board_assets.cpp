#include "tests/simulation/board_assets.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "tests/support/random.hpp"

namespace boardwalk::simulation {

app::AssetTable board_assets() {
    static test::Random random(1);
    static const std::string page = random.bytes(1'900), script = random.bytes(37'000),
                             style = random.bytes(5'200);
    static const std::array<app::Asset, 3> table = {{
        {"/", "text/html; charset=utf-8", "\"page\"", page, page, "\"page-i\"", false},
        {"/assets/app.css", "text/css", "\"style\"", style, {}, {}, true},
        {"/assets/app.js", "text/javascript", "\"script\"", script, {}, {}, true},
    }};
    return table;
}

std::string_view asset_bytes(std::string_view path) {
    const auto table = board_assets();
    return std::ranges::find(table, path, &app::Asset::path)->gzip;
}

}  // namespace boardwalk::simulation
