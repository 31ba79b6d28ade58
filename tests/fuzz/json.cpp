// JSON from clients: the decoders, which see events, agree with nlohmann-json's documents on what is JSON,
// and with a reference on what is a request; what is decoded is encoded and decoded to the same. Also what
// clients read of a board, and the texts that a board writes.

#include <array>

#include "firmware/core/json_writer.hpp"
#include "firmware/core/utf8.hpp"
#include "shared/messages_json.hpp"
#include "tests/fuzz/json_reference.hpp"
#include "tests/fuzz/oracle.hpp"

namespace boardwalk::fuzz {
namespace {

using namespace protocol;

/// RFC 6901 §3, §4: it leads to a member that is there, or would be in an object that is there.
bool leads_into(const Json& whole, std::string_view pointer) {
    const Json* at = &whole;
    while (!pointer.empty()) {
        const auto end = std::min(pointer.find('/', 1), pointer.size());
        std::string segment;
        for (std::size_t i = 1; i < end; ++i) {
            if (pointer[i] == '~' && (++i == end || (pointer[i] != '0' && pointer[i] != '1'))) return false;
            segment += pointer[i - 1] != '~' ? pointer[i] : pointer[i] == '0' ? '~' : '/';
        }
        pointer.remove_prefix(end);
        const Json* next = nullptr;
        if (at->is_object() && at->contains(segment)) next = &(*at)[segment];
        if (at->is_array()) {
            const auto index = static_cast<std::size_t>(std::atoi(segment.c_str()));
            if (index < at->size() && std::to_string(index) == segment) next = &(*at)[index];
        }
        if (next == nullptr) return pointer.empty() && at->is_object();
        at = next;
    }
    return true;
}

void judge_error(const DecodeError& error, const Document& document, std::string_view text) {
    require(!error.detail.empty(), "an error says what is wrong", shown(text));
    const auto pointer = error.pointer.view();
    require(pointer.empty() || pointer[0] == '/', "a pointer is one (RFC 6901)", shown(pointer));
    require(is_utf8(pointer) && pointer.size() <= JsonPointer::capacity, "a pointer is text", shown(pointer));
    if (!document.json.is_discarded())
        require(leads_into(document.json, pointer), "a pointer leads somewhere",
                shown(pointer) + "\n" + shown(text));
    const bool is_json = !document.json.is_discarded() && document.depth <= limits::json_depth_max;
    if (error.kind == DecodeError::Kind::bad_json) {
        require(!is_json, "only what is no JSON, or nested too deeply, is called bad JSON", shown(text));
        require(pointer.empty(), "no place in what is no JSON", shown(text));
        return;
    }
    // A number beyond a double is JSON, though no document can hold it.
    require(is_json || document.has_too_large_a_number, "what is no JSON is called bad JSON",
            std::string(error.detail.view()) + "\n" + shown(text));
}

template <class Value, class Decode>
void judge(std::string_view text, const Document& document, const std::optional<Value>& wanted,
           Decode decode) {
    const Alone alone(text);
    const DecodeResult<Value> result = decode(alone.view());
    if (!result) {
        judge_error(result.error(), document, text);
        const bool fair = !wanted || document.has_twice || document.depth > limits::json_depth_max;
        return require(fair, "what the reference takes is taken",
                       std::string(result.error().detail.view()) + "\n" + shown(text));
    }
    require(wanted && !document.has_twice, "what the reference refuses is refused", shown(text));
    require(result.value() == *wanted, "the same was understood", shown(text));
    const auto written = encode(result.value());
    const DecodeResult<Value> again = decode(written);
    require(again && again.value() == result.value(), "what is encoded is decoded to the same",
            shown(written));
}

template <class Message>
void judge_message(std::string_view text) {
    const Alone alone(text);
    const auto message = decode<Message>(alone.view());
    require(message || !message.error.empty(), "an error says what is wrong");
    if (!message) return;
    const auto written = encode_message(*message);
    const auto again = decode<Message>(written);
    require(again && *again == *message, "a message is written as it was read", shown(written));
}

/// A board's own text, as a string and as a member's name.
void judge_writer(std::string_view text) {
    const bool utf8 = is_utf8(text);
    const auto quoted = [&] {
        std::string all = "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') all += '\\';
            all += c;
        }
        return all + "\"";
    }();
    const bool has_control = std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
    if (!has_control)
        require(utf8 == Json::accept(quoted), "UTF-8 is what nlohmann-json takes for it", shown(text));
    if (!utf8) return;

    std::vector<char> memory(text.size() * 12 + 32);
    TextWriter out(memory);
    JsonWriter json(out);
    json.begin_object();
    json.key(text).string(text);
    json.member("n", std::uint64_t{UINT64_MAX});
    json.end_object();
    require(!out.overflowed(), "there was room");
    const auto read = Json::parse(out.view(), nullptr, false);
    require(read.is_object() && read.value(std::string(text), "") == text, "what is written is read back",
            shown(out.view()));

    // In too little room: told, and nothing behind the end.
    std::vector<char> little(text.size() / 2);
    TextWriter cut(little);
    JsonWriter(cut).string(text);
    require(cut.overflowed() && cut.size() <= little.size(), "what does not fit is told", shown(text));
}

}  // namespace
}  // namespace boardwalk::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace boardwalk::fuzz;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Document document = read_document(text);
    const bool is_json = !document.json.is_discarded();
    judge(text, document, is_json ? set_output_of(document.json) : std::nullopt, decode_set_output);
    judge(text, document, is_json ? settings_patch_of(document.json) : std::nullopt, decode_settings_patch);
    judge(text, document, is_json ? stream_request_of(document.json) : std::nullopt,
          [](std::string_view json) { return decode_stream_request(json).request; });
    const auto [id, request] = decode_stream_request(text);
    require(!request || id == request.value().id, "a request is answered by its own id", shown(text));
    if (id) require(is_json || !request, "an id of half a message is nobody's", shown(text));

    judge_message<StreamMessage>(text);
    judge_message<Settings>(text);
    judge_message<State>(text);
    judge_message<Logs>(text);
    judge_message<History>(text);
    judge_message<Problem>(text);
    judge_writer(text);
    return 0;
}
