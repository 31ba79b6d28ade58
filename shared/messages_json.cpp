#include "shared/messages_json.hpp"

#include <nlohmann/json.hpp>

#include "shared/json_reader.hpp"
#include "shared/json_writer.hpp"

namespace boardwalk::protocol {
namespace {

using Json = nlohmann::ordered_json;

/// The deepest message of the contract has five levels; a job's result may bring its own.
constexpr std::size_t message_depth_max = 32;

/// Looked at before parsing: writing a job's result out again recurses.
bool is_nested_within(std::string_view json, std::size_t depth_max) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char letter = json[at];
        if (in_string) {
            if (letter == '\\') ++at;
            if (letter == '"') in_string = false;
        } else if (letter == '"') {
            in_string = true;
        } else if (letter == '[' || letter == '{') {
            if (++depth > depth_max) return false;
        } else if ((letter == ']' || letter == '}') && depth > 0) {
            --depth;
        }
    }
    return true;
}

// --- what an envelope holds -------------------------------------------------------------------------------

template <class Message>
void read_data(JsonReader& reader, const char* name, StreamMessage& message) {
    reader(name, message.emplace<Message>());
}

void read_topic(JsonReader& reader, Topic topic, StreamMessage& message, ReadTrace& trace) {
    switch (topic) {
        case Topic::state:
            if (reader.has("snapshot")) return read_data<State>(reader, "snapshot", message);
            return members(reader, message.emplace<StateDelta>());
        case Topic::log:
            if (reader.has("gap")) return reader("gap", message.emplace<LogGap>().lines);
            return read_data<LogLine>(reader, "line", message);
        case Topic::diagnostics: return read_data<Diagnostics>(reader, "data", message);
        case Topic::job: return read_data<Job>(reader, "data", message);
        case Topic::settings: {
            auto& change = message.emplace<SettingsChange>();
            reader("etag", change.etag);
            return reader("data", change.settings);
        }
        case Topic::info: return read_data<Info>(reader, "data", message);
    }
    trace.fail("has an unknown topic");
}

void read_reply(JsonReader& reader, Reply& reply) {
    reader("id", reply.id);
    if (reader.has("error")) return reader("error", reply.outcome.emplace<Problem>());
    reader.nested("result", [&](JsonReader& result) {
        if (result.has("id")) members(result, reply.outcome.emplace<OutputResult>());
    });
}

template <class Message>
void read_message(const Json& json, Message& message, ReadTrace& trace) {
    JsonReader reader(json, trace);
    members(reader, message);
}

void read_message(const Json& json, StreamMessage& message, ReadTrace& trace) {
    JsonReader reader(json, trace);
    if (!reader.has("topic")) return read_reply(reader, message.emplace<Reply>());
    Topic topic{};
    reader("topic", topic);
    if (trace.error.empty()) read_topic(reader, topic, message, trace);
}

struct StreamMessageWriter {
    JsonWriter& writer;

    void operator()(const Reply& reply) const {
        writer("id", reply.id);
        if (const auto* problem = std::get_if<Problem>(&reply.outcome)) return writer("error", *problem);
        if (const auto* output = std::get_if<OutputResult>(&reply.outcome)) return writer("result", *output);
        writer.set("result", Json::object());
    }
    void operator()(const State& state) const {
        writer("topic", Topic::state);
        writer("snapshot", state);
    }
    void operator()(const StateDelta& delta) const {
        writer("topic", Topic::state);
        members(writer, delta);
    }
    void operator()(const LogLine& line) const {
        writer("topic", Topic::log);
        writer("line", line);
    }
    void operator()(const LogGap& gap) const {
        writer("topic", Topic::log);
        writer("gap", gap.lines);
    }
    void operator()(const Diagnostics& diagnostics) const {
        writer("topic", Topic::diagnostics);
        writer("data", diagnostics);
    }
    void operator()(const Job& job) const {
        writer("topic", Topic::job);
        writer("data", job);
    }
    void operator()(const SettingsChange& change) const {
        writer("topic", Topic::settings);
        writer("data", change.settings);
        writer("etag", change.etag);
    }
    void operator()(const Info& info) const {
        writer("topic", Topic::info);
        writer("data", info);
    }
};

template <class Message>
Json json_of(const Message& message) {
    return JsonWriter::write(message);
}

Json json_of(const StreamMessage& message) {
    JsonWriter writer;
    std::visit(StreamMessageWriter{writer}, message);
    return writer.take();
}

}  // namespace

template <class Message>
Decoded<Message> decode(std::string_view text) {
    // The parser takes a zero byte for the end of its input and would not see what follows.
    if (text.find('\0') != std::string_view::npos) return {{}, "is not JSON: it holds a zero byte"};
    if (!is_nested_within(text, message_depth_max)) return {{}, "is nested too deeply"};
    const Json json = Json::parse(text.data(), text.data() + text.size(), nullptr, false);
    if (json.is_discarded()) return {{}, "is not JSON in UTF-8"};

    ReadTrace trace;
    Message message;
    read_message(json, message, trace);
    if (!trace.error.empty()) return {{}, std::move(trace.error)};
    return {std::move(message), {}};
}

template <class Message>
std::string encode_message(const Message& message) {
    return json_of(message).dump(-1, ' ', false, Json::error_handler_t::replace);
}

#define BOARDWALK_PROTOCOL_INSTANTIATE(Message)                       \
    template Decoded<Message> decode<Message>(std::string_view json); \
    template std::string encode_message<Message>(const Message& message);
BOARDWALK_PROTOCOL_MESSAGES(BOARDWALK_PROTOCOL_INSTANTIATE)
#undef BOARDWALK_PROTOCOL_INSTANTIATE

}  // namespace boardwalk::protocol
