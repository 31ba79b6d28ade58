#pragma once

#include <charconv>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/account.hpp"
#include "tests/fuzz/answers.hpp"
#include "tests/fuzz/busy_application.hpp"
#include "tests/simulation/watched_transport.hpp"
#include "tests/support/memory_transport.hpp"

/// A server in memory and up to sixteen clients, driven by a text, one step a line:
///
///   *4 2        first line: connections and buffers of the server
///   3>GET / …   client 3 connects if it has not, and sends this (\r \n \xHH \\ are escapes)
///   3~GET / …   the same, byte by byte, with a turn of the loop after each
///   3$          client 3 has finished sending;   3! resets
///   3-          client 3 reads no more;          3< reads again
///   3=200       its network acknowledges 200 bytes that it has not read
///   3#8000      its network takes at most so much that is not acknowledged
///   +2500       so many milliseconds pass
///   .           what the application put off is answered
///   /           the server shuts down
namespace boardwalk::fuzz {

inline std::string unescaped(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            bytes += text[at];
            continue;
        }
        const char c = text[++at];
        unsigned byte = 0;
        if (c == 'x' && at + 2 < text.size() &&
            std::from_chars(&text[at + 1], &text[at + 3], byte, 16).ptr == &text[at + 3]) {
            bytes += static_cast<char>(byte);
            at += 2;
        } else {
            bytes += c == 'r' ? '\r' : c == 'n' ? '\n' : c;
        }
    }
    return bytes;
}

inline std::size_t number_of(std::string_view text, std::size_t otherwise, std::size_t max) {
    std::size_t number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return std::min(number, max);
}

class Scenario {
public:
    struct Client {
        transport::Link link = 0;
        bool connected = false;
        bool reads = true;
        bool finished = false, reset = false;   ///< by the client
        bool ended = false, was_reset = false;  ///< by the server
        std::uint64_t since_us = 0;
        std::size_t first_exchange = 0;  ///< that can be its own
        std::string sent{}, received{};
    };

    Scenario(std::size_t connections, std::size_t buffers)
        : options_{.connections = connections, .buffers = buffers, .unix_time_s = nullptr},
          network_(server::Server::links_for(options_)),
          transport_(network_, journal_, heap_, server::Server::links_for(options_)),
          server_(transport_, application, options_),
          clients_(16) {
        application.server = &server_;
        (void)heap_.count(Part::server);
    }

