#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace boardwalk::app {

/// Percent-decodes (RFC 3986 §2.1) into `memory`. Nothing when a `%` has no two hex digits or it does not
/// fit.
[[nodiscard]] std::optional<std::string_view> percent_decode(std::string_view text, std::span<char> memory);

/// The value of `name` in a query, as it was sent; nothing when it is not there. The first counts.
[[nodiscard]] std::optional<std::string_view> query_value(std::string_view query, std::string_view name);

/// A whole number without sign. Nothing for anything else.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view text);

}  // namespace boardwalk::app
