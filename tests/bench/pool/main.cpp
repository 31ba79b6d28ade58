// The clients of `scripts/bench pool`: a crowd of browsers, and attacks beside one normal client. Loopback
// only, bounded in count and time.

#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/bench/pool/attack.hpp"
#include "tests/bench/pool/crowd.hpp"
#include "tests/bench/pool/loop.hpp"

namespace {

using namespace boardwalk::bench;

constexpr int count_max = 20'000;
constexpr int seconds_max = 60;
constexpr std::int64_t connect_us_max = 2'000'000;

int usage() {
    std::fprintf(stderr,
                 "usage: bench-pool crowd PORT ROUNDS PAGE PATH…\n"
                 "       bench-pool attack PORT KIND COUNT SECONDS PAGE LARGE WRITABLE\n"
                 "KIND: %s\n",
                 std::string(attack_kinds).c_str());
    return 2;
}

/// 0, which nothing takes, when the text is no number up to `max`.
int number(const char* text, int max) {
    char* end = nullptr;
    const auto value = std::strtol(text, &end, 10);
    return *end == '\0' && value > 0 && value <= max ? static_cast<int>(value) : 0;
}

/// A measurement with unanswered clients would mean nothing, so it fails.
bool is_served(std::uint16_t port) {
    Loop loop;
    const int descriptor = connect_to(port);
    bool over = false, served = false;
    loop.watch(descriptor, [&](std::uint32_t events) {
        over = true;
        served = (events & (EPOLLERR | EPOLLHUP)) == 0;
    });
    loop.run_until(connect_us_max, [&] { return over; });
    loop.forget(descriptor);
    ::close(descriptor);
    if (!served) std::fprintf(stderr, "bench-pool: nothing listens on 127.0.0.1:%u\n", unsigned{port});
    return served;
}

/// BOARDWALK_TOKEN is the token of the board's owner.
std::string owners_field() {
    const char* token = std::getenv("BOARDWALK_TOKEN");
    if (token == nullptr || *token == '\0') return {};
    return "Authorization: Bearer " + std::string(token) + "\r\n";
}

}  // namespace

int main(int count, char** arguments) {
    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &descriptors);

    const auto port = static_cast<std::uint16_t>(count > 2 ? number(arguments[2], 65'535) : 0);
    if (port == 0) return usage();
    if (std::strcmp(arguments[1], "crowd") == 0 && count > 5) {
        const int rounds = number(arguments[3], count_max);
        if (rounds == 0) return usage();
        if (!is_served(port)) return 1;
        run_crowd(port, {arguments + 4, arguments + count}, rounds);
        return 0;
    }
    if (std::strcmp(arguments[1], "attack") == 0 && count == 9) {
        const Attack attack{.port = port,
                            .kind = arguments[3],
                            .count = number(arguments[4], count_max),
                            .seconds = number(arguments[5], seconds_max),
                            .page = arguments[6],
                            .large = arguments[7],
                            .writable = arguments[8],
                            .field = owners_field()};
        if (attack.count == 0 || attack.seconds == 0) return usage();
        if (!is_served(port)) return 1;
        run_attack(attack);
        return 0;
    }
    return usage();
}
