#pragma once

#include <deque>
#include <string>

#include "tests/simulation/client.hpp"
#include "tests/simulation/websocket_client.hpp"

namespace boardwalk::simulation {

/// A browser or a phone: loads the page over some sockets at once, keeps them, opens the stream, asks now and
/// then. It does what browsers do: a request that a reused connection lost is repeated, a 503 is waited for.
class Browser final : public Client {
public:
    struct Habits {
        std::size_t sockets = 6;
        bool preconnects = false;  ///< opens a socket that it may never use
        bool streams = true;       ///< opens a WebSocket
        int asks = 5;              ///< requests after the page, now and then
        std::uint32_t pause_ms_max = 2'000;
    };
    Browser(Context& context, test::Random random, const test::LinkConditions& way, const Habits& habits)
        : Client(context, random, way), habits_(habits) {}

    void begin() override;
    void leave() override;
    [[nodiscard]] bool finished() const override { return finished_; }
    [[nodiscard]] std::string_view kind() const override { return "browser"; }

private:
    struct Job {
        std::string method, path, fields, body;
        int tries = 0;
        std::uint64_t began_ms = 0;  ///< when it was first sent
    };
    void work();
    void send(Conversation&, Job);
    void on_done(Job, const Answer*);
    void note(const Job&, const Answer*);
    void again(Job, std::uint64_t ms);
    void ask_something();
    [[nodiscard]] Conversation* idle_connection();
    [[nodiscard]] std::size_t open_connections() const;

    Habits habits_;
    std::deque<Job> jobs_;
    std::size_t page_left_ = 0, in_flight_ = 0;
    int asked_ = 0;
    bool finished_ = false;
    std::string etag_;
    std::unique_ptr<WebSocketClient> stream_;
};

}  // namespace boardwalk::simulation
