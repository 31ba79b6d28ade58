// The least that an HTTP server can do, as the measure of ours: one thread, level-triggered epoll, and the
// same bytes for every request. It reads nothing but the blank line that ends a head. Not a server to put
// anywhere.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "bench-epoll-reference: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

/// An answer of exactly `bytes_wanted` bytes, head and body together. A blank in the head makes up for a
/// Content-Length that grew by a digit.
std::string make_answer(std::size_t bytes_wanted) {
    for (std::size_t body_bytes = bytes_wanted; body_bytes > 0; --body_bytes) {
        const std::string length = std::to_string(body_bytes);
        for (const char* blank : {" ", "  "}) {
            const std::string head =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length:" + std::string(blank) +
                length + "\r\n\r\n";
            if (head.size() + body_bytes == bytes_wanted) return head + std::string(body_bytes, 'x');
        }
    }
    return {};
}

constexpr std::string_view end_of_head = "\r\n\r\n";

/// How much of `end_of_head` the input so far ends with, on one connection.
struct Connection {
    std::size_t matched = 0;
};

/// Heads that end in `input`, going on from what was matched before.
std::size_t count_heads(Connection& connection, std::string_view input) {
    std::size_t heads = 0;
    while (connection.matched > 0 && !input.empty()) {
        const bool fits = input.front() == end_of_head[connection.matched];
        if (!fits && input.front() == '\r') connection.matched = 1;
        else connection.matched = fits ? connection.matched + 1 : 0;
        input.remove_prefix(1);
        if (connection.matched < end_of_head.size()) continue;
        connection.matched = 0;
        ++heads;
    }
    // Most of a head is no line's end, so what looks for one looks at many bytes at once.
    for (std::size_t line_end = input.find('\n'); line_end != std::string_view::npos;) {
        const bool is_end = line_end > 0 && input.substr(line_end - 1).starts_with(end_of_head);
        if (is_end) {
            ++heads;
            input.remove_prefix(line_end - 1 + end_of_head.size());
        }
        line_end = input.find('\n', is_end ? 0 : line_end + 1);
    }
    for (std::size_t size = end_of_head.size() - 1; size > 0 && connection.matched == 0; --size)
        if (input.ends_with(end_of_head.substr(0, size))) connection.matched = size;
    return heads;
}

int listen_on_free_port() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) fail("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener, any, length) != 0 || ::listen(listener, 128) != 0) fail("listen");
    if (::getsockname(listener, any, &length) != 0) fail("getsockname");
    std::printf("listening on http://127.0.0.1:%u/\n", unsigned{ntohs(address.sin_port)});
    std::fflush(stdout);
    return listener;
}

void watch(int poller, int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    if (::epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}

void accept_all(int poller, int listener, std::vector<Connection>& connections) {
    for (;;) {
        const int client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0) return;
        const int on = 1;
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (connections.size() <= static_cast<std::size_t>(client)) {
            connections.resize(static_cast<std::size_t>(client) + 1);
        }
        connections[static_cast<std::size_t>(client)] = {};
        watch(poller, client);
    }
}

/// False when the connection is over. An answer that does not fit the socket's buffer at once ends it too:
/// a closed-loop client never lets that happen.
bool serve(int client, Connection& connection, const std::string& answer) {
    std::array<char, 4096> input;
    const ssize_t received = ::read(client, input.data(), input.size());
    if (received < 0) return errno == EAGAIN || errno == EINTR;
    if (received == 0) return false;
    const std::string_view arrived(input.data(), static_cast<std::size_t>(received));
    for (std::size_t heads = count_heads(connection, arrived); heads > 0; --heads) {
        if (::send(client, answer.data(), answer.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(answer.size())) {
            return false;
        }
    }
    return true;
}

}  // namespace

int main(int count, char** arguments) {
    std::size_t bytes = 0;
    if (count == 3 && std::string_view(arguments[1]) == "--bytes") {
        const std::string_view number = arguments[2];
        std::from_chars(number.data(), number.data() + number.size(), bytes);
    }
    if (bytes < 80 || bytes > 200'000) {
        std::fprintf(stderr, "usage: bench-epoll-reference --bytes N (a whole answer, 80 to 200000)\n");
        return 2;
    }
    const std::string answer = make_answer(bytes);
    const int listener = listen_on_free_port();
    const int poller = ::epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0) fail("epoll_create1");
    watch(poller, listener);

    std::vector<Connection> connections;
    std::array<epoll_event, 64> events;
    for (;;) {
        const int ready = ::epoll_wait(poller, events.data(), static_cast<int>(events.size()), -1);
        if (ready < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < ready; ++i) {
            const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
            if (descriptor == listener) {
                accept_all(poller, listener, connections);
            } else if (!serve(descriptor, connections[static_cast<std::size_t>(descriptor)], answer)) {
                ::close(descriptor);
            }
        }
    }
}
