#include "shared/request_rules.hpp"

#include <algorithm>

#include "shared/setup_code.hpp"

namespace boardwalk::protocol {
namespace {

/// RFC 6763 §4.1.1: an instance name holds no ASCII control characters.
bool is_control(char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte < 0x20 || byte == 0x7f;
}

/// What WPA takes: a passphrase (IEEE 802.11 annex J.4.1), or the key itself in hex.
bool is_wifi_password(std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdefABCDEF";
    if (text.size() == limits::wifi_password_bytes_max)
        return text.find_first_not_of(hex) == std::string_view::npos;
    return text.size() >= limits::wifi_password_bytes_min && text.size() < limits::wifi_password_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

template <class List, class Read>
std::string_view take_item(std::string_view text, List& list, Read read) {
    typename List::Text item;
    const auto error = read(text, item);
    if (!error.empty()) return error;
    return list.push(item) ? std::string_view{} : "is one more than the 4 that are kept";
}
static_assert(limits::trusted_hosts_max == 4 && limits::trusted_origins_max == 4, "a text says it");

}  // namespace

std::string_view RequestRules::take_name(const Scalar& value, Name& name) {
    const auto fault = find_name_fault(value.string);
    if (fault.kind == NameFault::Kind::none) {
        (void)name.assign(value.string);
        return {};
    }
    name = cleans_name ? cleaned_name(value.string) : Name();
    name_is_cleaned = !name.empty();
    fault_ = describe(fault);
    return name.empty() ? fault_.view() : std::string_view{};
}

std::string_view RequestRules::take_ssid(const Scalar& value, Ssid& ssid) {
    if (!ssid.assign(value.string)) return "must be at most 32 bytes of UTF-8";
    if (std::any_of(value.string.begin(), value.string.end(), is_control))
        return "must not hold control characters";
    return {};
}

std::string_view RequestRules::take_wifi_password(const Scalar& value, WifiPassword& password) {
    if (!value.string.empty() && !is_wifi_password(value.string))
        return "must be 8 to 63 printable ASCII characters, 64 hex digits, or empty";
    (void)password.assign(value.string);
    return {};
}
static_assert(limits::ssid_bytes_max == 32 && limits::wifi_password_bytes_min == 8 &&
                  limits::wifi_password_bytes_max == 64,
              "texts say it");

std::string_view RequestRules::take_output_id(const Scalar& value, OutputId& id) {
    return id.assign(value.string) ? std::string_view{} : "is longer than an id can be (31 bytes)";
}

std::string_view RequestRules::take_output_value(const Scalar& from, OutputValue& to) {
    switch (from.kind) {
        case Kinds::boolean: to = from.boolean; return {};
        case Kinds::number: to = from.number; return {};
        default: {
            const auto choice = choice_value(from.string);
            if (!choice) return "is longer than a choice can be (31 bytes)";
            to = *choice;
            return {};
        }
    }
}
static_assert(limits::choice_bytes_max == 31 && limits::id_bytes_max == 31, "texts say it");

std::string_view RequestRules::take_stream_rate(const Scalar& value, StreamRate& hz) {
    if (value.number < limits::stream_hz_min) return "must be at least 0.1";
    // "At most" is kept by a board that never sends as often as that.
    hz = std::min(value.number, limits::stream_hz_max);
    return {};
}
static_assert(limits::stream_hz_min == 0.1, "a text says it");
static_assert(Subscribe{}.max_hz == limits::stream_hz_default && limits::telemetry_period_ms_min == 100 &&
                  limits::telemetry_period_ms_max == 60'000,
              "the schemas say them");

std::string_view RequestRules::take_setup_code(const Scalar& value, SetupCode& code) {
    const auto read = read_setup_code(value.string);
    if (!read) return "must be 8 letters and digits, without U";
    code = *read;
    return {};
}

std::string_view RequestRules::take_public_access(const Scalar& value, PublicAccess& access) {
    const auto known = from_string<PublicAccess>(value.string);
    if (!known) return "must be none, metrics or viewing";
    access = *known;
    return {};
}

std::string_view RequestRules::take_role(const Scalar& value, Role& role) {
    const auto known = from_string<Role>(value.string);
    if (!known) return "must be viewer, operator or owner";
    role = *known;
    return {};
}

std::string_view RequestRules::take_salt(const Scalar& value, Salt& salt) {
    return read_base64url(value.string, salt) ? std::string_view{}
                                              : "must be 16 bytes as base64url without padding";
}

std::string_view RequestRules::take_scram_key(const Scalar& value, ScramKey& key) {
    return read_base64url(value.string, key) ? std::string_view{}
                                             : "must be 32 bytes as base64url without padding";
}

std::string_view RequestRules::take_client_nonce(const Scalar& value, ClientNonce& nonce) {
    const bool right = value.string.size() == nonce.capacity && is_base64url(value.string);
    if (!right || !nonce.assign(value.string)) return "must be 18 bytes as base64url without padding";
    return {};
}

std::string_view RequestRules::take_nonce(const Scalar& value, Nonce& nonce) {
    const bool right = !value.string.empty() && is_base64url(value.string);
    return right && nonce.assign(value.string) ? std::string_view{} : "is none of this board's";
}

std::string_view RequestRules::take_token_text(const Scalar& value, TokenText& token) {
    const bool right = value.string.size() >= limits::token_bytes_min && is_base64url(value.string);
    return right && token.assign(value.string) ? std::string_view{}
                                               : "must be 32 to 64 letters, digits, - or _";
}
static_assert(limits::token_bytes_min == 32 && limits::token_bytes_max == 64 && limits::setup_code_bytes == 8,
              "texts say them");

std::string_view RequestRules::take_trusted_hosts(const Scalar& value, TrustedHosts& hosts) {
    return take_item(value.string, hosts, read_trusted_host);
}
std::string_view RequestRules::take_trusted_origins(const Scalar& value, TrustedOrigins& origins) {
    return take_item(value.string, origins, read_trusted_origin);
}

std::string_view RequestRules::take_topic_set(const Scalar& value, TopicSet& topics) {
    const auto topic = from_string<Topic>(value.string);
    if (!topic) return "is no topic of this board";
    topics.insert(*topic);
    return {};
}

Json json_of(const OutputValue& value) {
    if (const auto* on = std::get_if<bool>(&value)) return *on;
    if (const auto* level = std::get_if<double>(&value)) return *level;
    return std::get_if<Choice>(&value)->view();
}

Json json_of(const TopicSet& topics) {
    Json array = Json::array();
    for (const std::string_view word : words<Topic>) {
        if (topics.contains(*from_string<Topic>(word))) array.push_back(word);
    }
    return array;
}

}  // namespace boardwalk::protocol
