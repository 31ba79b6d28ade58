#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/server/problems.hpp"
#include "firmware/server/server.hpp"
#include "tests/fuzz/oracle.hpp"

/// What a server sent on one connection, read back as strictly as it can be: every answer well-formed, framed
/// in one way only, with fields that a server of ours sends and no others.
namespace boardwalk::fuzz {

/// A request as the application saw it, and what it answered. Its number is the answer's ETag.
struct Exchange {
    std::string request{};  ///< "GET /target"
    bool head_only = false;
    int status = 0;      ///< 0 when the server chose
    std::string body{};  ///< what was answered
    std::string peer{};  ///< the client that asked, where that is known
    bool seen = false;   ///< the answer was read by a client
};

struct Answer {
    int status = 0;
    std::map<std::string, std::string> fields{};
    std::string body{};
    bool whole = false;
    bool maybe_whole = false;  ///< cut behind its head: whole if it answers a HEAD
    Exchange* exchange = nullptr;

    [[nodiscard]] bool closes() const {
        const auto found = fields.find("Connection");
        return found != fields.end() && found->second.find("close") != std::string::npos;
    }
};

struct Conversation {
    std::vector<Answer> answers{};        ///< without the interim ones
    int continues = 0;                    ///< number of interim answers
    bool is_websocket = false;            ///< after the last answer
    std::vector<std::string> messages{};  ///< each as "opcode payload", fragments put together
    bool said_close = false;              ///< a Close was the last frame
};

class AnswerReader {
public:
    /// `finished`: the server closed in order, so that nothing may be cut.
    AnswerReader(std::string_view sent, std::string_view received, bool finished,
                 std::vector<Exchange>& exchanges)
        : sent_(sent), all_(received), rest_(received), finished_(finished), exchanges_(exchanges) {}

    Conversation read() {
        while (!rest_.empty()) {
            if (conversation_.is_websocket) {
                read_frames();
                break;
            }
            check(conversation_.answers.empty() || !conversation_.answers.back().closes(),
                  "nothing follows an answer that closes");
            if (!read_answer()) break;
        }
        // To a client that has not read its last answer, the network may not take all of a refusal.
        check(!finished_ || rest_.empty() || server::overload_answer().starts_with(rest_),
              "nothing is cut when the connection ends in order");
        return conversation_;
    }

private:
    void check(bool holds, std::string_view rule) const {
        if (!holds) require(false, rule, "sent: " + shown(sent_) + "\nreceived: " + shown(all_));
    }

