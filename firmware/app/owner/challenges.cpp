#include "firmware/app/owner/challenges.hpp"

#include <algorithm>

#include "firmware/app/crypto/bytes.hpp"
#include "firmware/app/crypto/hmac.hpp"

namespace boardwalk::app {

namespace {

std::uint32_t number_in(std::span<const std::uint8_t> bytes) {
    return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
           static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

}  // namespace

Challenges::Own Challenges::own_part(std::string_view user, std::string_view client_nonce,
                                     std::uint32_t end_s) const {
    Own own{};
    for (unsigned i = 0; i < 4; ++i)
        own[i] = static_cast<std::uint8_t>(end_s >> 8 * i);
    Hmac code(secret_);
    code.add(text_of(std::span(own).first<4>()));
    code.add(client_nonce);  // always of one length
    code.add(user);
    const auto value = code.value();
    std::copy_n(value.begin(), code_bytes, own.begin() + 4);
    return own;
}

protocol::Nonce Challenges::make(std::string_view user, std::string_view client_nonce,
                                 std::uint64_t now_ms) const {
    const auto end_s = static_cast<std::uint32_t>(now_ms / 1'000) + limits::challenge_s;
    const auto own = protocol::to_base64url(own_part(user, client_nonce, end_s));
    protocol::Nonce nonce;
    (void)nonce.assign(client_nonce);
    (void)nonce.append({own.data(), own.size()});
    return nonce;
}

bool Challenges::is_of(std::string_view nonce, std::string_view user) const {
    Own own{};
    if (nonce.size() != size || !protocol::read_base64url(nonce.substr(limits::client_nonce_bytes), own))
        return false;
    return equal_secrets(own, own_part(user, client_part(nonce), number_in(own)));
}

Challenges::Use Challenges::use(std::string_view nonce, std::uint64_t now_ms) {
    Own own{};
    if (nonce.size() != size || !protocol::read_base64url(nonce.substr(limits::client_nonce_bytes), own))
        return Use::stale;
    const auto now_s = static_cast<std::uint32_t>(now_ms / 1'000);
    const auto end_s = number_in(own);
    const auto is_over = [now_s](std::uint32_t end) { return static_cast<std::int32_t>(end - now_s) <= 0; };
    if (is_over(end_s) || end_s - now_s > limits::challenge_s) return Use::stale;
    const auto mark = number_in(std::span(own).subspan(4));
    if (std::ranges::any_of(used_, [&](const Used& one) { return one.mark == mark && one.end_s == end_s; }))
        return Use::stale;
    const auto place = std::ranges::find_if(used_, [&](const Used& one) { return is_over(one.end_s); });
    if (place == used_.end()) return Use::full;
    *place = {mark, end_s};
    return Use::first;
}

}  // namespace boardwalk::app
