#pragma once

#include <algorithm>
#include <cstdint>

#include "firmware/limits.hpp"

namespace boardwalk::app {

/// How many wrong proofs are taken of all clients together: limits::guesses_max at once, then one each
/// limits::guess_ms.
class Guesses {
public:
    /// How long until the next guess is taken; 0: it is taken now.
    [[nodiscard]] std::uint64_t wait_ms(std::uint64_t now_ms) const {
        const auto allowed_ms = now_ms + std::uint64_t{limits::guess_ms} * (limits::guesses_max - 1);
        return paid_ms_ > allowed_ms ? paid_ms_ - allowed_ms : 0;
    }
    void note_wrong(std::uint64_t now_ms) { paid_ms_ = std::max(paid_ms_, now_ms) + limits::guess_ms; }
    void clear() { paid_ms_ = 0; }

private:
    std::uint64_t paid_ms_ = 0;  ///< when all wrong ones are forgotten
};

}  // namespace boardwalk::app
