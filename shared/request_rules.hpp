#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "shared/request_reader.hpp"
#include "shared/request_types.hpp"

/// What the schemas of requests cannot say: a rule for each type of `shared/request_values.hpp`, and how it
/// stands in JSON. `shared/request_members.hpp`, which is made from the schemas, asks them.
namespace boardwalk::protocol {

/// Each takes a value of the right JSON type and returns what is wrong with it, or an empty text, which is
/// valid until the next call.
class RequestRules {
public:
    std::string_view take_name(const Scalar& value, Name& name);
    static std::string_view take_ssid(const Scalar& value, Ssid& ssid);
    static std::string_view take_wifi_password(const Scalar& value, WifiPassword& password);
    static std::string_view take_output_id(const Scalar& value, OutputId& id);
    static std::string_view take_output_value(const Scalar& from, OutputValue& to);
    static std::string_view take_stream_rate(const Scalar& value, StreamRate& hz);
    static std::string_view take_setup_code(const Scalar& value, SetupCode& code);
    static std::string_view take_public_access(const Scalar& value, PublicAccess& access);
    static std::string_view take_role(const Scalar& value, Role& role);
    static std::string_view take_salt(const Scalar& value, Salt& salt);
    static std::string_view take_scram_key(const Scalar& value, ScramKey& key);
    static std::string_view take_client_nonce(const Scalar& value, ClientNonce& nonce);
    static std::string_view take_nonce(const Scalar& value, Nonce& nonce);
    static std::string_view take_token_text(const Scalar& value, TokenText& token);
    // Of lists: once for each element.
    static std::string_view take_trusted_hosts(const Scalar& value, TrustedHosts& hosts);
    static std::string_view take_trusted_origins(const Scalar& value, TrustedOrigins& origins);
    static std::string_view take_topic_set(const Scalar& value, TopicSet& topics);

    bool cleans_name = false;      ///< takes what is right of a name, instead of refusing it
    bool name_is_cleaned = false;  ///< and had to

private:
    FaultText fault_;
};

/// Keeps a value when its rule finds nothing wrong.
template <class Value, class Rule>
std::string_view take_into(std::optional<Value>& place, Rule rule) {
    Value value = place.value_or(Value{});  // a list comes element by element
    const std::string_view error = rule(value);
    if (error.empty()) place = value;
    return error;
}
template <class Value, class Rule>
std::string_view take_into(Value& place, Rule rule) {
    return rule(place);
}

/// A whole number, however it is written, within bounds; else `otherwise`.
template <class Integer>
std::string_view take_integer(const Scalar& value, std::uint64_t min, std::uint64_t max,
                              std::string_view otherwise, std::optional<Integer>& place) {
    const auto number = as_integer(value.number, max);
    if (!number || *number < min) return otherwise;
    place = static_cast<Integer>(*number);
    return {};
}

template <class Integer>
std::string_view take_integer(const Scalar& value, std::uint64_t min, std::uint64_t max,
                              std::string_view otherwise, Integer& place) {
    std::optional<Integer> number;
    const auto error = take_integer(value, min, max, otherwise, number);
    if (number) place = *number;
    return error;
}

inline std::string_view take_boolean(const Scalar& value, bool& place) {
    place = value.boolean;
    return {};
}

inline std::string_view take_constant(const Scalar& value, std::string_view constant,
                                      std::string_view otherwise) {
    return value.string == constant ? std::string_view{} : otherwise;
}
inline std::string_view take_constant(const Scalar& value, unsigned constant, std::string_view otherwise) {
    return value.number == constant ? std::string_view{} : otherwise;
}

// How values stand in JSON: for clients and tests.
using Json = nlohmann::ordered_json;

inline Json json_of(bool value) { return value; }
inline Json json_of(std::uint32_t value) { return value; }
inline Json json_of(std::uint64_t value) { return value; }
inline Json json_of(double value) { return value; }
template <std::size_t capacity>
Json json_of(const FixedString<capacity>& text) {
    return text.view();
}
template <std::size_t count_max, std::size_t text_bytes_max>
Json json_of(const TextList<count_max, text_bytes_max>& list) {
    Json array = Json::array();
    for (const auto& text : list.texts())
        array.push_back(text.view());
    return array;
}
template <std::size_t size>
Json json_of(const Octets<size>& bytes) {
    const auto text = to_base64url(bytes);
    return std::string_view(text.data(), text.size());
}
inline Json json_of(Role role) { return to_string(role); }
inline Json json_of(PublicAccess access) { return to_string(access); }
Json json_of(const OutputValue& value);
Json json_of(const TopicSet& topics);

}  // namespace boardwalk::protocol
