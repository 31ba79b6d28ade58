#include "firmware/ports/mps2/arguments.hpp"

#include <algorithm>

#include "firmware/app/api/query.hpp"
#include "firmware/ports/mps2/machine/semihosting.hpp"

namespace boardwalk::ports {

std::string_view argument(std::string_view name, std::span<char> memory) {
    std::array<char, 256> line{};
    const auto sent = app::query_value(mps2::semihosting::command_line(line), name);
    return sent ? app::percent_decode(*sent, memory).value_or("") : "";
}

FlashPath flash_path() {
    constexpr std::string_view otherwise = "boardwalk-mps2.flash";
    FlashPath path{};
    if (argument("flash", std::span(path).first(path.size() - 1)).empty())
        std::ranges::copy(otherwise, path.begin());
    return path;
}

}  // namespace boardwalk::ports
