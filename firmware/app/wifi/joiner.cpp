#include "firmware/app/wifi/joiner.hpp"

#include <algorithm>

#include "firmware/limits.hpp"

namespace boardwalk::app {

void WifiJoiner::use(const WifiCredentials& credentials, std::uint64_t now_ms) {
    if (link_ == Link::joined && credentials == credentials_) return;
    must_leave_ = link_ == Link::trying || link_ == Link::joined;
    credentials_ = credentials;
    link_ = credentials.ssid.empty() ? Link::none : Link::waiting;
    fresh_ = true;
    failure_ = WifiFailure::unknown;
    tries_ = 0;
    since_ms_ = out_since_ms_ = now_ms;
    next_try_ms_ = now_ms + (must_leave_ ? limits::wifi_leave_ms : 0);
}

void WifiJoiner::on_joined(std::uint64_t now_ms) {
    if (link_ != Link::trying) return;  // of what was tried before
    link_ = Link::joined;
    failure_ = WifiFailure::unknown;
    tries_ = 0;
    since_ms_ = now_ms;
}

void WifiJoiner::on_lost(std::uint64_t now_ms, WifiFailure why) {
    if (link_ == Link::joined) out_since_ms_ = now_ms;
    if (link_ == Link::joined || link_ == Link::trying) fail(now_ms, why);
}

void WifiJoiner::fail(std::uint64_t now_ms, WifiFailure why) {
    if (why != WifiFailure::unknown) failure_ = why;
    const auto doublings = std::min(tries_, 6U);
    next_try_ms_ = now_ms + std::min(limits::wifi_pause_ms_min << doublings, limits::wifi_pause_ms_max);
    ++tries_;
    fresh_ = false;
    link_ = Link::waiting;
    since_ms_ = now_ms;
}

WifiJoiner::Step WifiJoiner::next(std::uint64_t now_ms) {
    if (must_leave_) {
        must_leave_ = false;
        return Step::leave;
    }
    if (link_ == Link::trying && now_ms >= since_ms_ + limits::wifi_try_ms_max) {
        fail(now_ms, WifiFailure::unknown);
        return Step::leave;
    }
    const bool wanted = now_ms >= portal_from_ms() || (portal_open_ && now_ms < portal_until_ms());
    if (wanted != portal_open_) {
        portal_open_ = wanted;
        if (!wanted) guests_ = 0;
        return wanted ? Step::open_portal : Step::close_portal;
    }
    if (link_ == Link::waiting && now_ms >= next_try_ms_ && may_try()) {
        link_ = Link::trying;
        since_ms_ = now_ms;
        return Step::attempt;
    }
    return Step::none;
}

/// When the board's own network opens; `never` while it need not, and not in the middle of a try.
std::uint64_t WifiJoiner::portal_from_ms() const {
    if (link_ == Link::none) return 0;
    return link_ == Link::waiting ? out_since_ms_ + limits::wifi_outage_ms_max : never;
}

/// An open one stays: while it is not joined, and a moment longer.
std::uint64_t WifiJoiner::portal_until_ms() const {
    return link_ == Link::joined ? since_ms_ + limits::wifi_farewell_ms : never;
}

std::uint64_t WifiJoiner::due_ms() const {
    if (must_leave_) return 0;
    auto due = never;
    if (link_ == Link::waiting && may_try()) due = next_try_ms_;
    if (link_ == Link::trying) due = since_ms_ + limits::wifi_try_ms_max;
    return std::min(due, portal_open_ ? portal_until_ms() : portal_from_ms());
}

WifiState WifiJoiner::state() const {
    switch (link_) {
        case Link::none: return WifiState::off;
        case Link::joined: return WifiState::joined;
        case Link::waiting:
        case Link::trying: break;
    }
    return tries_ > 0 ? WifiState::failed : WifiState::joining;
}

}  // namespace boardwalk::app
