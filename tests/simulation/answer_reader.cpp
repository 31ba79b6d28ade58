#include "tests/simulation/answer_reader.hpp"

#include <algorithm>
#include <charconv>

namespace boardwalk::simulation {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t head_bytes_max = 4'096;

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool number(std::string_view text, std::size_t& value, int base) {
    if (text.empty() || text.size() > 9) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string_view Answer::field(std::string_view name) const {
    for (const auto& [known, value] : fields) {
        if (known == name) return value;
    }
    return {};
}

bool AnswerReader::fail(std::string what) {
    error_ = std::move(what);
    return false;
}

bool AnswerReader::feed(std::string_view bytes, const std::function<void(Answer&)>& on_answer) {
    while (!bytes.empty()) {
        switch (state_) {
            case State::upgraded: head_ += bytes; return true;
            case State::head: {
                if (closed_) {
                    if (bytes.size() > tolerated_) return fail("bytes behind the last answer");
                    tolerated_ -= bytes.size();
                    return true;
                }
                const auto had = head_.size();
                head_ += bytes;
                const auto end = head_.find("\r\n\r\n", had < 3 ? 0 : had - 3);
                if (end == std::string::npos) {
                    if (head_.size() > head_bytes_max) return fail("an answer's head does not end");
                    return true;
                }
                bytes.remove_prefix(end + 4 - had);
                head_.resize(end + 2);
                if (!read_head(std::exchange(head_, {}))) return false;
                if (state_ == State::head || state_ == State::upgraded) finish(on_answer);
                break;
            }
            case State::length:
            case State::chunk: {
                const auto size = std::min(remaining_, bytes.size());
                answer_.body += bytes.substr(0, size);
                bytes.remove_prefix(size);
                remaining_ -= size;
                if (remaining_ > 0) break;
                if (state_ == State::length) finish(on_answer);
                else state_ = State::chunk_end;
                break;
            }
            case State::chunk_size:
            case State::chunk_end:
            case State::last: {
                head_ += bytes.front();
                bytes.remove_prefix(1);
                if (!head_.ends_with(line_end)) {
                    if (head_.size() > 10) return fail("a chunk's line does not end");
                    break;
                }
                const auto line = std::exchange(head_, {});
                if (state_ == State::chunk_size) {
                    if (!read_chunk_size(line)) return false;
                    break;
                }
                if (line != line_end) return fail("bytes between two chunks, or a trailer");
                if (state_ == State::last) finish(on_answer);
                else state_ = State::chunk_size;
                break;
            }
        }
    }
    return true;
}

bool AnswerReader::read_head(std::string_view head) {
    answer_ = {};
    auto line = head.substr(0, head.find(line_end));
    std::size_t status = 0;
    if (!line.starts_with("HTTP/1.1 ") || line.size() < 13 || line[12] != ' ' ||
        !number(line.substr(9, 3), status, 10))
        return fail("a bad status line: " + std::string(line));
    answer_.status = static_cast<std::uint16_t>(status);
    for (head.remove_prefix(line.size() + 2); !head.empty(); head.remove_prefix(line.size() + 2)) {
        line = head.substr(0, head.find(line_end));
        const auto colon = line.find(": ");
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return fail("a bad field line: " + std::string(line));
        const auto name = line.substr(0, colon), value = line.substr(colon + 2);
        const bool clean =
            std::ranges::none_of(value, [](char c) { return static_cast<unsigned char>(c) < ' '; });
        if (!clean) return fail("a control character in a field");
        if (!answer_.field(name).empty()) return fail("a field twice: " + std::string(name));
        answer_.fields.emplace_back(name, value);
    }
    return read_framing();
}

/// RFC 9112 §6.3, as strict as a server's side can be.
bool AnswerReader::read_framing() {
    const bool interim = answer_.status < 200 && answer_.status != 101;
    bool head_only = false;
    if (!interim && !expected_.empty()) {
        head_only = expected_.front();
        expected_.pop_front();
    } else if (!interim && answer_.field("Connection").find("close") == std::string_view::npos) {
        return fail("an answer to nothing that keeps the connection");
    }
    const auto length = answer_.field("Content-Length"), coding = answer_.field("Transfer-Encoding");
    answer_.closes = answer_.field("Connection").find("close") != std::string_view::npos;
    closed_ |= answer_.closes;
    if (answer_.status == 101) {
        state_ = State::upgraded;
        return true;
    }
    const bool no_body = interim || answer_.status == 204 || answer_.status == 304;
    if (no_body && !(length.empty() && coding.empty())) return fail("framing where there is no body");
    if (!length.empty() && !coding.empty()) return fail("two kinds of framing");
    state_ = State::head;
    // A client that is refused before its request was read gets an answer with a body, even to a request
    // without one (HEAD).
    const bool unread = answer_.status == 503 && answer_.closes;
    // A HEAD of which only a part has come is no HEAD yet: its 408 may have a body, and is the last answer.
    if (head_only && answer_.status == 408 && answer_.closes) {
        if (!number(length, tolerated_, 10)) return fail("no length");
        return true;
    }
    if (no_body || (head_only && !unread)) return true;
    if (!coding.empty()) {
        if (coding != "chunked") return fail("a transfer coding that nobody asked for");
        state_ = State::chunk_size;
        return true;
    }
    if (!number(length, remaining_, 10)) return fail("no length");
    if (remaining_ > 0) state_ = State::length;
    return true;
}

bool AnswerReader::read_chunk_size(std::string_view line) {
    line.remove_suffix(line_end.size());
    if (!number(line, remaining_, 16)) return fail("a bad chunk size: " + std::string(line));
    state_ = remaining_ > 0 ? State::chunk : State::last;
    return true;
}

void AnswerReader::finish(const std::function<void(Answer&)>& on_answer) {
    if (state_ != State::upgraded) state_ = State::head;
    on_answer(answer_);
    answer_ = {};
}

}  // namespace boardwalk::simulation
