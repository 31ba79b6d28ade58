#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "shared/requests.hpp"

/// Requests judged from a whole document in memory, where the board's decoders see events only.
namespace boardwalk::fuzz {

using Json = nlohmann::json;

/// Tells whether reading ends at a number that no double holds: JSON, and no document.
struct NumberWatcher final : nlohmann::json_sax<Json> {
    bool too_large = false;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& e) override {
        constexpr int out_of_range = 406;
        too_large = e.id == out_of_range;
        return false;
    }
};

struct Document {
    Json json;              ///< discarded: it is none
    std::size_t depth = 0;  ///< depth of its deepest place
    bool has_too_large_a_number = false;
    bool has_twice = false;  ///< a member is given twice in one object
};

inline Document read_document(std::string_view text) {
    Document document;
    std::vector<std::set<std::string>> names;
    const auto look = [&](int, Json::parse_event_t event, Json& value) {
        using Event = Json::parse_event_t;
        if (event == Event::object_start || event == Event::array_start) names.emplace_back();
        document.depth = std::max(document.depth, names.size());
        if (event == Event::object_end || event == Event::array_end) names.pop_back();
        if (event == Event::key) document.has_twice |= !names.back().insert(value.get<std::string>()).second;
        return true;
    };
    // nlohmann-json takes a zero byte for the end.
    if (text.find('\0') != std::string_view::npos) document.json = Json(Json::value_t::discarded);
    else document.json = Json::parse(text.begin(), text.end(), look, false);
    if (document.json.is_discarded()) {
        NumberWatcher watcher;
        (void)Json::sax_parse(text.begin(), text.end(), &watcher);
        document.has_too_large_a_number = watcher.too_large && text.find('\0') == std::string_view::npos;
    }
    return document;
}

inline bool has_only(const Json& object, const std::set<std::string>& names) {
    if (!object.is_object()) return false;
    for (const auto& item : object.items()) {
        if (!names.contains(item.key())) return false;
    }
    return true;
}

inline std::optional<protocol::OutputValue> output_value_of(const Json& value) {
    if (value.is_boolean()) return protocol::OutputValue(value.get<bool>());
    if (value.is_number()) return protocol::OutputValue(value.get<double>());
    if (value.is_string()) return protocol::choice_value(value.get<std::string>());
    return {};
}

/// A whole number from `min` to `max`, however it is written.
inline std::optional<std::uint64_t> whole_of(const Json& value, double min, double max) {
    if (!value.is_number()) return {};
    const auto number = value.get<double>();
    if (!(number >= min && number <= max) || std::trunc(number) != number) return {};
    return static_cast<std::uint64_t>(number);
}

inline std::optional<protocol::SetOutput> set_output_of(const Json& json) {
    if (!has_only(json, {"value"}) || !json.contains("value")) return {};
    const auto value = output_value_of(json["value"]);
    if (!value) return {};
    return protocol::SetOutput{*value};
}

