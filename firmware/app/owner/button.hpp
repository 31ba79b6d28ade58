#pragma once

#include <cstdint>
#include <optional>

#include "firmware/limits.hpp"

namespace boardwalk::app {

/// What a person means with the board's button: pressed, the set-up code; held for long, that the board
/// forgets its owner. A port tells how it stands, often enough (limits::button_poll_ms).
class Button {
public:
    enum class Press : std::uint8_t { none, pressed, held };

    /// `pressed` once it is let go, `held` while it still is down, once.
    Press look(bool is_down, std::uint64_t now_ms) {
        if (!is_down) {
            const bool was_pressed = since_ms_ && now_ms - *since_ms_ >= limits::button_poll_ms && !is_told_;
            since_ms_.reset();
            is_told_ = false;
            return was_pressed ? Press::pressed : Press::none;
        }
        if (!since_ms_) since_ms_ = now_ms;
        if (is_told_ || now_ms - *since_ms_ < limits::button_held_ms) return Press::none;
        is_told_ = true;
        return Press::held;
    }

private:
    std::optional<std::uint64_t> since_ms_;
    bool is_told_ = false;
};

}  // namespace boardwalk::app