    void step(std::string_view line) {
        if (line.empty()) return;
        switch (line[0]) {
            case '+': return pass(number_of(line.substr(1), 50, 20'000));
            case '.': application.answers_next = true; return turn();
            case '/': return shut_down();
            default: break;
        }
        const int digit = http::hex_value(line[0]);
        if (line.size() < 2 || digit < 0) return;
        step(clients_[static_cast<std::size_t>(digit)], line[1], line.substr(2));
        turn();
    }

    /// Sends on a connection, a new one when the last has ended.
    void send(Client& client, std::string_view bytes) {
        if (!connect(client) || client.finished) return;
        network_.send(client.link, bytes);
        client.sent += bytes;
        turn();
    }

    void turn() {
        for (int i = 0; i < 3; ++i)
            turn_once();
        check_gauges();
    }

    /// All clients read again; half of them finish, the others wait until the server ends them.
    void end() {
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            Client& client = clients_[i];
            client.reads = true;
            if (!client.connected) continue;
            network_.set_window(client.link, 1'000'000);
            if (i % 2 == 0) network_.finish(client.link);
            if (i % 2 == 0) client.finished = true;
        }
        turn();
        application.answers_at_once = true;
        for (int seconds = 0; seconds < 200 && any_connected(); ++seconds)
            pass(1'000);
        require(!any_connected(), "no client stays for ever");
        pass(limits::buffers_shrink_after_ms + 1'000);
        check_end();
    }

    [[nodiscard]] Client& client(std::size_t number) { return clients_[number]; }
    /// What the client heard, whether the connection is still there or not.
    [[nodiscard]] Conversation conversation_of(const Client& client) {
        return client.connected
                   ? AnswerReader(client.sent, client.received, false, application.exchanges).read()
                   : last_;
    }

private:
    simulation::HeapWatch heap_;

public:
    BusyApplication application{heap_};

private:
    void step(Client& client, char what, std::string_view rest) {
        switch (what) {
            case '>': return send(client, unescaped(rest));
            case '~':
                for (const char c : unescaped(rest).substr(0, 200))
                    send(client, {&c, 1});
                return;
            case '$':
                if (connect(client)) network_.finish(client.link);
                client.finished = true;
                return;
            case '!':
                if (client.connected) network_.reset(client.link);
                client.reset = client.connected;
                return;
            case '-': client.reads = false; return;
            case '<': client.reads = true; return;
            case '=':
                if (client.connected) network_.acknowledge(client.link, number_of(rest, 100, 100'000));
                return;
            case '#':  // no less than what transport.hpp promises
                if (connect(client)) network_.set_window(client.link, 5'120 + number_of(rest, 0, 100'000));
                return;
            default: return;
        }
    }

    bool connect(Client& client) {
        if (client.connected) return true;
        if (shut_down_) return false;
        const auto link = network_.connect();
        if (link == transport_.links()) return false;  // a real network would let it wait
        client = {.link = link,
                  .connected = true,
                  .since_us = network_.now_us(),
                  .first_exchange = application.exchanges.size()};
        account_.connected();
        return true;
    }

    void pass(std::size_t ms) {
        for (; ms > 1'000; ms -= 1'000) {
            network_.advance_ms(1'000);
            turn_once();
        }
        network_.advance_ms(ms);
        turn();
    }

    void shut_down() {
        shut_down_ = true;
        server_.shut_down();
        turn();
    }

    void turn_once() {
        const auto before = server_.statistics().buffers_allocated;
        const bool waits_needlessly = somebody_waits_needlessly();
        const auto taken_before = heap_.count(Part::server);
        {
            const Running inside(heap_, Part::server);
            server_.turn();
        }
        const auto after = server_.statistics().buffers_allocated;
        require(heap_.count(Part::server) - taken_before == (after > before ? after - before : 0),
                "the server takes its buffers from the heap, and nothing else");
        require(journal_.failure().empty(), journal_.failure());
        require(transport_.empty_turns() < 10, "the loop does not go round in circles");
        require(!waits_needlessly || transport_.timeout_ms() == 0,
                "the server does not sleep while somebody waits, and there is a slot and a buffer");
        for (auto& client : clients_)
            look_at(client);
    }

    void look_at(Client& client) {
        if (!client.connected) return;
        const bool gone = network_.gone(client.link);
        client.ended = client.ended || network_.saw_end(client.link);
        client.was_reset = client.was_reset || network_.saw_reset(client.link);
        if (client.reads || gone) client.received += network_.take(client.link);
        if (!gone) return;
        client.connected = false;
        judge(client);
    }

    /// A connection is over.
    void judge(const Client& client) {
        account_.received(client.received.size());
        const bool in_order = client.ended && !client.was_reset && !client.reset;
        const auto& said = last_ =
            AnswerReader(client.sent, client.received, in_order, application.exchanges).read();
        std::size_t heads = 1;  // what was cut may be told so
        for (auto at = client.sent.find("\r\n\r\n"); at != std::string::npos;
             at = client.sent.find("\r\n\r\n", at + 2))
            ++heads;
        const auto both = [&] { return shown(client.sent) + "\n" + shown(client.received); };
        if (said.answers.size() > heads || static_cast<std::size_t>(said.continues) > heads)
            require(false, "no more answers than requests", both());
        const Exchange* before = nullptr;
        for (const auto& answer : said.answers) {
            account_.answered(answer);
            const auto type = answer.fields.find("Content-Type");
            if (type != answer.fields.end() && type->second == "application/problem+json" &&
                !answer.body.empty())
                require(!answer.whole || nlohmann::json::accept(answer.body), "a problem is JSON",
                        answer.body);
            if (answer.exchange == nullptr) continue;
            if (before >= answer.exchange)
                require(false, "answers come in the order of their requests", both());
            before = answer.exchange;
            judge(answer, client);
        }
        if (said.is_websocket && in_order && !said.said_close)
            require(false, "a WebSocket ends with a Close", both());
        const bool fresh = network_.now_us() - client.since_us < limits::silent_grace_ms * 1'000ULL;
        require(!client.was_reset || !client.sent.empty() || !fresh, "no fresh connection is reset");
    }

    void judge(const Answer& answer, const Client& client) {
        Exchange& exchange = *answer.exchange;
        require(!exchange.seen, "nobody gets another's answer, nor one twice");
        exchange.seen = true;
        const bool earlier = &exchange < application.exchanges.data() + client.first_exchange;
        require(
            !earlier && (exchange.peer.empty() || exchange.peer == "memory:" + std::to_string(client.link)),
            "an answer goes to who asked for it");
        if (exchange.status == 0) return;
        require(answer.status == exchange.status, "the status is the application's");
        if (exchange.head_only) return require(answer.body.empty(), "a HEAD has no body");
        if (answer.whole) require_same(answer.body, exchange.body, "a body arrives as it was written");
        else require(exchange.body.starts_with(answer.body), "a cut body is the beginning of the whole");
    }

    [[nodiscard]] bool any_connected() const {
        return std::ranges::any_of(clients_, [](const Client& c) { return c.connected; });
    }

    [[nodiscard]] bool somebody_waits_needlessly() const {
        const auto now = server_.statistics();
        return now.waiting > 0 && now.active + now.idle + now.websocket < now.connections_max &&
               now.buffers_in_use < now.buffers_max;
    }

    void check_gauges() {
        const auto now = server_.statistics();
        const auto taken = now.active + now.idle + now.websocket;
        require(taken <= now.connections_max, "no more connections than slots");
        require(now.websocket <= now.websocket_max, "no more WebSockets than their cap");
        require(now.websocket >= static_cast<std::size_t>(application.websockets), "each WebSocket is shown");
        require(now.buffers_in_use <= now.buffers_allocated && now.buffers_allocated <= now.buffers_max,
                "no more buffers than there are");
        require(now.accepted_total == transport_.books().opened, "each connection is counted");
        require(now.bytes_sent_total == transport_.books().bytes_taken, "each byte sent is counted");
        require(now.bytes_received_total == transport_.books().bytes_read, "each byte read is counted");
    }

    void check_end() {
        const auto now = server_.statistics();
        require(now.active + now.idle + now.websocket + now.silent + now.waiting == 0, "nobody is left");
        require(!shut_down_ || server_.finished(), "a server that was shut down has finished");
        require(now.buffers_in_use == 0, "all buffers are back");
        require(now.buffers_allocated <= limits::buffers_baseline, "the pool is back to its baseline");
        require(application.websockets == 0, "each WebSocket that opened has closed");
        require(application.uploads == 0, "each upload came to an end, or was lost, once");
        account_.compare(now);
    }

    server::Options options_;
    test::VirtualClock clock_;
    simulation::Journal journal_{clock_, nullptr};
    test::MemoryTransport network_;
    simulation::WatchedTransport transport_;
    server::Server server_;
    std::vector<Client> clients_;
    Conversation last_;  ///< that came to an end
    bool shut_down_ = false;
    Account account_;
};

}  // namespace boardwalk::fuzz
