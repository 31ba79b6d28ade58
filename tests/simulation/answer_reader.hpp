#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boardwalk::simulation {

struct Answer {
    std::uint16_t status = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string body;
    bool closes = false;  ///< `Connection: close`, or a body that ends with the connection

    /// Empty when it was not sent.
    [[nodiscard]] std::string_view field(std::string_view name) const;
};

/// Reads a board's answers and forgives nothing: whatever RFC 9112 does not allow a server is an error here.
class AnswerReader {
public:
    /// A request is on its way, in the order of the answers. HEAD has an answer without a body.
    void expect(bool head_only) { expected_.push_back(head_only); }

    /// Calls `on_answer` for each complete answer, interim ones too. Returns false on an error; see `error`.
    bool feed(std::string_view bytes, const std::function<void(Answer&)>& on_answer);
    [[nodiscard]] const std::string& error() const { return error_; }

    /// Between two answers: a connection may end here.
    [[nodiscard]] bool at_rest() const { return state_ == State::head && head_.empty(); }
    [[nodiscard]] bool upgraded() const { return state_ == State::upgraded; }
    /// After an upgrade: the bytes that came behind the answer.
    std::string take_rest() { return std::exchange(head_, {}); }
    /// What has come of an answer that is not complete.
    [[nodiscard]] const Answer& unfinished() const { return answer_; }
    [[nodiscard]] bool in_body() const { return state_ != State::head && state_ != State::upgraded; }

private:
    enum class State : std::uint8_t { head, length, chunk_size, chunk, chunk_end, last, upgraded };

    bool fail(std::string what);
    bool read_head(std::string_view head);
    bool read_framing();
    bool read_chunk_size(std::string_view line);
    void finish(const std::function<void(Answer&)>& on_answer);

    std::deque<bool> expected_;
    State state_ = State::head;
    std::string head_;  ///< text of a head, or of a line between chunks
    Answer answer_;
    std::size_t remaining_ = 0;
    std::size_t tolerated_ = 0;  ///< bytes of a last answer's body, which may be there or not
    bool closed_ = false;        ///< an answer said that it is the last one
    std::string error_;
};

}  // namespace boardwalk::simulation
