#include "firmware/app/owner/claim_window.hpp"

#include "firmware/app/crypto/bytes.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::app {

void ClaimWindow::open(const protocol::SetupCode& code, std::uint64_t now_ms) {
    code_ = code;
    opened_ms_ = now_ms;
    tries_left_ = limits::claim_tries_max;
}

bool ClaimWindow::is_open(std::uint64_t now_ms) const {
    return tries_left_ > 0 && now_ms - opened_ms_ < limits::claim_window_ms;
}

ClaimWindow::Verdict ClaimWindow::check(const protocol::SetupCode& code, std::uint64_t now_ms) {
    if (!is_open(now_ms)) return Verdict::closed;
    if (equal_secrets(code_.view(), code.view())) return Verdict::right;
    --tries_left_;
    return Verdict::wrong;
}

}  // namespace boardwalk::app
