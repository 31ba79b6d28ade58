#include "tests/bench/pool/loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace boardwalk::bench {
namespace {

constexpr std::int64_t wait_us_max = 10'000;

std::int64_t monotonic_us() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "bench-pool: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

}  // namespace

Loop::Loop() : poller_(::epoll_create1(EPOLL_CLOEXEC)), began_us_(monotonic_us()) {
    if (poller_ < 0) fail("epoll_create1");
}

Loop::~Loop() { ::close(poller_); }

std::int64_t Loop::now_us() const { return monotonic_us() - began_us_; }

void Loop::watch(int descriptor, Handler handler) {
    handlers_[descriptor] = std::make_shared<Handler>(std::move(handler));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.fd = descriptor;
    if (::epoll_ctl(poller_, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}

void Loop::run_due_timers() {
    while (!timers_.empty() && timers_.begin()->first <= now_us()) {
        const auto what = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
        what();
    }
}

void Loop::run_until(std::int64_t end_us, const std::function<bool()>& done) {
    std::array<epoll_event, 128> events;
    while (now_us() < end_us && !done()) {
        run_due_timers();
        const auto next = timers_.empty() ? end_us : std::min(end_us, timers_.begin()->first);
        const auto wait_us = std::clamp<std::int64_t>(next - now_us(), 0, wait_us_max);
        const int ready = ::epoll_wait(poller_, events.data(), static_cast<int>(events.size()),
                                       static_cast<int>((wait_us + 999) / 1'000));
        for (int i = 0; i < ready; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            const auto found = handlers_.find(event.data.fd);
            if (found == handlers_.end()) continue;
            const auto handler = found->second;  // it may forget itself
            (*handler)(event.events);
        }
    }
}

int connect_to(std::uint16_t port, int receive_bytes) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) fail("socket");
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (receive_bytes > 0)
        ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    // A refusal comes as an event, like everything else.
    (void)::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address);
    return descriptor;
}

void reset(int descriptor) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(descriptor);
}

}  // namespace boardwalk::bench
