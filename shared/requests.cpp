#include "shared/requests.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "shared/request_reader.hpp"

namespace boardwalk::protocol {
namespace {

constexpr unsigned output_value_kinds = Kinds::boolean | Kinds::number | Kinds::string;

std::string_view take_output_value(const Scalar& from, OutputValue& to) {
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
static_assert(limits::choice_bytes_max == 31, "a text says it");

// --- PUT /api/v1/outputs/{id} ---------------------------------------------------------------------------

constexpr std::array set_output_members{Member{"/value", output_value_kinds, true}};

struct SetOutputSink final : RequestReader::Sink {
    SetOutput request;
    std::string_view take(std::size_t, const Scalar& value) override {
        return take_output_value(value, request.value);
    }
};

// --- PATCH /api/v1/settings -----------------------------------------------------------------------------

namespace patch {
enum : std::size_t { name, telemetry, period_ms, wifi, ssid, password, security, hosts, origins };
constexpr std::array members{Member{"/name", Kinds::string},
                             Member{"/telemetry", Kinds::object},
                             Member{"/telemetry/period_ms", Kinds::number},
                             Member{"/wifi", Kinds::object},
                             Member{"/wifi/ssid", Kinds::string},
                             Member{"/wifi/password", Kinds::string},
                             Member{"/security", Kinds::object},
                             Member{"/security/hosts", Kinds::array_of_strings},
                             Member{"/security/origins", Kinds::array_of_strings}};
}  // namespace patch

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

struct SettingsPatchSink final : RequestReader::Sink {
    SettingsPatch request;
    bool cleans_name = false;
    bool name_is_cleaned = false;

    std::string_view take(std::size_t member, const Scalar& value) override {
        switch (member) {
            case patch::name: return take_name(value.string);
            case patch::ssid: return take_ssid(value.string);
            case patch::password: return take_password(value.string);
            case patch::hosts: return take_item(value.string, request.trusted_hosts, read_trusted_host);
            case patch::origins: return take_item(value.string, request.trusted_origins, read_trusted_origin);
            default: return take_period(value.number);
        }
    }

    /// A list comes as its elements: of an empty one only its name was seen.
    void finish(bool saw_hosts, bool saw_origins) {
        if (saw_hosts && !request.trusted_hosts) request.trusted_hosts.emplace();
        if (saw_origins && !request.trusted_origins) request.trusted_origins.emplace();
    }

private:
    template <class List, class Read>
    std::string_view take_item(std::string_view text, std::optional<List>& list, Read read) {
        typename List::Text item;
        const auto error = read(text, item);
        if (!error.empty()) return error;
        if (!list) list.emplace();
        return list->push(item) ? std::string_view{} : "is one more than the 4 that are kept";
    }
    static_assert(limits::trusted_hosts_max == 4 && limits::trusted_origins_max == 4, "a text says it");

    std::string_view take_name(std::string_view text) {
        const auto fault = find_name_fault(text);
        Name name;
        if (fault.kind == NameFault::Kind::none) {
            (void)name.assign(text);
        } else {
            name = cleans_name ? cleaned_name(text) : Name();
            name_is_cleaned = !name.empty();
            fault_ = describe(fault);
            if (name.empty()) return fault_;
        }
        request.name = name;
        return {};
    }

    std::string_view take_period(double number) {
        const auto period = as_integer(number, limits::telemetry_period_ms_max);
        if (!period || *period < limits::telemetry_period_ms_min)
            return "must be an integer from 100 to 60000";
        request.telemetry_period_ms = static_cast<std::uint32_t>(*period);
        return {};
    }
    static_assert(limits::telemetry_period_ms_min == 100 && limits::telemetry_period_ms_max == 60'000,
                  "a text says it");

    std::string_view take_ssid(std::string_view text) {
        Ssid ssid;
        if (!ssid.assign(text)) return "must be at most 32 bytes of UTF-8";
        if (std::any_of(text.begin(), text.end(), is_control)) return "must not hold control characters";
        request.wifi_ssid = ssid;
        return {};
    }
    std::string_view take_password(std::string_view text) {
        if (!text.empty() && !is_wifi_password(text))
            return "must be 8 to 63 printable ASCII characters, 64 hex digits, or empty";
        (void)request.wifi_password.emplace().assign(text);
        return {};
    }
    static_assert(limits::ssid_bytes_max == 32 && limits::wifi_password_bytes_min == 8 &&
                      limits::wifi_password_bytes_max == 64,
                  "texts say it");

    FaultText fault_;
};

// --- PUT /api/v1/settings/restore -----------------------------------------------------------------------

namespace backup {
enum : std::size_t { format, version, settings, name, telemetry, period_ms, security, hosts, origins, wifi };
constexpr std::array members{Member{"/format", Kinds::string, true},
                             Member{"/version", Kinds::number, true},
                             Member{"/settings", Kinds::object, true},
                             Member{"/settings/name", Kinds::string, true},
                             Member{"/settings/telemetry", Kinds::object, true},
                             Member{"/settings/telemetry/period_ms", Kinds::number, true},
                             Member{"/settings/security", Kinds::object},  // the first release has none
                             Member{"/settings/security/hosts", Kinds::array_of_strings},
                             Member{"/settings/security/origins", Kinds::array_of_strings},
                             Member{"/settings/wifi", 0}};
}  // namespace backup

struct SettingsBackupSink final : RequestReader::Sink {
    SettingsPatchSink settings;

    std::string_view take(std::size_t member, const Scalar& value) override {
        switch (member) {
            case backup::format:
                return value.string == SettingsBackup::format ? std::string_view{}
                                                              : "is not that of a board's settings";
            case backup::version:
                return as_integer(value.number, request_id_max) == SettingsBackup::version
                           ? std::string_view{}
                           : "is none that this firmware reads";
            case backup::name: return settings.take(patch::name, value);
            case backup::hosts: return settings.take(patch::hosts, value);
            case backup::origins: return settings.take(patch::origins, value);
            default: return settings.take(patch::period_ms, value);
        }
    }
};

// --- the stream -----------------------------------------------------------------------------------------

namespace call {
enum : std::size_t { id, method, params, topics, max_hz, output_id, value };
constexpr std::array members{
    Member{"/id", Kinds::number, true},         Member{"/method", Kinds::string, true},
    Member{"/params", Kinds::object},           Member{"/params/topics", Kinds::array_of_strings},
    Member{"/params/max_hz", Kinds::number},    Member{"/params/id", Kinds::string},
    Member{"/params/value", output_value_kinds}};
}  // namespace call

/// Holds the parameters of all methods: `params` may stand before `method`.
struct StreamRequestSink final : RequestReader::Sink {
    std::optional<std::uint64_t> id;
    std::optional<StreamMethod> method;
    bool method_is_unknown = false;
    Subscribe subscribe;
    OutputSet output_set;

    std::string_view take(std::size_t member, const Scalar& value) override {
        switch (member) {
            case call::id: return take_id(value.number);
            case call::method: return take_method(value.string);
            case call::topics: return take_topic(value.string);
            case call::max_hz: return take_rate(value.number);
            case call::output_id: return take_output_id(value.string);
            default: return take_output_value(value, output_set.value);
        }
    }

private:
    std::string_view take_id(double number) {
        id = as_integer(number, request_id_max);
        return id ? std::string_view{} : "must be an integer from 0 to 9007199254740991";
    }
    std::string_view take_method(std::string_view word) {
        method = from_string<StreamMethod>(word);
        method_is_unknown = !method;
        return {};
    }
    std::string_view take_topic(std::string_view word) {
        const auto topic = from_string<Topic>(word);
        if (!topic) return "is no topic of this board";
        subscribe.topics.insert(*topic);
        return {};
    }
    std::string_view take_rate(double hz) {
        if (hz < limits::stream_hz_min) return "must be at least 0.1";
        // "At most" is kept by a board that never sends as often as that.
        subscribe.max_hz = std::min(hz, limits::stream_hz_max);
        return {};
    }
    std::string_view take_output_id(std::string_view text) {
        return output_set.id.assign(text) ? std::string_view{} : "is longer than an id can be (31 bytes)";
    }
    static_assert(limits::stream_hz_min == 0.1 && limits::id_bytes_max == 31, "texts say it");
};

DecodeError error_at(std::size_t member, std::string_view detail,
                     DecodeError::Kind kind = DecodeError::Kind::invalid) {
    DecodeError error{.kind = kind, .pointer = {}, .detail = fault_text(detail)};
    (void)error.pointer.assign(call::members[member].pointer);
    return error;
}

/// What the table cannot say: which parameters go with which method.
std::optional<DecodeError> check_params(const RequestReader& reader, StreamMethod method) {
    struct Param {
        std::size_t member;
        StreamMethod method;
        bool required;
    };
    constexpr std::array params{Param{call::topics, StreamMethod::subscribe, true},
                                Param{call::max_hz, StreamMethod::subscribe, false},
                                Param{call::output_id, StreamMethod::output_set, true},
                                Param{call::value, StreamMethod::output_set, true}};
    if (!reader.saw(call::params) && method != StreamMethod::ping)
        return error_at(call::params, "is required");
    for (const Param& param : params) {
        const bool given = reader.saw(param.member);
        if (given && param.method != method) return error_at(param.member, "is unknown to this method");
        if (!given && param.method == method && param.required) return error_at(param.member, "is required");
    }
    return std::nullopt;
}

std::optional<DecodeError> read_stream_request(RequestReader& reader, StreamRequestSink& sink,
                                               std::string_view json) {
    const auto error = reader.read(json);
    const bool is_bad_json = error && error->kind == DecodeError::Kind::bad_json;
    // An answer must not go by an id that may be another's: half a message, or two ids.
    if (is_bad_json || (error && error->pointer == call::members[call::id].pointer)) sink.id.reset();
    if (is_bad_json) return error;
    // Nothing can be said about the parameters of a method that is not known.
    if (sink.method_is_unknown) {
        return error_at(call::method, "is no method of this board", DecodeError::Kind::unknown_method);
    }
    if (error) return error;
    return check_params(reader, *sink.method);
}

// --- encoding -------------------------------------------------------------------------------------------

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <std::size_t count_max, std::size_t text_bytes_max>
Json json_of(const TextList<count_max, text_bytes_max>& list) {
    Json array = Json::array();
    for (const auto& text : list.texts())
        array.push_back(text.view());
    return array;
}

Json json_of(const SettingsPatch& patch) {
    Json json = Json::object();
    if (patch.name) json["name"] = patch.name->view();
    if (patch.telemetry_period_ms) json["telemetry"]["period_ms"] = *patch.telemetry_period_ms;
    if (patch.wifi_ssid) json["wifi"]["ssid"] = patch.wifi_ssid->view();
    if (patch.wifi_password) json["wifi"]["password"] = patch.wifi_password->view();
    if (patch.trusted_hosts) json["security"]["hosts"] = json_of(*patch.trusted_hosts);
    if (patch.trusted_origins) json["security"]["origins"] = json_of(*patch.trusted_origins);
    return json;
}

Json json_of(const OutputValue& value) {
    if (const auto* on = std::get_if<bool>(&value)) return *on;
    if (const auto* level = std::get_if<double>(&value)) return *level;
    return std::get_if<Choice>(&value)->view();
}

}  // namespace

std::string_view code_of(DecodeError::Kind kind) {
    switch (kind) {
        case DecodeError::Kind::bad_json: return "bad_json";
        case DecodeError::Kind::invalid: return "invalid";
        case DecodeError::Kind::unknown_method: return "unknown_method";
    }
    return {};
}

DecodeResult<SetOutput> decode_set_output(std::string_view json) {
    SetOutputSink sink;
    if (const auto error = RequestReader(set_output_members, sink).read(json)) return *error;
    return sink.request;
}

DecodeResult<SettingsPatch> decode_settings_patch(std::string_view json) {
    SettingsPatchSink sink;
    RequestReader reader(patch::members, sink);
    if (const auto error = reader.read(json)) return *error;
    sink.finish(reader.saw(patch::hosts), reader.saw(patch::origins));
    return sink.request;
}

DecodeResult<SettingsBackup> decode_settings_backup(std::string_view json) {
    SettingsBackupSink sink;
    RequestReader reader(backup::members, sink, backup::members[backup::settings].pointer);
    if (const auto error = reader.read(json)) return *error;
    sink.settings.finish(reader.saw(backup::hosts), reader.saw(backup::origins));
    return SettingsBackup{sink.settings.request};
}

StoredSettings decode_stored_settings(std::string_view json) {
    SettingsPatchSink sink;
    sink.cleans_name = true;
    RequestReader reader(patch::members, sink, "");
    const auto error = reader.read(json);
    if (error && error->kind == DecodeError::Kind::bad_json)
        return {.settings = {}, .name_is_cleaned = false, .error = error};
    sink.finish(reader.saw(patch::hosts), reader.saw(patch::origins));
    return {.settings = sink.request, .name_is_cleaned = sink.name_is_cleaned, .error = error};
}

bool is_setting(std::string_view pointer) {
    return std::ranges::any_of(patch::members,
                               [pointer](const Member& member) { return member.pointer == pointer; });
}

std::optional<DecodeError> check_empty(std::string_view json) {
    struct NoSink final : RequestReader::Sink {
        std::string_view take(std::size_t, const Scalar&) override { return {}; }
    } sink;
    return RequestReader({}, sink).read(json);
}

StreamRequestResult decode_stream_request(std::string_view json) {
    StreamRequestSink sink;
    RequestReader reader(call::members, sink);
    if (const auto error = read_stream_request(reader, sink, json)) return {sink.id, *error};

    StreamRequest request{.id = *sink.id, .call = sink.subscribe};
    if (*sink.method == StreamMethod::output_set) request.call = sink.output_set;
    if (*sink.method == StreamMethod::ping) request.call = Ping{};
    return {sink.id, request};
}

std::string encode(const SetOutput& request) { return dump({{"value", json_of(request.value)}}); }

std::string encode(const SettingsPatch& request) { return dump(json_of(request)); }

std::string encode(const SettingsBackup& request) {
    return dump({{"format", SettingsBackup::format},
                 {"version", SettingsBackup::version},
                 {"settings", json_of(request.settings)}});
}

std::string encode(const StreamRequest& request) {
    Json params = Json::object();
    StreamMethod method = StreamMethod::subscribe;
    if (const auto* subscribe = std::get_if<Subscribe>(&request.call)) {
        params["topics"] = Json::array();
        for (const std::string_view word : words<Topic>) {
            if (subscribe->topics.contains(*from_string<Topic>(word))) params["topics"].push_back(word);
        }
        params["max_hz"] = subscribe->max_hz;
    } else if (const auto* set = std::get_if<OutputSet>(&request.call)) {
        method = StreamMethod::output_set;
        params["id"] = set->id.view();
        params["value"] = json_of(set->value);
    } else {
        method = StreamMethod::ping;
    }
    Json json = Json::object();
    json["id"] = request.id;
    json["method"] = to_string(method);
    if (method != StreamMethod::ping) json["params"] = std::move(params);
    return dump(json);
}

}  // namespace boardwalk::protocol
