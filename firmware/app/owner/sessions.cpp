#include "firmware/app/owner/sessions.hpp"

#include <algorithm>

#include "firmware/app/crypto/bytes.hpp"
#include "firmware/app/crypto/sha256.hpp"

namespace boardwalk::app {

namespace {

constexpr std::uint32_t seconds(std::uint64_t now_ms) { return static_cast<std::uint32_t>(now_ms / 1'000); }

}  // namespace

bool Sessions::is_alive(const Session& session, std::uint64_t now_ms) {
    const auto now_s = seconds(now_ms);
    return session.number != 0 && now_s - session.used_s < idle_s(session.stays) &&
           now_s - session.began_s < limits::session_s_max;
}

Sessions::Session& Sessions::place_for(std::size_t person, std::uint64_t now_ms) {
    const auto now_s = seconds(now_ms);
    Session* longest = nullptr;
    bool is_own = false;
    for (Session& one : sessions_) {
        if (!is_alive(one, now_ms)) return one;
        const bool own = one.person == person;
        const bool longer = longest == nullptr || now_s - one.used_s > now_s - longest->used_s;
        if (own == is_own ? !longer : is_own) continue;
        longest = &one;
        is_own = own;
    }
    return *longest;
}

const Sessions::Session& Sessions::open(std::size_t person, bool stays, Platform& platform, Id& id) {
    platform.random(id);
    const auto now_ms = platform.now_ms();
    Session& place = place_for(person, now_ms);
    const auto text = protocol::to_base64url(id);
    place = {.hash = sha256({text.data(), text.size()}),
             .number = ++last_number_,
             .began_s = seconds(now_ms),
             .used_s = seconds(now_ms),
             .person = static_cast<std::uint8_t>(person),
             .stays = stays};
    return place;
}

const Sessions::Session* Sessions::use(std::string_view id, std::uint64_t now_ms) {
    const auto hash = sha256(id);
    Session* found = nullptr;
    for (Session& one : sessions_) {
        if (equal_secrets(one.hash, hash) && is_alive(one, now_ms)) found = &one;
    }
    if (found != nullptr) found->used_s = seconds(now_ms);
    return found;
}

const Sessions::Session* Sessions::find(std::uint32_t number, std::uint64_t now_ms) const {
    const auto found = std::ranges::find_if(
        sessions_, [&](const Session& one) { return one.number == number && is_alive(one, now_ms); });
    return found == sessions_.end() ? nullptr : &*found;
}

const Sessions::Session* Sessions::use(std::uint32_t number, std::uint64_t now_ms) {
    if (find(number, now_ms) == nullptr) return nullptr;
    const auto found =
        std::ranges::find_if(sessions_, [&](const Session& one) { return one.number == number; });
    found->used_s = seconds(now_ms);
    return &*found;
}

void Sessions::end(std::uint32_t number) {
    for (Session& one : sessions_) {
        if (one.number == number) one = {};
    }
}

void Sessions::end_of(std::size_t person) {
    for (Session& one : sessions_) {
        if (one.person == person) one = {};
    }
}

}  // namespace boardwalk::app
