#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "firmware/core/utf8.hpp"
#include "firmware/http/problem.hpp"
#include "firmware/server/server.hpp"
#include "tests/fuzz/answers.hpp"
#include "tests/simulation/heap_watch.hpp"

namespace boardwalk::fuzz {

using simulation::HeapWatch;
using simulation::Part;
using simulation::Running;

/// Has every kind of answer that a server can be asked for, numbers them, and holds the server to its
/// promises. What it takes from the heap itself is not put down to the server.
class BusyApplication final : public server::Application {
public:
    explicit BusyApplication(HeapWatch& heap) : heap_(heap) {}
    server::Server* server = nullptr;
    bool answers_next = false;     ///< what waits is answered in the next turn
    bool answers_at_once = false;  ///< and in each
    int websockets = 0, uploads = 0;
    std::vector<Exchange> exchanges;

    server::Verdict on_head(const http::Request& request, http::Response& response,
                            server::Admission& admission) override {
        const Running outside(heap_, Part::simulation);
        const auto number = static_cast<std::uint16_t>(exchanges.size());
        Exchange& exchange = exchanges.emplace_back();
        exchange.request = std::string(to_string(request.method)) + " " + std::string(request.target);
        exchange.head_only = request.method == http::Method::head;
        admission.route = number;
        if (request.path == "/websocket" || request.path == "/echo") {
            admission.echo = request.path == "/echo";
            admission.subprotocol = "test.v1";
            return server::Verdict::accept_websocket;
        }
        if (request.path == "/missing") {
            http::answer(response,
                         {.status = 404, .code = "not_found", .detail = "No.", .instance = request.path});
            tag(response, number);
            write_down(exchange, response);
            return server::Verdict::answer;
        }
        if (request.path == "/none") {
            response.status = 204;
            tag(response, number);
            write_down(exchange, response);
            return server::Verdict::answer;
        }
        if (request.path == "/upload" && request.framing != http::Framing::none) {
            ++uploads;
            return server::Verdict::stream_body;
        }
        admission.body_bytes_max = limits::json_body_bytes_max;
        return server::Verdict::proceed;
    }

    bool on_request(server::SlotId id, std::uint16_t route, const http::Request& request,
                    http::Response& response) override {
        const Running outside(heap_, Part::simulation);
        Exchange& exchange = exchanges[route];
        exchange.peer = server->slot(id.slot).peer.view();
        require(request.body.size() <= limits::json_body_bytes_max, "no body is larger than was asked for");
        if (request.path == "/later") {
            waiting_.push_back({.id = id, .route = route});
            return false;
        }
        response.content_type = "text/plain";
        if (request.path == "/static") {
            response.fixed = fixed_;
        } else if (request.path == "/state") {
            response.fixed = changing_;
            response.fixed_is_static = false;
        } else if (request.path == "/long" || request.path == "/short") {
            response.producer = {
                .next = count, .context = nullptr, .cursor = {0, request.path == "/long" ? 900U : 3U, 0}};
        } else if (request.path == "/problem") {
            http::answer(response, {.status = 422,
                                    .code = "invalid",
                                    .detail = request.query.substr(0, 200),
                                    .instance = request.target,
                                    .pointer = "/value"});
        } else {
            // Repeats only this much of a long body: an answer has little room beside requests that were sent
            // ahead.
            response.text.append(request.body.substr(0, limits::inline_body_bytes_min / 2));
            response.text.append_number(fingerprint(request.body));
            require(!response.text.overflowed(), "what a handler may always write has room");
        }
        tag(response, route);
        write_down(exchange, response);
        return true;
    }

    /// Holds every last piece, and some others, until `answer_waiting`.
    bool on_body(server::SlotId id, std::uint16_t route, std::string_view piece, bool last) override {
        const Running outside(heap_, Part::simulation);
        exchanges[route].peer = server->slot(id.slot).peer.view();
        if (sums_.size() <= id.slot) sums_.resize(id.slot + 1U);
        auto& sum = sums_[id.slot];
        sum = fingerprint(piece, sum);
        require(last || piece.size() == limits::piece_bytes, "only the last piece of a body is short");
        if (last) --uploads;
        if (!last && sum % 2 == 0) return true;
        waiting_.push_back({.id = id,
                            .route = route,
                            .more = !last,
                            .text = std::to_string(sum),
                            .piece = piece,
                            .copy = std::string(piece)});
        if (last) sum = 0;
        return false;
    }
    void on_body_lost(server::SlotId id, std::uint16_t) override {
        const Running outside(heap_, Part::simulation);
        --uploads;
        if (id.slot < sums_.size()) sums_[id.slot] = 0;
    }

