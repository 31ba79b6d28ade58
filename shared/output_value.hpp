#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "shared/fixed_string.hpp"
#include "shared/limits.hpp"

namespace boardwalk::protocol {

using Choice = FixedString<limits::choice_bytes_max>;

/// What an output is set to: a switch or button a bool, a level a number, a choice one of its options.
/// No heap: the same type serves board, app and tests.
using OutputValue = std::variant<bool, double, Choice>;

/// Nothing when `text` is longer than a choice may be.
[[nodiscard]] inline std::optional<OutputValue> choice_value(std::string_view text) {
    Choice choice;
    if (!choice.assign(text)) return std::nullopt;
    return OutputValue{choice};
}

}  // namespace boardwalk::protocol
