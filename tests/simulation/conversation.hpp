#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "tests/simulation/answer_reader.hpp"
#include "tests/simulation/context.hpp"

namespace boardwalk::simulation {

/// One HTTP connection as a client has it: requests go out, answers come in and are compared with the ledger.
class Conversation {
public:
    /// The answer to a request; null: the connection ended before it was complete.
    using Done = std::function<void(Exchange&, const Answer*)>;

    enum class Manner : std::uint8_t {
        good,   ///< reads and sends what it owes at once: a request whose head is complete is never cut
        rough,  ///< may be cut by one of the stated rules
    };

    Conversation(Context&, const test::LinkConditions&, Manner);
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    /// Sends a request. `fields` end with CRLF each.
    Exchange& ask(const std::string& method, const std::string& path, const std::string& fields,
                  const std::string& body, Done);
    /// The bytes of a request that `expect` was told of. For those that send in their own way.
    [[nodiscard]] static std::string text_of(const Exchange&, const std::string& fields);
    Exchange& expect(const std::string& method, const std::string& path, const std::string& body, Done);
    /// Bytes that are no request; whatever answers come are only looked at.
    void say(std::string_view bytes);

    /// With false, only `read` reads.
    void set_reading(bool reads) { reads_ = reads; }
    void read(std::size_t bytes_max);

    enum class Leaving : std::uint8_t { close, reset, vanish };
    /// The client leaves; open requests are not reported to it.
    void leave(Leaving);

    [[nodiscard]] bool open() const { return !over_; }
    [[nodiscard]] bool idle() const { return !over_ && open_.empty() && !said_last_; }
    [[nodiscard]] test::ClientSocket& socket() { return *socket_; }
    [[nodiscard]] std::uint64_t number() const { return number_; }
    /// Complete answers by status, without interim answers and without answers to no request.
    [[nodiscard]] const std::map<std::uint16_t, std::uint64_t>& answers() const { return answers_; }

    std::function<void()> on_end;                  ///< the connection is over
    std::function<void(std::string)> on_upgraded;  ///< bytes behind a 101

    /// After the run: reads on in what did not reach the client, so that the books can be closed.
    void settle();

private:
    struct Open {
        Exchange* exchange;
        Done done;
    };
    void on_change();
    void take(std::string_view bytes);
    void on_answer(Answer&);
    void check(const Exchange&, const Answer&);
    void end();

    Context& context_;
    Manner manner_;
    std::uint64_t number_;
    std::unique_ptr<test::ClientSocket> socket_;
    AnswerReader reader_;
    std::deque<Open> open_;
    std::map<std::uint16_t, std::uint64_t> answers_;
    bool reads_ = true, over_ = false, said_last_ = false, raw_ = false, settling_ = false;
};

/// The server's own answer to a client that waited for too long; it does not come from the application.
[[nodiscard]] bool is_overload(const Answer&);

}  // namespace boardwalk::simulation
