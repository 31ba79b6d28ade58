#pragma once

#include <deque>
#include <map>
#include <string>

#include "tests/simulation/client.hpp"
#include "tests/simulation/frame_reader.hpp"

namespace boardwalk::simulation {

/// A client of the stream. With the habits of a good one it must never lose its connection; each bad habit
/// allows the board to end it in the way that is stated for that.
class WebSocketClient final : public Client {
public:
    struct Habits {
        int max_hz = 2;
        bool pongs = true;
        bool reads = true;
        bool fragments = false;   ///< sends its messages in pieces, with pings between them
        bool unfinished = false;  ///< begins a message and leaves it so
        bool garbage = false;     ///< sends bytes that are no frames, or break the rules
        bool drops = false;       ///< goes without a word
        std::uint32_t says_every_ms = 1'500;
        [[nodiscard]] bool good() const { return pongs && reads && !unfinished && !garbage; }
    };
    WebSocketClient(Context& context, test::Random random, const test::LinkConditions& way,
                    const Habits& habits)
        : Client(context, random, way), habits_(habits) {}

    void begin() override;
    void leave() override;
    [[nodiscard]] std::string_view kind() const override { return "websocket"; }
    /// The board ended it, or it went itself.
    [[nodiscard]] bool over() const { return conversation_ == nullptr || !conversation_->open(); }
    [[nodiscard]] bool opened() const { return opened_; }

private:
    void on_handshake(const Answer*);
    void on_bytes(std::string_view);
    void on_frame(const Frame&);
    void on_message(std::string_view payload);
    void on_state(std::string_view payload);
    void on_end();
    void say_something();
    void look_whether_it_is_over();
    void send_message(std::string_view text);
    void send_garbage();
    void send_frame(unsigned opcode, std::string_view payload, bool final = true);

    Habits habits_;
    Conversation* conversation_ = nullptr;
    Exchange* exchange_ = nullptr;
    FrameReader reader_;
    bool opened_ = false, closing_ = false;
    int said_ = 0;
    std::deque<std::string> pings_;  ///< sent, not yet answered
    std::uint64_t seq_ = 0;
    std::map<std::string, std::string> readings_, outputs_;
};

}  // namespace boardwalk::simulation
