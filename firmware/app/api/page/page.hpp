#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "firmware/app/api/routes.hpp"

namespace boardwalk::app {

/// What a page of a few words is made of. None of it is markup: all is escaped.
enum class Markup : std::uint8_t {
    text,
    code,  ///< what is to be typed, or was
    home,  ///< a link to the board's own page
};
struct Words {
    std::string_view text;
    Markup markup = Markup::text;
};

/// Answers a person with a small page, readable in light and in dark, instead of a problem.
/// Returns false, and leaves the answer as it was, when the client does not prefer HTML, or when a request
/// that fills its buffer leaves no room for the page.
[[nodiscard]] bool answer_page(const Exchange&, std::uint16_t status, std::string_view title,
                               std::initializer_list<Words>);

}  // namespace boardwalk::app
