#include "firmware/ports/linux/storage/reset.hpp"

#include <array>
#include <span>
#include <string_view>

namespace boardwalk::ports {

namespace {

constexpr std::array<std::string_view, 5> names = {"owner", "setup-code", "settings.json", "board-id",
                                                   "setup-password"};
constexpr std::size_t of_owner = 2;  ///< the first of them

}  // namespace

void reset(DataDirectory& directory, Reset what) {
    if (what == Reset::none) return;
    const auto gone = std::span(names).first(what == Reset::owner ? of_owner : names.size());
    for (const auto name : gone)
        directory.remove_with_copies(name);
}

}  // namespace boardwalk::ports
