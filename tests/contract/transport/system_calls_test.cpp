#include <dlfcn.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cstdarg>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "firmware/ports/linux/epoll/epoll_transport.hpp"
#include "tests/contract/transport/socket_peer.hpp"
#include "tests/support/server_house.hpp"

/// What one request costs the epoll port in system calls. This executable's own definitions stand before the
/// C library's, count what a thread asks to be counted, and hand on.
namespace {

thread_local std::map<std::string, int>* counted = nullptr;

void count(const char* name) {
    if (counted != nullptr) ++(*counted)[name];
}

template <typename Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {
int epoll_wait(int epoll, epoll_event* events, int events_max, int timeout_ms) {
    static auto* const real = next<int(int, epoll_event*, int, int)>("epoll_wait");
    count("epoll_wait");
    return real(epoll, events, events_max, timeout_ms);
}
ssize_t recv(int fd, void* room, size_t size, int flags) {
    static auto* const real = next<ssize_t(int, void*, size_t, int)>("recv");
    count("recv");
    return real(fd, room, size, flags);
}
ssize_t recvmsg(int fd, msghdr* message, int flags) {
    static auto* const real = next<ssize_t(int, msghdr*, int)>("recvmsg");
    count("recvmsg");
    return real(fd, message, flags);
}
ssize_t send(int fd, const void* bytes, size_t size, int flags) {
    static auto* const real = next<ssize_t(int, const void*, size_t, int)>("send");
    count("send");
    return real(fd, bytes, size, flags);
}
ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    static auto* const real = next<ssize_t(int, const msghdr*, int)>("sendmsg");
    count("sendmsg");
    return real(fd, message, flags);
}
int poll(pollfd* asked, nfds_t size, int timeout_ms) {
    static auto* const real = next<int(pollfd*, nfds_t, int)>("poll");
    count("poll");
    return real(asked, size, timeout_ms);
}
int getpeername(int fd, sockaddr* address, socklen_t* size) noexcept {
    static auto* const real = next<int(int, sockaddr*, socklen_t*)>("getpeername");
    count("getpeername");
    return real(fd, address, size);
}
int getsockopt(int fd, int level, int name, void* value, socklen_t* size) noexcept {
    static auto* const real = next<int(int, int, int, void*, socklen_t*)>("getsockopt");
    count("getsockopt");
    return real(fd, level, name, value, size);
}
int setsockopt(int fd, int level, int name, const void* value, socklen_t size) noexcept {
    static auto* const real = next<int(int, int, int, const void*, socklen_t)>("setsockopt");
    count("setsockopt");
    return real(fd, level, name, value, size);
}
int ioctl(int fd, unsigned long request, ...) noexcept {
    static auto* const real = next<int(int, unsigned long, void*)>("ioctl");
    va_list arguments;
    va_start(arguments, request);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    count("ioctl");
    return real(fd, request, argument);
}
}