/// A list of hosts or origins; `shape` is what the schema says, with groups for host and port.
template <class List>
bool take_trusted(const Json& json, const char* name, std::size_t bytes_max, const std::regex& shape,
                  std::optional<List>& to) {
    if (!json.contains(name)) return true;
    if (!json[name].is_array() || json[name].size() > 4) return false;
    to.emplace();
    for (const auto& item : json[name]) {
        std::smatch parts;
        if (!item.is_string()) return false;
        std::string text = item.get<std::string>();
        for (char& c : text)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        if (text.find('\0') != std::string::npos || !std::regex_match(text, parts, shape)) return false;
        std::string kept = parts[1].str() + parts[2].str();
        if (kept.ends_with('.')) kept.pop_back();
        if (parts[4].length() > 0) {
            const auto port = std::stoul(parts[4].str());
            if (port == 0 || port > 65'535) return false;
            if (port != (parts[1] == "http://" ? 80U : 443U)) kept += ":" + std::to_string(port);
        }
        typename List::Text own;
        if (kept.size() > bytes_max || !own.assign(kept) || !to->push(own)) return false;
    }
    return true;
}

inline bool take_security(const Json& json, protocol::SettingsPatch& patch) {
    const std::string label = "[0-9a-z_](?:[0-9a-z_-]{0,61}[0-9a-z_])?";
    const std::string host = "(" + label + "(?:\\." + label + ")*\\.?|\\[(?=[^\\]]*:[^\\]]*:)[0-9a-f:.]+\\])";
    static const std::regex host_shape("()" + host + "()()");
    static const std::regex origin_shape("(https?://)" + host + "(:([0-9]{1,5}))?");
    return has_only(json, {"hosts", "origins"}) &&
           take_trusted(json, "hosts", limits::trusted_host_bytes_max, host_shape, patch.security_hosts) &&
           take_trusted(json, "origins", limits::trusted_origin_bytes_max, origin_shape,
                        patch.security_origins);
}

inline std::optional<protocol::SettingsPatch> settings_patch_of(const Json& json) {
    protocol::SettingsPatch patch;
    if (!has_only(json, {"name", "telemetry", "wifi", "security"})) return {};
    if (json.contains("name")) {
        if (!json["name"].is_string()) return {};
        const auto name = json["name"].get<std::string>();
        if (protocol::find_name_fault(name).kind != protocol::NameFault::Kind::none)
            return {};  // has a test of its own
        (void)patch.name.emplace().assign(name);
    }
    if (json.contains("telemetry")) {
        const auto& telemetry = json["telemetry"];
        if (!has_only(telemetry, {"period_ms"})) return {};
        if (telemetry.contains("period_ms")) {
            const auto period = whole_of(telemetry["period_ms"], limits::telemetry_period_ms_min,
                                         limits::telemetry_period_ms_max);
            if (!period) return {};
            patch.telemetry_period_ms = static_cast<std::uint32_t>(*period);
        }
    }
    if (json.contains("wifi")) {
        const auto& wifi = json["wifi"];
        if (!has_only(wifi, {"ssid", "password"})) return {};
        static const std::regex ssid("[^\\x01-\\x1f\\x7f]{0,32}");
        static const std::regex password("([ -~]{8,63}|[0-9A-Fa-f]{64})?");
        const auto fits = [&](const char* member, const std::regex& shape) {
            return !wifi.contains(member) ||
                   (wifi[member].is_string() && std::regex_match(wifi[member].get<std::string>(), shape) &&
                    wifi[member].get<std::string>().find('\0') == std::string::npos);
        };
        if (!fits("ssid", ssid) || !fits("password", password)) return {};
        if (wifi.contains("ssid")) (void)patch.wifi_ssid.emplace().assign(wifi["ssid"].get<std::string>());
        if (wifi.contains("password"))
            (void)patch.wifi_password.emplace().assign(wifi["password"].get<std::string>());
    }
    if (json.contains("security") && !take_security(json["security"], patch)) return {};
    return patch;
}

inline std::optional<protocol::StreamRequest> stream_request_of(const Json& json) {
    if (!has_only(json, {"id", "method", "params"}) || !json.contains("id") || !json.contains("method"))
        return {};
    constexpr double id_max = 9'007'199'254'740'991;  // what JavaScript's numbers hold exactly
    const auto id = whole_of(json["id"], 0, id_max);
    if (!id) return {};
    if (json["method"] == "ping") {
        const bool empty = !json.contains("params") || json["params"] == Json::object();
        if (!empty) return {};
        return protocol::StreamRequest{.id = *id, .call = protocol::Ping{}};
    }
    if (!json.contains("params") || !json["params"].is_object()) return {};
    const auto& params = json["params"];
    protocol::StreamRequest request{.id = *id, .call = {}};
    if (json["method"] == "subscribe") {
        if (!has_only(params, {"topics", "max_hz"}) || !params.contains("topics") ||
            !params["topics"].is_array())
            return {};
        protocol::Subscribe subscribe;
        for (const auto& word : params["topics"]) {
            const auto topic = word.is_string()
                                   ? protocol::from_string<protocol::Topic>(word.get<std::string>())
                                   : std::nullopt;
            if (!topic) return {};
            subscribe.topics.insert(*topic);
        }
        if (params.contains("max_hz")) {
            if (!params["max_hz"].is_number() || params["max_hz"].get<double>() < limits::stream_hz_min)
                return {};
            subscribe.max_hz = std::min(params["max_hz"].get<double>(), limits::stream_hz_max);
        }
        request.call = subscribe;
        return request;
    }
    if (json["method"] == "output.set") {
        if (!has_only(params, {"id", "value"}) || params.size() != 2 || !params["id"].is_string()) return {};
        protocol::OutputSet set;
        const auto value = output_value_of(params["value"]);
        if (!value || !set.id.assign(params["id"].get<std::string>())) return {};
        set.value = *value;
        request.call = set;
        return request;
    }
    return {};
}

}  // namespace boardwalk::fuzz
