#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

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

/// What a job does (`kind`).
namespace job_kinds {
inline constexpr std::string_view firmware = "firmware.update";
inline constexpr std::string_view wifi_scan = "wifi.scan";
}  // namespace job_kinds

/// DNS-SD (RFC 6763): service types without the domain, and the keys of the TXT record.
namespace dns_sd {
inline constexpr std::string_view boardwalk_service = "_boardwalk._tcp";
inline constexpr std::string_view http_service = "_http._tcp";
inline constexpr std::string_view txt_version_key = "txtvers";
inline constexpr std::string_view txt_version = "1";
inline constexpr std::string_view id_key = "id";
inline constexpr std::string_view mac_key = "mac";
inline constexpr std::string_view name_key = "name";
inline constexpr std::string_view model_key = "model";
inline constexpr std::string_view firmware_key = "fw";
inline constexpr std::string_view api_key = "api";
inline constexpr std::string_view path_key = "path";
inline constexpr std::string_view tls_key = "tls";
inline constexpr std::string_view auth_key = "auth";
}  // namespace dns_sd

enum class ReadingStatus : std::uint8_t { ok, stale, fault };
enum class OutputKind : std::uint8_t { switch_, level, choice, button };
enum class SlotState : std::uint8_t { free, silent, head, body, working, sending, idle, websocket };
enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class JobState : std::uint8_t { queued, running, done, failed };
enum class Topic : std::uint8_t { state, log, diagnostics, job, settings, info };
enum class WifiState : std::uint8_t { off, joining, joined, failed };
enum class WifiFailure : std::uint8_t { unknown, not_found, password, security };
enum class StreamMethod : std::uint8_t { subscribe, output_set, ping };

/// The words of an enumeration, in the order of its enumerators.
template <class Enum>
inline constexpr std::array<std::string_view, 0> words{};
template <>
inline constexpr std::array<std::string_view, 3> words<ReadingStatus>{"ok", "stale", "fault"};
template <>
inline constexpr std::array<std::string_view, 4> words<OutputKind>{"switch", "level", "choice", "button"};
template <>
inline constexpr std::array<std::string_view, 8> words<SlotState>{"free",    "silent",  "head", "body",
                                                                  "working", "sending", "idle", "websocket"};
template <>
inline constexpr std::array<std::string_view, 4> words<LogLevel>{"debug", "info", "warning", "error"};
template <>
inline constexpr std::array<std::string_view, 4> words<JobState>{"queued", "running", "done", "failed"};
template <>
inline constexpr std::array<std::string_view, 6> words<Topic>{"state", "log",      "diagnostics",
                                                              "job",   "settings", "info"};
template <>
inline constexpr std::array<std::string_view, 4> words<WifiState>{"off", "joining", "joined", "failed"};
template <>
inline constexpr std::array<std::string_view, 4> words<WifiFailure>{"unknown", "not_found", "password",
                                                                    "security"};
template <>
inline constexpr std::array<std::string_view, 3> words<StreamMethod>{"subscribe", "output.set", "ping"};

/// An enumeration that the protocol spells as words.
template <class Enum>
concept Worded = !words<Enum>.empty();

template <Worded Enum>
[[nodiscard]] constexpr std::string_view to_string(Enum value) {
    return words<Enum>[static_cast<std::size_t>(value)];
}

/// `from_string<Topic>("log")`. Nothing for a word that is not of this enumeration.
template <Worded Enum>
[[nodiscard]] constexpr std::optional<Enum> from_string(std::string_view word) {
    for (std::size_t index = 0; index < words<Enum>.size(); ++index) {
        if (words<Enum>[index] == word) return static_cast<Enum>(index);
    }
    return std::nullopt;
}

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
