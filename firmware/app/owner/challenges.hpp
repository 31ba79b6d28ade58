#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "firmware/app/platform.hpp"
#include "firmware/limits.hpp"
#include "shared/request_values.hpp"

namespace boardwalk::app {

/// The nonces of sign-ins. The board keeps none that it gives out: each carries its end and a code of the
/// board's own, so that no number of clients that ask for one takes memory. Those that were used are kept
/// until their end, since none is taken twice.
class Challenges {
public:
    /// Nonces of an earlier start hold no longer.
    void begin(Platform& platform) { platform.random(secret_); }

    /// One for this user, which begins with the client's own and is good for limits::challenge_s.
    [[nodiscard]] protocol::Nonce make(std::string_view user, std::string_view client_nonce,
                                       std::uint64_t now_ms) const;
    /// Whether it was made for this user. Compares secrets.
    [[nodiscard]] bool is_of(std::string_view nonce, std::string_view user) const;
    /// Takes it from then on for used. `full`: too many were used lately to know.
    enum class Use : std::uint8_t { first, stale, full };
    [[nodiscard]] Use use(std::string_view nonce, std::uint64_t now_ms);
    /// The part that is the client's own.
    [[nodiscard]] static std::string_view client_part(std::string_view nonce) {
        return nonce.substr(0, limits::client_nonce_bytes);
    }

private:
    static constexpr std::size_t code_bytes = 16;
    /// What the board puts behind the client's part: the end in seconds of the loop's clock, and the code.
    using Own = protocol::Octets<4 + code_bytes>;
    static constexpr std::size_t size = limits::client_nonce_bytes + protocol::base64url_size(4 + code_bytes);
    static_assert(size <= limits::nonce_bytes_max);

    struct Used {
        std::uint32_t mark = 0;
        std::uint32_t end_s = 0;
    };
    [[nodiscard]] Own own_part(std::string_view user, std::string_view client_nonce,
                               std::uint32_t end_s) const;

    std::array<std::uint8_t, 32> secret_{};
    std::array<Used, limits::challenges_max> used_{};
};

}  // namespace boardwalk::app