    void on_websocket_open(server::SlotId) override { ++websockets; }
    void on_websocket_message(server::SlotId id, std::string_view text) override {
        const Running outside(heap_, Part::simulation);
        require(is_utf8(text) && text.size() <= limits::websocket_message_bytes_max,
                "a message is text of its size");
        if (text == "close") {
            const Running inside(heap_, Part::server);
            return server->close_websocket(id, 1000);
        }
        // A message comes when an answer of this size can be sent: the whole of it has to arrive.
        constexpr std::size_t header_bytes = 4;
        auto size = std::min(text.size(), limits::websocket_answer_bytes_max - header_bytes);
        while (!is_utf8(text.substr(0, size)))
            --size;
        text = text.substr(0, size);
        std::vector<char> frame(websocket::header_bytes_max + text.size());
        const auto header = websocket::write_header(std::span(frame).first<websocket::header_bytes_max>(),
                                                    websocket::Opcode::text, text.size());
        std::ranges::copy(text, frame.begin() + websocket::header_bytes_max);
        const Running inside(heap_, Part::server);
        server->send_frame(
            id, std::string_view(frame.data(), frame.size()).substr(websocket::header_bytes_max - header));
    }
    void on_websocket_closed(server::SlotId) override { --websockets; }

    std::uint64_t on_turn(std::uint64_t now_ms) override {
        if (std::exchange(answers_next, false) || answers_at_once) answer_waiting();
        return now_ms + 1'000;
    }

private:
    /// What a worker would do by and by.
    void answer_waiting() {
        const Running outside(heap_, Part::simulation);
        for (auto& request : std::exchange(waiting_, {})) {
            require(request.piece == request.copy, "a piece that is worked on stays as it is");
            request.application = this;
            const Running inside(heap_, Part::server);
            if (request.more) server->resume_body(request.id);
            else server->answer_later(request.id, answer, &request);
        }
    }

    struct Waiting {
        server::SlotId id;
        std::uint16_t route = 0;
        bool more = false;  ///< bytes of a body
        std::string text = "at last";
        std::string_view piece{};
        std::string copy{};
        BusyApplication* application = nullptr;
    };

    static void answer(void* context, http::Response& response) {
        const auto& waited = *static_cast<const Waiting*>(context);
        BusyApplication& self = *waited.application;
        const Running outside(self.heap_, Part::simulation);
        self.tag(response, waited.route);
        response.text.append(waited.text);
        self.write_down(self.exchanges[waited.route], response);
    }

    static std::uint64_t fingerprint(std::string_view bytes, std::uint64_t sum = 0) {
        for (const char c : bytes)
            sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL + 1;
        return sum;
    }
    static void tag(http::Response& response, std::uint16_t number) {
        response.etag = cut("\"" + std::to_string(number) + "\"");
    }
    static void write_down(Exchange& exchange, const http::Response& response) {
        exchange.status = response.status;
        exchange.body = response.fixed.empty() ? response.text.view() : response.fixed;
        if (response.producer.next == nullptr) return;
        exchange.body.clear();
        for (std::uint64_t i = 0; i < response.producer.cursor[1]; ++i)
            exchange.body += std::to_string(i) + "\n";
    }
    /// The lines "0\n" … "n-1\n".
    static bool count(void*, http::BodyProducer::Cursor& cursor, TextWriter& out) {
        for (; cursor[0] < cursor[1]; ++cursor[0]) {
            if (out.room() < 8) return false;
            out.append_number(cursor[0]);
            out.append('\n');
        }
        return true;
    }

    static inline const std::string fixed_ = std::string(9'000, 's');
    HeapWatch& heap_;
    std::string changing_ = std::string(3'000, 'v');
    std::vector<Waiting> waiting_;
    std::vector<std::uint64_t> sums_;  ///< fingerprints of what came of each slot's upload
};

}  // namespace boardwalk::fuzz
