#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "tests/bench/pool/loop.hpp"

namespace boardwalk::bench {

enum class End : std::uint8_t {
    answered,
    reset,        ///< the connection was reset or refused
    early_close,  ///< it ended before the answer was whole
    timeout,
};

struct Answer {
    End end = End::answered;
    int status = 0;
    bool any_byte = false;  ///< of an answer arrived
    [[nodiscard]] bool good() const { return end == End::answered && status >= 200 && status < 300; }
};

/// One keep-alive connection of a client that behaves: one request at a time.
class Client : public std::enable_shared_from_this<Client> {
public:
    using Done = std::function<void(const Answer&)>;

    static std::shared_ptr<Client> open(Loop& loop, std::uint16_t port);
    Client(Loop& loop, std::uint16_t port);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    /// `done` is called exactly once. `half_close`: the end is sent right behind the request.
    void get(const std::string& path, Done done, bool half_close = false);
    void when_connected(std::function<void()> then);
    /// True when another request may be sent.
    [[nodiscard]] bool usable() const { return descriptor_ >= 0 && !ended_ && !done_; }
    void close();

private:
    void on_event(std::uint32_t events);
    void send_request();
    void receive();
    [[nodiscard]] bool answer_is_whole(bool at_end);
    void finish(End end);

    Loop& loop_;
    int descriptor_;
    bool connected_ = false;
    bool ended_ = false;
    bool half_close_ = false;
    std::uint64_t number_ = 0;  ///< number of the request, so that an old timer is not taken for a new one
    std::string request_, received_;
    int status_ = 0;
    bool keeps_open_ = true;
    std::function<void()> then_;
    Done done_;
};

}  // namespace boardwalk::bench
