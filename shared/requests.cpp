#include "shared/requests.hpp"

#include <algorithm>

#include "shared/request_members.hpp"

namespace boardwalk::protocol {
namespace {

/// Puts a request together from its members.
template <class Request>
struct RequestSink final : RequestReader::Sink {
    Request request;
    RequestRules rules;
    std::string_view take(std::size_t member, const Scalar& value) override {
        return take_member(member, value, request, rules);
    }
};

template <class Request>
DecodeResult<Request> decode_with(RequestReader reader, RequestSink<Request>& sink, std::string_view json) {
    if (const auto error = reader.read(json)) return *error;
    finish(reader, sink.request);
    return sink.request;
}

// --- the stream -----------------------------------------------------------------------------------------

DecodeError error_at(std::size_t member, std::string_view detail,
                     DecodeError::Kind kind = DecodeError::Kind::invalid) {
    DecodeError error{.kind = kind, .pointer = {}, .detail = fault_text(detail)};
    (void)error.pointer.assign(stream_request::members[member].pointer);
    return error;
}

/// What the table of members cannot say: which go with which method.
std::optional<DecodeError> check_params(const RequestReader& reader, StreamMethod method) {
    for (std::size_t member = 0; member < stream_request::members.size(); ++member) {
        const auto* param = std::ranges::find_if(stream_request_params, [&](const Param& one) {
            return one.member == member && one.method == method;
        });
        const bool goes_with_it = param != stream_request_params.end();
        if (reader.saw(member) && !goes_with_it) return error_at(member, "is unknown to this method");
        if (!reader.saw(member) && goes_with_it && param->required) return error_at(member, "is required");
    }
    return std::nullopt;
}

std::optional<DecodeError> read_stream_request(RequestReader& reader, RequestSink<StreamRequestParts>& sink,
                                               std::string_view json) {
    auto& parts = sink.request;
    const auto error = reader.read(json);
    const bool is_bad_json = error && error->kind == DecodeError::Kind::bad_json;
    // An answer must not go by an id that may be another's: half a message, or two ids.
    if (is_bad_json || (error && error->pointer == stream_request::members[stream_request::id].pointer))
        parts.id.reset();
    if (is_bad_json) return error;
    // Nothing can be said about the parameters of a method that is not known.
    if (parts.method_is_unknown) {
        return error_at(stream_request::method, "is no method of this board",
                        DecodeError::Kind::unknown_method);
    }
    if (error) return error;
    return check_params(reader, *parts.method);
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

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
    RequestSink<SetOutput> sink;
    return decode_with({set_output::members, sink}, sink, json);
}

DecodeResult<SettingsPatch> decode_settings_patch(std::string_view json) {
    RequestSink<SettingsPatch> sink;
    return decode_with({settings_patch::members, sink}, sink, json);
}

DecodeResult<SettingsBackup> decode_settings_backup(std::string_view json) {
    RequestSink<SettingsBackup> sink;
    return decode_with({settings_backup::members, sink, settings_backup::open}, sink, json);
}

DecodeResult<Claim> decode_claim(std::string_view json) {
    RequestSink<Claim> sink;
    return decode_with({claim::members, sink}, sink, json);
}

DecodeResult<SessionStart> decode_session_start(std::string_view json) {
    RequestSink<SessionStart> sink;
    return decode_with({session_start::members, sink}, sink, json);
}

DecodeResult<SessionProof> decode_session_proof(std::string_view json) {
    RequestSink<SessionProof> sink;
    return decode_with({session_proof::members, sink}, sink, json);
}

DecodeResult<UserChange> decode_user_change(std::string_view json) {
    RequestSink<UserChange> sink;
    return decode_with({user_change::members, sink}, sink, json);
}

DecodeResult<TokenRequest> decode_token_request(std::string_view json) {
    RequestSink<TokenRequest> sink;
    return decode_with({token_request::members, sink}, sink, json);
}

StoredSettings decode_stored_settings(std::string_view json) {
    RequestSink<SettingsPatch> sink;
    sink.rules.cleans_name = true;
    RequestReader reader(settings_patch::members, sink, "");
    const auto error = reader.read(json);
    if (error && error->kind == DecodeError::Kind::bad_json)
        return {.settings = {}, .name_is_cleaned = false, .error = error};
    finish(reader, sink.request);
    return {.settings = sink.request, .name_is_cleaned = sink.rules.name_is_cleaned, .error = error};
}

bool is_setting(std::string_view pointer) {
    return std::ranges::any_of(settings_patch::members,
                               [pointer](const Member& member) { return member.pointer == pointer; });
}

std::optional<DecodeError> check_empty(std::string_view json) {
    struct NoSink final : RequestReader::Sink {
        std::string_view take(std::size_t, const Scalar&) override { return {}; }
    } sink;
    return RequestReader({}, sink).read(json);
}

StreamRequestResult decode_stream_request(std::string_view json) {
    RequestSink<StreamRequestParts> sink;
    RequestReader reader(stream_request::members, sink);
    if (const auto error = read_stream_request(reader, sink, json)) return {sink.request.id, *error};
    return {sink.request.id, whole(sink.request)};
}

std::string encode(const SetOutput& request) { return dump(json_of(request)); }
std::string encode(const SettingsPatch& request) { return dump(json_of(request)); }
std::string encode(const SettingsBackup& request) { return dump(json_of(request)); }
std::string encode(const StreamRequest& request) { return dump(json_of(request)); }
std::string encode(const Claim& request) { return dump(json_of(request)); }
std::string encode(const SessionStart& request) { return dump(json_of(request)); }
std::string encode(const SessionProof& request) { return dump(json_of(request)); }
std::string encode(const UserChange& request) { return dump(json_of(request)); }
std::string encode(const TokenRequest& request) { return dump(json_of(request)); }

}  // namespace boardwalk::protocol
