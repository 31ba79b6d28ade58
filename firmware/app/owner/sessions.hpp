#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "firmware/app/crypto/sha256_value.hpp"
#include "firmware/app/platform.hpp"
#include "firmware/limits.hpp"
#include "shared/base64url.hpp"

namespace boardwalk::app {

/// Who is signed in with a cookie. In memory alone: a restart ends them all. Times are of the loop's clock.
class Sessions {
public:
    /// What the client keeps: 128 random bits.
    using Id = protocol::Octets<16>;

    struct Session {
        Sha256Value hash{};        ///< of its id
        std::uint32_t number = 0;  ///< another for each; 0: the place is free
        std::uint32_t began_s = 0;
        std::uint32_t used_s = 0;
        std::uint8_t person = 0;
        bool stays = false;
    };

    /// A new one. With all places taken it gets that of the person's own session which was not used for
    /// longest; of a person without one, that of all.
    const Session& open(std::size_t person, bool stays, Platform& platform, Id& id);
    /// The session of that id, which is used by this. Null: there is none, or it has ended.
    [[nodiscard]] const Session* use(std::string_view id, std::uint64_t now_ms);
    /// The same of the session of that number: a stream of it was used.
    const Session* use(std::uint32_t number, std::uint64_t now_ms);
    /// Without using it.
    [[nodiscard]] const Session* find(std::uint32_t number, std::uint64_t now_ms) const;
    void end(std::uint32_t number);
    void end_of(std::size_t person);
    void end_all() { sessions_ = {}; }

    /// After so many seconds without a request it ends.
    [[nodiscard]] static std::uint32_t idle_s(bool stays) {
        return stays ? limits::session_stay_s : limits::session_idle_s;
    }

private:
    [[nodiscard]] static bool is_alive(const Session&, std::uint64_t now_ms);
    [[nodiscard]] Session& place_for(std::size_t person, std::uint64_t now_ms);

    std::array<Session, limits::sessions_max> sessions_{};
    std::uint32_t last_number_ = 0;
};

}  // namespace boardwalk::app