    std::optional<std::string_view> take_line() {
        const auto end = rest_.find("\r\n");
        if (end == std::string_view::npos) return {};
        const auto line = rest_.substr(0, end);
        check(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }),
              "a head is plain text in whole lines");
        rest_.remove_prefix(end + 2);
        return line;
    }

    /// Returns false when it is cut.
    bool read_answer() {
        const auto before = rest_;
        Answer answer;
        if (!read_head(answer)) {
            rest_ = before;
            return false;
        }
        if (answer.status == 100) {
            check(answer.fields.empty(), "an interim answer has no fields");
            ++conversation_.continues;
            return true;
        }
        if (const auto tag = answer.fields.find("ETag"); tag != answer.fields.end()) {
            const auto number = static_cast<std::size_t>(std::atoi(tag->second.c_str() + 1));
            check(number < exchanges_.size(), "an answer to a request that there was");
            answer.exchange = &exchanges_[number];
        }
        conversation_.is_websocket = answer.status == 101;
        answer.whole = read_body(answer);
        conversation_.answers.push_back(answer);
        return answer.whole;
    }

    bool read_head(Answer& answer) {
        const auto line = take_line();
        if (!line) return false;
        check(line->size() > 13 && line->starts_with("HTTP/1.1 ") && (*line)[12] == ' ',
              "an answer starts with its status line");
        std::from_chars(line->data() + 9, line->data() + 12, answer.status);
        check(http::reason_phrase(static_cast<std::uint16_t>(answer.status)) == line->substr(13) &&
                  line->substr(13) != "Unknown",
              "a status that we send, by its name");
        for (auto field = take_line(); field; field = take_line()) {
            if (field->empty()) return true;
            const auto colon = field->find(": ");
            check(colon != std::string_view::npos, "a field is a name, a colon, a space and a value");
            const std::string name(field->substr(0, colon));
            check(std::ranges::find(known_fields, name) != known_fields.end(), "no field but our own");
            check(answer.fields.emplace(name, field->substr(colon + 2)).second, "no field twice");
        }
        return false;
    }

    bool read_body(Answer& answer) {
        const auto length = answer.fields.find("Content-Length");
        const bool chunked = answer.fields.contains("Transfer-Encoding");
        const bool no_body = answer.status == 101 || answer.status == 204 || answer.status == 304;
        check(!chunked || length == answer.fields.end(), "one kind of framing");
        check(!no_body || (!chunked && length == answer.fields.end()), "no framing where there is no body");
        if (no_body || (answer.exchange != nullptr && answer.exchange->head_only)) return true;
        if (chunked) return read_chunks(answer);
        if (length == answer.fields.end()) {
            check(answer.closes(), "a body without framing ends with the connection");
            answer.body = rest_;
            rest_ = {};
            return answer.exchange != nullptr && answer.body == answer.exchange->body;
        }
        std::size_t size = 0;
        const auto& digits = length->second;
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), size);
        check(result.ec == std::errc{} && result.ptr == digits.data() + digits.size(),
              "a length is a number");
        // The server's own answers have no tag to say that they answer a HEAD.
        const bool no_more = rest_.empty() || rest_.starts_with("HTTP/1.1 ");
        if (answer.exchange == nullptr && no_more && sent_.find("HEAD ") != std::string_view::npos) {
            answer.maybe_whole = rest_.empty() && !finished_;
            return !answer.maybe_whole;
        }
        answer.body = rest_.substr(0, size);
        rest_.remove_prefix(answer.body.size());
        return answer.body.size() == size;
    }

    bool read_chunks(Answer& answer) {
        while (true) {
            const auto line = take_line();
            if (!line) return false;
            std::size_t size = 0;
            const auto result = std::from_chars(line->data(), line->data() + line->size(), size, 16);
            check(result.ec == std::errc{} && result.ptr == line->data() + line->size(),
                  "a chunk has its size");
            const auto part = rest_.substr(0, size);
            answer.body += part;
            rest_.remove_prefix(part.size());
            if (part.size() < size || rest_.size() < 2) return false;
            check(rest_.starts_with("\r\n"), "a chunk ends with its line");
            rest_.remove_prefix(2);
            if (size == 0) return true;
        }
    }

    /// RFC 6455 §5.2, from a server: not masked, no extension.
    void read_frames() {
        std::string message;
        int open = 0;
        while (rest_.size() >= 2) {
            const auto first = static_cast<unsigned>(static_cast<unsigned char>(rest_[0]));
            std::size_t size = static_cast<unsigned char>(rest_[1]);
            check((first & 0x70U) == 0 && size < 127, "a server's frame is plain and not masked");
            std::size_t header = 2;
            if (size == 126) {
                if (rest_.size() < 4) return;
                size = static_cast<std::size_t>(static_cast<unsigned char>(rest_[2])) << 8U |
                       static_cast<unsigned char>(rest_[3]);
                check(size > 125, "the shortest length");
                header = 4;
            }
            if (rest_.size() < header + size) return;
            check(!conversation_.said_close, "nothing follows a Close");
            const auto payload = rest_.substr(header, size);
            const int opcode = static_cast<int>(first & 15U);
            const bool final = (first & 0x80U) != 0;
            rest_.remove_prefix(header + size);
            if (opcode >= 8) {
                check(opcode <= 10 && final && size <= 125, "a control frame is short and whole");
                conversation_.said_close = opcode == 8;
                conversation_.messages.push_back(std::to_string(opcode) + " " + std::string(payload));
                continue;
            }
            check(opcode <= 2 && (opcode == 0) == (open != 0), "fragments in order");
            if (opcode != 0) open = opcode;
            message += payload;
            if (!final) continue;
            conversation_.messages.push_back(std::to_string(open) + " " + message);
            message.clear();
            open = 0;
        }
    }

    /// Those that an application like the fuzzer's brings about.
    static constexpr std::array<std::string_view, 13> known_fields = {"Content-Type",
                                                                      "Content-Length",
                                                                      "Transfer-Encoding",
                                                                      "Cache-Control",
                                                                      "ETag",
                                                                      "Allow",
                                                                      "Retry-After",
                                                                      "Sec-WebSocket-Version",
                                                                      "Upgrade",
                                                                      "X-Content-Type-Options",
                                                                      "Connection",
                                                                      "Sec-WebSocket-Accept",
                                                                      "Sec-WebSocket-Protocol"};

    std::string_view sent_, all_, rest_;
    bool finished_;
    std::vector<Exchange>& exchanges_;
    Conversation conversation_;
};

}  // namespace boardwalk::fuzz
