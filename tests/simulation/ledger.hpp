#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "firmware/http/response.hpp"
#include "tests/simulation/heap_watch.hpp"

namespace boardwalk::simulation {

/// One request of a client's, and what came of it at the board's application. Its number is in its target
/// ("?n=17"), so that both ends know of which request they talk; a repeat has another.
struct Exchange {
    // what the client sends
    std::string method, target, body;
    // what the application saw and said
    int heads = 0, requests = 0;
    bool answered = false;
    std::uint16_t status = 0;
    std::string answer_body;        ///< of a producer's answer, as far as it was asked for
    http::BodyProducer producer{};  ///< the application's own
    HeapWatch* heap = nullptr;      ///< writing this down is not the server's allocation
    // a WebSocket that it opened
    bool opened = false, closed = false;
    std::deque<std::string> frames;  ///< sent by the application, not yet seen by the client

    [[nodiscard]] bool head_only() const { return method == "HEAD"; }
};

/// The board's state at one `seq`, as `GET /api/v1/state` tells it.
struct StateTruth {
    std::string document;
    std::map<std::string, std::string> readings, outputs;  ///< id to value, as JSON
};

/// What both ends know: the oracle of every answer.
class Ledger {
public:
    Exchange& open(std::string method, const std::string& path, std::string body = {}) {
        auto& exchange = exchanges_.emplace_back();
        exchange.method = std::move(method);
        exchange.target = path + (path.find('?') == std::string::npos ? "?n=" : "&n=") +
                          std::to_string(exchanges_.size() - 1);
        exchange.body = std::move(body);
        return exchange;
    }
    /// Null: the query holds no number of ours.
    Exchange* find(std::string_view query) {
        const auto begin = query.rfind("n=");
        if (begin == std::string_view::npos) return nullptr;
        std::size_t number = 0;
        for (const char c : query.substr(begin + 2)) {
            if (c < '0' || c > '9') return nullptr;
            number = number * 10 + static_cast<std::size_t>(c - '0');
        }
        return number < exchanges_.size() ? &exchanges_[number] : nullptr;
    }
    [[nodiscard]] std::size_t size() const { return exchanges_.size(); }

    std::map<std::uint64_t, StateTruth> states;

private:
    std::deque<Exchange> exchanges_;
};

}  // namespace boardwalk::simulation
