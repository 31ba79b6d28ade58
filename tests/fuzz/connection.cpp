// The whole server in memory: what clients do comes from the input (scenario.hpp), and what they get must be
// well-formed answers, not more than they asked for, with every byte counted and every buffer back at the
// end. What one client says is also said in pieces, to a server of its own, and must be answered alike.

#include "tests/fuzz/independent_parser.hpp"
#include "tests/fuzz/scenario.hpp"

namespace boardwalk::fuzz {
namespace {

constexpr std::size_t steps_max = 60;
constexpr std::size_t cut_bytes_max = 3'000;
constexpr std::size_t each_byte_max = 200;  ///< longer ones are cut in two: their corpus neighbours are short

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty() && lines.size() < steps_max) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

void play(const std::vector<std::string_view>& lines) {
    std::size_t connections = 4, buffers = 2;
    if (!lines.empty() && lines[0].starts_with('*')) {
        connections = std::max<std::size_t>(1, number_of(lines[0].substr(1), 4, 12));
        const auto space = lines[0].find(' ');
        if (space != std::string_view::npos)
            buffers = std::max<std::size_t>(1, number_of(lines[0].substr(space + 1), 2, 6));
    }
    Scenario scenario(connections, buffers);
    for (const auto line : lines)
        scenario.step(line);
    scenario.end();
}

/// The application heard of the requests that another parser finds in the same bytes, and of no others. (It
/// may hear of less: we refuse more, and close earlier.)
void judge_requests(const std::vector<Exchange>& heard, std::string_view bytes) {
    const auto sent = read_requests_independently(bytes);
    if (heard.size() > sent.lines.size() && sent.all)
        require(false, "no request that was not sent", shown(bytes));
    for (std::size_t i = 0; i < std::min(heard.size(), sent.lines.size()); ++i)
        require_same(heard[i].request, sent.lines[i], "each request is the one that was sent");
}

/// What a client alone is answered when its bytes come in these pieces.
Conversation answers_to(const std::string& bytes, const Cuts& cuts) {
    Scenario scenario(4, 2);
    scenario.application.answers_at_once = true;
    auto& client = scenario.client(0);
    std::size_t begin = 0;
    for (const auto end : cuts) {
        if (client.ended || client.was_reset) break;
        scenario.send(client, std::string_view(bytes).substr(begin, end - begin));
        if (!client.connected) break;
        begin = end;
    }
    // What waits for what was sent before to be acknowledged goes on with a timer.
    for (std::size_t heard = client.received.size() + 1;
         client.connected && client.received.size() != heard;) {
        heard = client.received.size();
        scenario.step("+100");
    }
    judge_requests(scenario.application.exchanges, bytes);
    return scenario.conversation_of(client);
}

/// Without what depends on how much of the next request is there already, and takes room from the answer.
std::string text_of(const Answer& answer) {
    std::string text = std::to_string(answer.status);
    for (const auto& [name, value] : answer.fields) {
        if (name != "Connection" && name != "Content-Length" && name != "Transfer-Encoding")
            text += "\n" + name + ": " + value;
    }
    return text + "\n\n" + answer.body;
}

/// Whether the connection stays open after an answer that comes before its request's body depends on how much
/// of the body is there: one may end earlier than the other, and says so.
void compare(const Conversation& one, const Conversation& other, const std::string& bytes) {
    const auto count = std::min(one.answers.size(), other.answers.size());
    for (std::size_t i = 0; i < count; ++i)
        require_same(text_of(one.answers[i]), text_of(other.answers[i]),
                     "cut anywhere, the same is answered");
    if (one.answers.size() != other.answers.size()) {
        const auto& shorter = one.answers.size() < other.answers.size() ? one : other;
        if (count == 0 || !shorter.answers.back().closes())
            require(false, "cut anywhere, as much is answered", shown(bytes));
        return;
    }
    if (one.messages != other.messages)
        require(false, "cut anywhere, a WebSocket says the same", shown(bytes));
}

void judge_cuts(const std::vector<std::string_view>& lines) {
    std::string bytes;
    for (const auto line : lines) {
        if (line.size() > 2 && line[0] == '0' && (line[1] == '>' || line[1] == '~'))
            bytes += unescaped(line.substr(2));
    }
    if (bytes.empty() || bytes.size() > cut_bytes_max) return;
    const auto whole = answers_to(bytes, {bytes.size()});
    Dice dice(bytes);
    const auto at = dice.roll(bytes.size());
    compare(whole, answers_to(bytes, {at, bytes.size()}), bytes);
    if (bytes.size() <= each_byte_max) {
        Cuts each_byte;
        for (std::size_t end = 1; end <= bytes.size(); ++end)
            each_byte.push_back(end);
        compare(whole, answers_to(bytes, each_byte), bytes);
    }
}

}  // namespace
}  // namespace boardwalk::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace boardwalk::fuzz;
    const auto lines = lines_of({reinterpret_cast<const char*>(data), size});
    play(lines);
    judge_cuts(lines);
    return 0;
}
