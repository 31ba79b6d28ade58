#include "tests/bench/pool/attackers.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

#include "tests/bench/pool/client.hpp"

namespace boardwalk::bench {
namespace {

constexpr std::int64_t drip_every_ms = 100;
constexpr std::int64_t half_closed_every_ms = 500;
constexpr int small_window_bytes = 2'048;
constexpr int read_ahead_requests = 40;
constexpr int churn_at_once_max = 64;

/// Sockets that open, say something, and then move a byte now and then, until the server has had enough.
class Drips final : public Attackers {
public:
    enum class Way { send, receive, nothing };

    Drips(Loop& loop, const Attack& attack, AttackTally& tally, std::string opening, Way way)
        : loop_(loop), tally_(tally), opening_(std::move(opening)), way_(way) {
        for (int i = 0; i < attack.count; ++i) {
            const int fd = connect_to(attack.port, way == Way::receive ? small_window_bytes : 0);
            open_.push_back(fd);
            ++tally.begun;
            loop.watch(
                fd, [this, fd, said = false](std::uint32_t events) mutable { on_event(fd, events, said); });
        }
        loop.after_ms(drip_every_ms, [this] { drip(); });
    }
    ~Drips() override {
        for (const int fd : open_)
            reset(fd);
    }

private:
    void on_event(int fd, std::uint32_t events, bool& said) {
        const bool ended = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
        if (ended) {
            ++tally_.dropped;
            loop_.forget(fd);
            std::erase(open_, fd);
            ::close(fd);
        } else if ((events & EPOLLOUT) != 0 && !said) {
            said = true;
            if (!opening_.empty()) (void)::send(fd, opening_.data(), opening_.size(), MSG_NOSIGNAL);
        }
    }

    void drip() {
        if (tally_.stopped) return;
        char byte = 'a';
        for (const int fd : open_) {
            if (way_ == Way::send) (void)::send(fd, &byte, 1, MSG_NOSIGNAL);
            if (way_ == Way::receive) (void)::recv(fd, &byte, 1, 0);
        }
        loop_.after_ms(drip_every_ms, [this] { drip(); });
    }

    Loop& loop_;
    AttackTally& tally_;
    std::string opening_;
    Way way_;
    std::vector<int> open_;
};

/// Ask, finish sending, and wait: each must be answered.
class HalfClosed final : public Attackers {
public:
    HalfClosed(Loop& loop, const Attack& attack, AttackTally& tally)
        : loop_(loop), attack_(attack), tally_(tally) {
        wave();
    }

private:
    void wave() {
        if (tally_.stopped) return;
        for (int i = 0; i < attack_.count; ++i) {
            ++tally_.begun;
            auto client = Client::open(loop_, attack_.port);
            client->get(
                attack_.page,
                [this, client](const Answer& answer) {
                    tally_.answered += answer.good() ? 1 : 0;
                    client->close();
                },
                true);
        }
        loop_.after_ms(half_closed_every_ms, [this] { wave(); });
    }

    Loop& loop_;
    const Attack& attack_;
    AttackTally& tally_;
};

/// Connections that come and go, spread over the attack's time: reset right behind the request, or every
/// other one read to its end and the rest closed unread.
class Churn final : public Attackers {
public:
    Churn(Loop& loop, const Attack& attack, AttackTally& tally, bool all_reset)
        : loop_(loop), attack_(attack), tally_(tally), all_reset_(all_reset) {
        request_ = "GET " + attack.page + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        loop.after_ms(1, [this] { go_on(); });
    }

private:
    void go_on() {
        if (tally_.stopped || tally_.begun == attack_.count) return;
        // A second to spare, so that all have come and gone while they are looked at.
        const auto due =
            (loop_.now_us() + 1) * attack_.count / (std::max(1, attack_.seconds - 1) * 1'000'000LL);
        while (tally_.begun < std::min<std::int64_t>(attack_.count, due) && at_once_ < churn_at_once_max) {
            const bool orderly = !all_reset_ && tally_.begun % 2 == 0;
            ++tally_.begun;
            ++at_once_;
            if (orderly) {
                read_to_the_end();
            } else {
                leave();
            }
        }
        loop_.after_ms(1, [this] { go_on(); });
    }

    void read_to_the_end() {
        auto client = Client::open(loop_, attack_.port);
        client->get(attack_.page, [this, client](const Answer& answer) {
            --at_once_;
            tally_.answered += answer.good() ? 1 : 0;
            client->close();
        });
    }

    void leave() {
        const int fd = connect_to(attack_.port);
        loop_.watch(fd, [this, fd](std::uint32_t events) {
            if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) return;
            (void)::send(fd, request_.data(), request_.size(), MSG_NOSIGNAL);
            loop_.forget(fd);
            --at_once_;
            if (all_reset_) {
                reset(fd);
            } else {
                ::close(fd);
            }
        });
    }

    Loop& loop_;
    const Attack& attack_;
    AttackTally& tally_;
    bool all_reset_;
    std::string request_;
    int at_once_ = 0;
};

std::string repeat(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

}  // namespace

std::unique_ptr<Attackers> start_attackers(Loop& loop, const Attack& attack, AttackTally& tally) {
    const auto drips = [&](std::string opening, Drips::Way way) {
        return std::make_unique<Drips>(loop, attack, tally, std::move(opening), way);
    };
    if (attack.kind == "headers") {
        return drips("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", Drips::Way::send);
    }
    if (attack.kind == "bodies") {
        return drips("PUT " + attack.writable +
                         " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + attack.field +
                         "Content-Length: 900\r\n\r\n{\"value\":\"",
                     Drips::Way::send);
    }
    if (attack.kind == "readers") {
        const auto request =
            "GET " + attack.large + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n";
        return drips(repeat(request, read_ahead_requests), Drips::Way::receive);
    }
    if (attack.kind == "silent") return drips("", Drips::Way::nothing);
    if (attack.kind == "halfclosed") return std::make_unique<HalfClosed>(loop, attack, tally);
    if (attack.kind == "resets") return std::make_unique<Churn>(loop, attack, tally, true);
    if (attack.kind == "churn") return std::make_unique<Churn>(loop, attack, tally, false);
    return nullptr;
}

}  // namespace boardwalk::bench
