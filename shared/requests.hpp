#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "shared/fixed_string.hpp"
#include "shared/limits.hpp"
#include "shared/name_rule.hpp"
#include "shared/names.hpp"
#include "shared/output_value.hpp"
#include "shared/trusted_names.hpp"

/// What clients send to the board. The decoded types hold no heap; decoding itself needs a few KB of it,
/// bounded by the input (which the caller has size-checked) and given back on return. A test states the peak.
namespace boardwalk::protocol {

using OutputId = FixedString<limits::id_bytes_max>;
using Ssid = FixedString<limits::ssid_bytes_max>;
using WifiPassword = FixedString<limits::wifi_password_bytes_max>;
using JsonPointer = FixedString<79>;  // RFC 6901

/// Body of `PUT /api/v1/outputs/{id}`.
struct SetOutput {
    OutputValue value = false;
    friend bool operator==(const SetOutput&, const SetOutput&) = default;
};

/// Body of `PATCH /api/v1/settings` (RFC 7396, though nothing here may be removed with null): what is absent
/// stays.
struct SettingsPatch {
    std::optional<Name> name;
    std::optional<std::uint32_t> telemetry_period_ms;
    std::optional<Ssid> wifi_ssid;  ///< empty: forget the network
    std::optional<WifiPassword> wifi_password;
    std::optional<TrustedHosts> trusted_hosts;  ///< `/security/hosts`; a list replaces the one before whole
    std::optional<TrustedOrigins> trusted_origins;
    friend bool operator==(const SettingsPatch&, const SettingsPatch&) = default;
};

/// Body of `PUT /api/v1/settings/restore`, as `GET /api/v1/settings/backup` gave it. What the first release
/// knew must be there; secrets never are, and stay as they are. Nor is the Wi-Fi network: its name without
/// its password would cut the board off. Members that this version does not know are another version's: they
/// are passed over here, and the board keeps them.
struct SettingsBackup {
    static constexpr std::string_view format = "boardwalk.settings";
    static constexpr std::uint64_t version = 1;
    SettingsPatch settings;
    friend bool operator==(const SettingsBackup&, const SettingsBackup&) = default;
};

/// Replaces the client's topics; an empty set ends all of them.
struct Subscribe {
    TopicSet topics;
    double max_hz = limits::stream_hz_default;
    friend bool operator==(const Subscribe&, const Subscribe&) = default;
};

struct OutputSet {
    OutputId id;
    OutputValue value = false;
    friend bool operator==(const OutputSet&, const OutputSet&) = default;
};

/// Asks for an empty answer. It counts as a message of the client's own, so a page that is being looked at
/// sends one now and then and keeps its place.
struct Ping {
    friend bool operator==(const Ping&, const Ping&) = default;
};

/// A client's message on the stream.
struct StreamRequest {
    std::uint64_t id = 0;
    std::variant<Subscribe, OutputSet, Ping> call;
    friend bool operator==(const StreamRequest&, const StreamRequest&) = default;
};

/// Largest id of a stream request: the largest integer that every reader of JSON keeps exactly (RFC 8259 §6).
inline constexpr std::uint64_t request_id_max = (std::uint64_t{1} << 53) - 1;

struct DecodeError {
    enum class Kind : std::uint8_t {
        bad_json,        ///< not JSON, not UTF-8, or nested too deeply
        invalid,         ///< JSON, but not what this request takes
        unknown_method,  ///< a stream request for something that this board does not know
    };
    Kind kind = Kind::bad_json;
    JsonPointer
        pointer;       ///< the member at fault, or the nearest parent whose pointer fits; empty for bad_json
    FaultText detail;  ///< the end of a sentence that begins with the member
};

/// The status that goes with an error: 400 for bad JSON, 422 for the others.
[[nodiscard]] constexpr unsigned status_of(DecodeError::Kind kind) {
    return kind == DecodeError::Kind::bad_json ? 400 : 422;
}
/// The stable word of an error: `bad_json`, `invalid`, `unknown_method`.
[[nodiscard]] std::string_view code_of(DecodeError::Kind kind);

template <class Value>
class [[nodiscard]] DecodeResult {
public:
    DecodeResult(const Value& value) : outcome_(value) {}
    DecodeResult(const DecodeError& error) : outcome_(error) {}

    explicit operator bool() const { return std::holds_alternative<Value>(outcome_); }
    /// Only when true.
    [[nodiscard]] const Value& value() const { return *std::get_if<Value>(&outcome_); }
    /// Only when false.
    [[nodiscard]] const DecodeError& error() const { return *std::get_if<DecodeError>(&outcome_); }

private:
    std::variant<Value, DecodeError> outcome_;
};

/// The first error in the text's order; bad JSON anywhere comes before all others.
DecodeResult<SetOutput> decode_set_output(std::string_view json);
DecodeResult<SettingsPatch> decode_settings_patch(std::string_view json);
DecodeResult<SettingsBackup> decode_settings_backup(std::string_view json);

/// The board's own file, perhaps written by another version. What this one can take of it is taken, and
/// members that are unknown are passed over; `error` is the first thing that it cannot take. For `bad_json`
/// nothing was taken.
struct StoredSettings {
    SettingsPatch settings;
    bool name_is_cleaned = false;  ///< it held what no name may hold any more, and now is without that
    std::optional<DecodeError> error;
};
[[nodiscard]] StoredSettings decode_stored_settings(std::string_view json);
/// Whether this version knows the setting at a JSON pointer, such as `/telemetry/period_ms`.
[[nodiscard]] bool is_setting(std::string_view pointer);

/// Body of a request that wants none: `{}`, which HTTP libraries send. Nothing when it is that.
[[nodiscard]] std::optional<DecodeError> check_empty(std::string_view json);

struct StreamRequestResult {
    std::optional<std::uint64_t>
        id;  ///< for the answer: also with most errors. Nothing: answer with `"id":null`
    DecodeResult<StreamRequest> request;
};
[[nodiscard]] StreamRequestResult decode_stream_request(std::string_view json);

/// For clients and tests: they use the heap freely.
[[nodiscard]] std::string encode(const SetOutput& request);
[[nodiscard]] std::string encode(const SettingsPatch& request);
[[nodiscard]] std::string encode(const SettingsBackup& request);
[[nodiscard]] std::string encode(const StreamRequest& request);

}  // namespace boardwalk::protocol
