#pragma once

#include <cstdint>
#include <string_view>

#include "shared/words.hpp"

/// Words that board and clients must spell alike. No heap: the board uses them too.
namespace boardwalk::protocol {

inline constexpr unsigned api_version = 1;
inline constexpr std::string_view subprotocol = "boardwalk.v1";

namespace paths {
inline constexpr std::string_view healthz = "/healthz";
inline constexpr std::string_view readyz = "/readyz";
inline constexpr std::string_view metrics = "/metrics";
inline constexpr std::string_view info = "/api/v1/info";
inline constexpr std::string_view state = "/api/v1/state";
inline constexpr std::string_view history = "/api/v1/history";
inline constexpr std::string_view outputs = "/api/v1/outputs";  ///< followed by `/` and the output's id
inline constexpr std::string_view settings = "/api/v1/settings";
inline constexpr std::string_view settings_backup = "/api/v1/settings/backup";
inline constexpr std::string_view settings_restore = "/api/v1/settings/restore";
inline constexpr std::string_view diagnostics = "/api/v1/diagnostics";
inline constexpr std::string_view jobs = "/api/v1/jobs";  ///< followed by `/` and the job's id
inline constexpr std::string_view wifi = "/api/v1/wifi";
inline constexpr std::string_view wifi_scan = "/api/v1/wifi/scan";
inline constexpr std::string_view firmware = "/api/v1/firmware";
inline constexpr std::string_view claim = "/api/v1/claim";
inline constexpr std::string_view session = "/api/v1/session";
inline constexpr std::string_view users = "/api/v1/users";  ///< followed by `/` and the person's name, or not
inline constexpr std::string_view tokens = "/api/v1/tokens";  ///< followed by `/` and the token's id, or not
inline constexpr std::string_view security_txt = "/.well-known/security.txt";  // RFC 9116
inline constexpr std::string_view restart = "/api/v1/restart";
inline constexpr std::string_view logs = "/api/v1/logs";
inline constexpr std::string_view stream = "/api/v1/stream";
inline constexpr std::string_view openapi = "/api/v1/openapi.json";
}  // namespace paths

namespace media_types {
inline constexpr std::string_view json = "application/json";
inline constexpr std::string_view octets = "application/octet-stream";
inline constexpr std::string_view merge_patch = "application/merge-patch+json";  // RFC 7396
inline constexpr std::string_view problem = "application/problem+json";          // RFC 9457
}  // namespace media_types

/// A set of topics: what a client is subscribed to.
class TopicSet {
public:
    constexpr TopicSet() = default;
    template <class... Topics>
    constexpr explicit TopicSet(Topic first, Topics... rest) {
        insert(first);
        (insert(rest), ...);
    }

    constexpr void insert(Topic topic) { bits_ = static_cast<std::uint8_t>(bits_ | bit(topic)); }
    constexpr void erase(Topic topic) { bits_ = static_cast<std::uint8_t>(bits_ & ~bit(topic)); }
    [[nodiscard]] constexpr bool contains(Topic topic) const { return (bits_ & bit(topic)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

    friend constexpr bool operator==(const TopicSet&, const TopicSet&) = default;

private:
    static constexpr std::uint8_t bit(Topic topic) {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(topic));
    }

    std::uint8_t bits_ = 0;
};

}  // namespace boardwalk::protocol