namespace boardwalk::test {
namespace {

using Counts = std::map<std::string, int>;

/// Answers `/N` with N bytes by reference, as assets are; all else as its parent does.
class Sized final : public EchoApplication {
public:
    bool on_request(server::SlotId id, std::uint16_t route, const http::Request& request,
                    http::Response& response) override {
        if (request.path != "/4096" && request.path != "/30000")
            return EchoApplication::on_request(id, route, request, response);
        static const std::string bytes(30'000, 'b');
        response.content_type = "text/plain";
        response.fixed = std::string_view(bytes).substr(0, request.path == "/4096" ? 4'096 : 30'000);
        return true;
    }
};

class SystemCalls : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(transport.listen("127.0.0.1", 0), "");
        application.outlet = &server;
        peer = std::make_unique<SocketPeer>(transport.port());
    }
    /// What the server calls to answer one more request on a connection that it knows.
    Counts counts_of(const std::string& path) {
        for (int i = 0; i < 3; ++i)
            (void)answer(ServerHouse::get(path), nullptr);
        Counts counts;
        const auto got = answer(ServerHouse::get(path), &counts);
        EXPECT_TRUE(got.starts_with("HTTP/1.1 200")) << path;
        return counts;
    }
    std::string answer(const std::string& request, Counts* counts) {
        const auto answered = server.statistics().requests_total;
        peer->send(request);
        counted = counts;
        for (int turns = 0; turns < 1'000 && server.statistics().requests_total == answered; ++turns)
            server.turn();
        counted = nullptr;
        std::string got;
        do
            got += peer->receive();
        while (got.find("\r\n\r\n") == std::string::npos);
        const auto size =
            std::stoul(got.substr(got.find("Content-Length: ") + 16)) + got.find("\r\n\r\n") + 4;
        while (got.size() < size)
            got += peer->receive();
        return got;
    }

    /// The same for sixteen that come together.
    Counts counts_of_batch(const std::string& path) {
        const auto one = answer(ServerHouse::get(path), nullptr);
        const auto answered = server.statistics().requests_total;
        std::string requests;
        for (int i = 0; i < 16; ++i)
            requests += ServerHouse::get(path);
        peer->send(requests);
        Counts counts;
        counted = &counts;
        for (int turns = 0; turns < 1'000 && server.statistics().requests_total < answered + 16; ++turns)
            server.turn();
        counted = nullptr;
        std::string got;
        while (got.size() < 16 * one.size())
            got += peer->receive();
        EXPECT_EQ(got.size(), 16 * one.size()) << path;
        return counts;
    }

    server::Options options;
    ports::EpollTransport transport{server::Server::links_for(options)};
    Sized application;
    server::Server server{transport, application, options};
    std::unique_ptr<SocketPeer> peer;
};

/// The kernel says when, hands over the request, and takes the answer.
TEST_F(SystemCalls, ARequestTakesThreeWhateverKindOfBodyItsAnswerHas) {
    const Counts three = {{"epoll_wait", 1}, {"recv", 1}, {"sendmsg", 1}};
    for (const std::string path : {"/", "/state", "/4096", "/30000"})
        EXPECT_EQ(counts_of(path), three) << path;
}

TEST_F(SystemCalls, SixteenRequestsThatComeTogetherTakeAsManyAsOne) {
    const Counts three = {{"epoll_wait", 1}, {"recv", 1}, {"sendmsg", 1}};
    for (const std::string path : {"/", "/state", "/4096"})  // the last of these does not fit what is held
        EXPECT_EQ(counts_of_batch(path), three) << path;
}

/// Answers that the kernel has no room for, some of them held, to a peer that sends its requests and its end,
/// perhaps within one more request, and reads only when no more fits anywhere.
TEST_F(SystemCalls, AnswersThatAreHeldArriveWholeAndInOrderWhenThePeerReadsLate) {
    using Case = std::pair<std::string, std::string>;
    for (const auto& [path, unfinished] :
         {Case("/4096", ""), Case("/4096", "GET / HT"), Case("/state", "")}) {
        const auto one = answer(ServerHouse::get(path), nullptr);
        const auto times = 12 * 1'024 * 1'024 / one.size();
        std::string requests;
        for (std::size_t i = 0; i < times; ++i)
            requests += ServerHouse::get(path);
        peer->send(requests + unfinished);
        peer->finish();
        for (int quiet = 0; quiet < 2;) {
            const auto answered = server.statistics().requests_total;
            server.turn();
            quiet = server.statistics().requests_total == answered ? quiet + 1 : 0;
        }
        std::string got;
        constexpr std::string_view last_line = "Connection: close\r\n";
        const auto expected = one.size() * times + (unfinished.empty() ? last_line.size() : 0);
        for (int quiet = 0; quiet < 20 && got.size() < expected;) {
            server.turn();
            const auto more = peer->receive();
            quiet = more.empty() ? quiet + 1 : 0;
            got += more;
        }
        ASSERT_EQ(got.size(), expected) << path;
        for (std::size_t at = 0; at + one.size() * 2 < got.size(); at += one.size())
            ASSERT_EQ(got.compare(at, one.size(), one), 0) << path << at;
        peer = std::make_unique<SocketPeer>(transport.port());
    }
}

TEST_F(SystemCalls, TheyAreCounted) {
    Counts counts;
    counted = &counts;
    std::array<char, 64> memory;
    TextWriter nowhere(memory);
    transport.describe_peer(0, nowhere);
    (void)transport.unacknowledged(0);
    counted = nullptr;
    EXPECT_TRUE(counts.empty()) << "there is no peer yet";
    (void)answer(ServerHouse::get("/"), &counts);
    EXPECT_EQ(counts["recv"] + counts["sendmsg"] >= 2, true);
    counted = &counts;
    (void)transport.unacknowledged(0);
    counted = nullptr;
    EXPECT_EQ(counts["ioctl"], 1);
}

}  // namespace
}  // namespace boardwalk::test
