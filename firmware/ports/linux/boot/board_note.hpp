#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace boardwalk::ports {

/// What an executable of this board says of itself in an ELF note (System V ABI, "Note Section"), where it
/// can be read without running it. The linker puts what lies in a section `.note.…` into a segment PT_NOTE.
struct BoardNote {
    static constexpr std::size_t text_bytes = 32;
    static constexpr std::uint32_t board_type = 1;
    using Text = std::array<char, text_bytes>;
    using Owner = std::array<char, 12>;  // a multiple of 4, as the format wants it
    static constexpr Owner owner_name = {'B', 'o', 'a', 'r', 'd', 'w', 'a', 'l', 'k'};

    std::uint32_t owner_bytes = 10;  ///< the name and a zero
    std::uint32_t content_bytes = 2 * text_bytes;
    std::uint32_t type = board_type;
    Owner owner = owner_name;
    Text model{};    ///< zeros behind it
    Text version{};  ///< zeros behind it

    constexpr BoardNote() = default;
    constexpr BoardNote(std::string_view model_name, std::string_view version_name) {
        std::ranges::copy(model_name.substr(0, text_bytes), model.begin());
        std::ranges::copy(version_name.substr(0, text_bytes), version.begin());
    }
};
static_assert(sizeof(BoardNote) == 12 + 12 + 2 * BoardNote::text_bytes);

}  // namespace boardwalk::ports

/// Once in an executable.
#define BOARDWALK_BOARD_NOTE(model, version)                          \
    extern const ::boardwalk::ports::BoardNote boardwalk_board_note;  \
    [[gnu::used, gnu::section(".note.boardwalk"),                     \
      gnu::aligned(4)]] constinit const ::boardwalk::ports::BoardNote \
    boardwalk_board_note(model, version)
