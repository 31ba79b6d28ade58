#pragma once

#include <array>
#include <span>
#include <string_view>

/// What the board is told at its start: one semihosting argument in the form of a query,
/// `name=Test%20bench&local=10.0.2.2&flash=…`. scripts/run-mps2 writes it.
namespace boardwalk::ports {

/// A value that the start was given, or nothing; `memory` takes it.
[[nodiscard]] std::string_view argument(std::string_view name, std::span<char> memory);

/// The file that is the board's flash, ended with a zero.
using FlashPath = std::array<char, 128>;
[[nodiscard]] FlashPath flash_path();

}  // namespace boardwalk::ports
