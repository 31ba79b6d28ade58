#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "shared/fixed_string.hpp"
#include "shared/name_rule.hpp"
#include "shared/request_types.hpp"

/// Reads what clients send to the board (`shared/request_types.hpp`). The decoded types hold no heap;
/// decoding itself needs a few KB of it, bounded by the input (which the caller has size-checked) and given
/// back on return. A test states the peak.
namespace boardwalk::protocol {

using JsonPointer = FixedString<79>;  // RFC 6901

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
DecodeResult<Claim> decode_claim(std::string_view json);
DecodeResult<SessionStart> decode_session_start(std::string_view json);
DecodeResult<SessionProof> decode_session_proof(std::string_view json);
DecodeResult<UserChange> decode_user_change(std::string_view json);
DecodeResult<TokenRequest> decode_token_request(std::string_view json);

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
[[nodiscard]] std::string encode(const Claim& request);
[[nodiscard]] std::string encode(const SessionStart& request);
[[nodiscard]] std::string encode(const SessionProof& request);
[[nodiscard]] std::string encode(const UserChange& request);
[[nodiscard]] std::string encode(const TokenRequest& request);

}  // namespace boardwalk::protocol
