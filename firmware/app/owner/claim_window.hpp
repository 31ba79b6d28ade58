#pragma once

#include <cstdint>

#include "shared/request_values.hpp"

namespace boardwalk::app {

/// The set-up code, and for how long and how often it may be tried (limits::claim_window_ms,
/// limits::claim_tries_max).
class ClaimWindow {
public:
    /// From now on. Another code, or the same one anew.
    void open(const protocol::SetupCode& code, std::uint64_t now_ms);
    void close() { tries_left_ = 0; }
    [[nodiscard]] bool is_open(std::uint64_t now_ms) const;

    /// `wrong` costs a try. Take what is `right` at once: it stays so while the window is open.
    enum class Verdict : std::uint8_t { right, wrong, closed };
    [[nodiscard]] Verdict check(const protocol::SetupCode& code, std::uint64_t now_ms);
    [[nodiscard]] unsigned tries_left() const { return tries_left_; }

private:
    protocol::SetupCode code_;
    std::uint64_t opened_ms_ = 0;
    unsigned tries_left_ = 0;
};

}  // namespace boardwalk::app
