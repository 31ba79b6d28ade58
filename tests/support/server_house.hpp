#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/http/problem.hpp"
#include "firmware/server/server.hpp"
#include "tests/support/memory_transport.hpp"

namespace boardwalk::test {

/// A small application that shows what the server does with each kind of answer.
class EchoApplication : public server::Application {
public:
    server::Outlet* outlet = nullptr;
    std::optional<server::SlotId> waiting;  ///< the request on /later
    std::vector<server::SlotId> websockets;
    std::vector<std::string> messages;
    std::vector<std::string> bodies;
    std::vector<std::string> pieces;  ///< part of the body on /upload
    std::string_view held;            ///< the last of them, where it lies
    bool hold_pieces = false;
    bool answers_later = true;  ///< on /later
    int bodies_lost = 0;
    int heads = 0;
    bool closes_at_once = false;
    static inline const std::string static_body = std::string(20'000, 's');
    std::string state = std::string(3'000, 'v');

    server::Verdict on_head(const http::Request& request, http::Response& response,
                            server::Admission& admission) override {
        ++heads;
        if (request.path == "/websocket") {
            admission.subprotocol = "test.v1";
            return server::Verdict::accept_websocket;
        }
        if (request.path == "/echo") {
            admission.echo = true;
            return server::Verdict::accept_websocket;
        }
        if (request.path == "/missing") {
            http::answer(
                response,
                {.status = 404, .code = "not_found", .detail = "No.", .instance = {}, .pointer = {}});
            return server::Verdict::answer;
        }
        if (request.path == "/upload") return server::Verdict::stream_body;
        admission.body_bytes_max = limits::json_body_bytes_max;
        return server::Verdict::proceed;
    }

    bool on_request(server::SlotId id, std::uint16_t, const http::Request& request,
                    http::Response& response) override {
        response.content_type = "text/plain";
        if (request.path == "/later" && answers_later) {
            waiting = id;
            return false;
        }
        if (request.path == "/static") {
            response.fixed = static_body;
        } else if (request.path == "/state") {
            response.fixed = state;
            response.fixed_is_static = false;
        } else if (request.path == "/long" || request.path == "/short") {
            response.producer.next = count;
            response.producer.cursor[1] = request.path == "/long" ? 2'000 : 3;
        } else {
            bodies.emplace_back(request.body);
            response.text.append("hello ");
            response.text.append(request.body);
        }
        return true;
    }

    /// Takes pieces at once, or holds each for the test to let go.
    bool on_body(server::SlotId id, std::uint16_t, std::string_view piece, bool last) override {
        pieces.emplace_back(piece);
        held = piece;
        waiting = id;
        if (last && !hold_pieces) answer_upload();
        return !hold_pieces && !last;
    }
    void on_body_lost(server::SlotId, std::uint16_t) override { ++bodies_lost; }
    void answer_upload() {
        outlet->answer_later(
            *waiting,
            [](void* context, http::Response& response) {
                response.text.append_number(static_cast<EchoApplication*>(context)->pieces.size());
                response.text.append(" pieces");
            },
            this);
    }

    void on_websocket_open(server::SlotId id) override {
        websockets.push_back(id);
        if (closes_at_once) outlet->close_websocket(id, 1013);
    }
    void on_websocket_message(server::SlotId, std::string_view text) override { messages.emplace_back(text); }
    void on_websocket_closed(server::SlotId id) override { std::erase(websockets, id); }
    std::uint64_t wakes_after_ms = 1'000;
    std::uint64_t on_turn(std::uint64_t now_ms) override { return now_ms + wakes_after_ms; }

    /// The lines "0\n" … "n-1\n".
    static bool count(void*, http::BodyProducer::Cursor& cursor, TextWriter& out) {
        for (; cursor[0] < cursor[1]; ++cursor[0]) {
            if (out.room() < 8) return false;
            out.append_number(cursor[0]);
            out.append('\n');
        }
        return true;
    }
    static std::string counted(int n) {
        std::string text;
        for (int i = 0; i < n; ++i)
            text += std::to_string(i) + "\n";
        return text;
    }
};

/// A server in memory, with its clients and its clock in the test's hand.
struct ServerHouse {
    using Link = transport::Link;

    explicit ServerHouse(server::Options options = {})
        : network(server::Server::links_for(options)), server(network, application, options) {
        application.outlet = &server;
    }

    void turn(int times = 3) {
        for (int i = 0; i < times; ++i)
            server.turn();
    }
    void advance_ms(std::uint64_t ms) {
        for (; ms > 50; ms -= 50) {
            network.advance_ms(50);
            server.turn();
        }
        network.advance_ms(ms);
        turn();
    }
    Link connect() {
        const auto link = network.connect();
        turn(1);
        return link;
    }
    Link connect_and_send(const std::string& text) {
        const auto link = connect();
        network.send(link, text);
        turn();
        return link;
    }
    /// What the server answers to `text` on a fresh connection.
    std::string ask(const std::string& text) { return network.take(connect_and_send(text)); }
    std::string answer(Link link) {
        turn();
        return network.take(link);
    }
    /// An idle keep-alive connection.
    Link connect_idle() {
        const auto link = connect_and_send(get("/"));
        (void)network.take(link);
        return link;
    }
    static std::string get(const std::string& path, const std::string& fields = {}) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    }
    static std::string upgrade(const std::string& path = "/websocket") {
        return get(path,
                   "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    }

    EchoApplication application;
    MemoryTransport network;
    server::Server server;
};

inline std::string body_of(const std::string& answer) {
    const auto end = answer.find("\r\n\r\n");
    return end == std::string::npos ? "" : answer.substr(end + 4);
}

}  // namespace boardwalk::test
