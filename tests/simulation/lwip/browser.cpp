#include "tests/simulation/lwip/browser.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "tests/support/lwip/virtual_link.hpp"
#include "tests/support/server_house.hpp"

namespace boardwalk::test {
namespace {

constexpr std::uint64_t hangs_up_after_us = 60'000'000;
constexpr std::uint64_t comes_again_after_us = 2'000'000;

struct Answer {
    int status = 0;
    bool closes = false;
    std::string body;
    std::size_t bytes = 0;  ///< 0 while it is incomplete
};

/// The body of a chunked answer (RFC 9112 §7.1) from `at` on. False while it is incomplete.
bool dechunk(const std::string& text, std::size_t at, Answer& answer) {
    while (true) {
        const auto line_end = text.find("\r\n", at);
        if (line_end == std::string::npos) return false;
        std::size_t size = 0;
        std::from_chars(text.data() + at, text.data() + line_end, size, 16);
        at = line_end + 2;
        if (text.size() < at + size + 2) return false;
        answer.body.append(text, at, size);
        at += size + 2;
        if (size == 0) {
            answer.bytes = at;
            return true;
        }
    }
}

Answer read_answer(const std::string& text) {
    Answer answer;
    const auto head_end = text.find("\r\n\r\n");
    if (head_end == std::string::npos) return answer;
    const auto head = text.substr(0, head_end + 2);
    std::from_chars(head.data() + 9, head.data() + 12, answer.status);
    answer.closes = head.find("\r\nConnection: close\r\n") != std::string::npos;
    const auto at = head_end + 4;
    if (head.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos) {
        (void)dechunk(text, at, answer);
        return answer;
    }
    constexpr std::string_view name = "\r\nContent-Length: ";
    const auto field = head.find(name);
    std::size_t size = 0;
    if (field != std::string::npos) {
        std::from_chars(head.data() + field + name.size(), head.data() + head.size(), size);
    }
    if (text.size() < at + size) return answer;
    answer.body = text.substr(at, size);
    answer.bytes = at + size;
    return answer;
}

}  // namespace

Browser::Browser(std::uint32_t seed, std::size_t sockets, std::size_t requests)
    : random_(seed), sockets_(sockets) {
    for (std::size_t i = 0; i < requests; ++i)
        jobs_.push_back(make_job());
    not_before_us_ = random_() % 500'000;
}

Browser::Job Browser::make_job() {
    switch (random_() % 4) {
        case 0: return {ServerHouse::get("/static"), EchoApplication::static_body};
        case 1: return {ServerHouse::get("/state"), std::string(3'000, 'v')};
        case 2: return {ServerHouse::get("/long"), EchoApplication::counted(2'000)};
        default: {
            const std::string body(random_() % 1'500 + 1, static_cast<char>('a' + random_() % 26));
            return {"POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
                        "\r\n\r\n" + body,
                    "hello " + body};
        }
    }
}

void Browser::step(std::uint64_t now_us) {
    for (auto& connection : connections_) {
        if (!is_usable(connection, now_us)) {
            give_back(connection);
            connection.socket = nullptr;
        }
    }
    std::erase_if(connections_, [](const Connection& one) { return one.socket == nullptr; });
    for (auto& connection : connections_) {
        if (!connection.busy && !jobs_.empty() && connection.socket->is_connected()) ask(connection, now_us);
    }
    if (connections_.size() - in_flight_ == 0 && connections_.size() < sockets_ && !jobs_.empty() &&
        now_us >= not_before_us_) {
        connections_.push_back({.socket = std::make_unique<LwipClient>(VirtualLink::peer_v4(), 80),
                                .input = {},
                                .job = {},
                                .since_us = now_us});
    }
}

void Browser::ask(Connection& connection, std::uint64_t now_us) {
    connection.job = std::move(jobs_.front());
    jobs_.pop_front();
    connection.busy = true;
    ++in_flight_;
    connection.since_us = now_us;
    connection.socket->send(connection.job.request);
}

/// What it had asked is asked again.
void Browser::give_back(Connection& connection) {
    if (!std::exchange(connection.busy, false)) return;
    --in_flight_;
    jobs_.push_front(std::move(connection.job));
}

bool Browser::is_usable(Connection& connection, std::uint64_t now_us) {
    auto& socket = *connection.socket;
    connection.input += socket.receive();
    if (connection.busy && !take_answer(connection, now_us)) return false;
    if (socket.saw_end() || socket.saw_reset()) {
        if (connection.busy) ++tally_.lost;
        if (!socket.is_connected()) ++tally_.never_connected;
        if (!socket.saw_reset()) socket.finish();
        return false;
    }
    if (connection.busy && now_us - connection.since_us > hangs_up_after_us) {
        ++tally_.given_up;
        return false;
    }
    return true;
}

bool Browser::take_answer(Connection& connection, std::uint64_t now_us) {
    const auto answer = read_answer(connection.input);
    if (answer.bytes == 0) return true;
    connection.input.erase(0, answer.bytes);
    if (answer.status == 503 || answer.status == 408) {
        ++tally_.told_to_come_again;
        not_before_us_ = now_us + comes_again_after_us;
        return false;
    }
    if (answer.status != 200 || answer.body != connection.job.expected || !connection.input.empty()) {
        complaint_ = "status " + std::to_string(answer.status) + " and " +
                     std::to_string(answer.body.size()) + " bytes, where " +
                     std::to_string(connection.job.expected.size()) + " were to come";
    }
    ++tally_.answered;
    if (connection.job.request.starts_with("POST")) ++tally_.posted;
    connection.busy = false;
    --in_flight_;
    if (answer.closes) connection.socket->finish();
    return !answer.closes;
}

void Browser::leave() {
    for (auto& connection : connections_) {
        if (random_() % 4 == 0) {
            connection.socket->reset();
        } else {
            connection.socket->finish();
        }
    }
}

}  // namespace boardwalk::test
