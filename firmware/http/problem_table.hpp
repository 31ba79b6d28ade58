#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "firmware/http/problem.hpp"

namespace boardwalk::http {

/// A row of a table from the reasons of one room to the problems that are answered.
template <typename Reason>
struct ProblemRow {
    Reason reason;
    std::uint16_t status;
    std::string_view code;
    std::string_view detail;

    [[nodiscard]] constexpr Problem problem() const {
        return {.status = status, .code = code, .detail = detail};
    }
};

/// True when `rows` has one row for each reason up to `last`, in their order.
template <typename Reason, std::size_t size>
[[nodiscard]] consteval bool is_whole(const std::array<ProblemRow<Reason>, size>& rows, Reason last) {
    for (std::size_t i = 0; i < size; ++i) {
        if (rows[i].reason != static_cast<Reason>(i)) return false;
    }
    return rows.back().reason == last;
}

}  // namespace boardwalk::http
