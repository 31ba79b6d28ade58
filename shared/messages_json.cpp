#include "shared/messages_json.hpp"

#include <nlohmann/json.hpp>

#include "shared/message_reader.hpp"
#include "shared/message_writer.hpp"

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

template <class Message>
void read_message(const Json& json, Message& message, ReadTrace& trace) {
    MessageReader reader(json, trace);
    members(reader, message);
}

void read_message(const Json& json, StreamMessage& message, ReadTrace& trace) {
    MessageReader reader(json, trace);
    if (trace.error.empty()) read_members(reader, message);
}

template <class Message>
Json json_of(const Message& message) {
    return MessageWriter::write(message);
}

Json json_of(const StreamMessage& message) {
    MessageWriter writer;
    write_members(writer, message);
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
